//! SAML 2.0 metadata (OASIS saml-metadata-2.0-os), as far as signing in depends on it. Elements are
//! told by their local names; documents that declare a type are refused, so that no entity is expanded.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::probe::tls::certificate::Certificate;

/// The most sign-on endpoints and certificates that are kept.
const MOST: usize = 20;

/// The most of one text that is kept, in characters.
const TEXT_LIMIT: usize = 500;

/// What the first identity provider of a document says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Metadata {
    pub(super) entity_id: Option<String>,
    pub(super) sign_on: Vec<String>,
    pub(super) certificates: Vec<Certificate>,
    /// A signing certificate is none.
    pub(super) unreadable: bool,
    /// The earliest that is stated, in milliseconds since 1970.
    pub(super) valid_until: Option<i64>,
}

/// Why a document is no identity provider's metadata.
#[derive(Debug, PartialEq)]
pub(super) enum NoMetadata {
    NotXml(String),
    OtherXml(String),
}

/// Where in the document the reader is.
#[derive(Default)]
struct Walk {
    found: Metadata,
    root: Option<String>,
    in_provider: bool,
    /// Behind the first identity provider nothing counts.
    done: bool,
    signing_key: bool,
    /// The text of the certificate that is being read.
    certificate: Option<String>,
    /// The certificates that were read, in DER.
    known: Vec<Vec<u8>>,
    depth: usize,
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Metadata, NoMetadata> {
    let mut reader = Reader::from_reader(bytes);
    let mut walk = Walk::default();
    let not_xml = |words: String| NoMetadata::NotXml(words);
    loop {
        match reader.read_event().map_err(|error| not_xml(error.to_string()))? {
            Event::Eof => break,
            Event::DocType(_) => return Err(not_xml("it declares a document type".to_owned())),
            Event::Start(element) => walk.enter(&element, false),
            Event::Empty(element) => walk.enter(&element, true),
            Event::End(element) => walk.leave(&local(element.local_name().as_ref())),
            Event::Text(text) => walk.text(&text),
            _ => {}
        }
    }
    walk.finished()
}

fn local(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

impl Walk {
    fn enter(&mut self, element: &BytesStart, closed: bool) {
        let name = local(element.local_name().as_ref());
        self.root.get_or_insert_with(|| name.clone());
        self.depth += usize::from(!closed);
        if self.done {
            return;
        }
        match name.as_str() {
            "EntitiesDescriptor" => self.note_validity(element),
            "EntityDescriptor" => {
                self.found.entity_id = attribute(element, "entityID");
                self.note_validity(element);
            }
            "IDPSSODescriptor" => {
                self.in_provider = !closed;
                self.note_validity(element);
            }
            "SingleSignOnService" if self.in_provider && self.found.sign_on.len() < MOST => {
                self.found.sign_on.extend(attribute(element, "Location"));
            }
            "KeyDescriptor" => {
                let signs = attribute(element, "use").is_none_or(|purpose| purpose == "signing");
                self.signing_key = self.in_provider && signs;
            }
            "X509Certificate" if self.signing_key && !closed => self.certificate = Some(String::new()),
            _ => {}
        }
    }

    fn leave(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        match name {
            "IDPSSODescriptor" if self.in_provider => {
                self.in_provider = false;
                self.done = true;
            }
            "KeyDescriptor" => self.signing_key = false,
            "X509Certificate" => {
                if let Some(text) = self.certificate.take() {
                    self.note_certificate(&text);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &[u8]) {
        if let Some(certificate) = &mut self.certificate {
            certificate.push_str(&String::from_utf8_lossy(text));
        }
    }

    fn note_certificate(&mut self, text: &str) {
        let bare: String = text.split_whitespace().collect();
        let der = BASE64_STANDARD.decode(bare).unwrap_or_default();
        if self.known.contains(&der) || self.known.len() >= MOST {
            return;
        }
        match Certificate::read(&der) {
            Some(certificate) => self.found.certificates.push(certificate),
            None => self.found.unreadable = true,
        }
        self.known.push(der);
    }

    fn note_validity(&mut self, element: &BytesStart) {
        let stated = attribute(element, "validUntil").and_then(|text| time(&text));
        self.found.valid_until = [self.found.valid_until, stated].into_iter().flatten().min();
    }

    fn finished(self) -> Result<Metadata, NoMetadata> {
        let Some(root) = self.root else { return Err(NoMetadata::NotXml("it has no element".to_owned())) };
        if self.depth > 0 {
            return Err(NoMetadata::NotXml("it ends in the middle".to_owned()));
        }
        if root.eq_ignore_ascii_case("html") {
            return Err(NoMetadata::NotXml("it is a web page".to_owned()));
        }
        if self.done {
            return Ok(self.found);
        }
        let root: String = root.chars().take(50).collect();
        Err(NoMetadata::OtherXml(format!("its root is {root}, and it describes no identity provider")))
    }
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|it| it.key.local_name().as_ref() == name.as_bytes())?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.chars().take(TEXT_LIMIT).collect())
}

/// An `xs:dateTime`, which SAML wants in UTC (saml-core-2.0-os section 1.3.3).
fn time(text: &str) -> Option<i64> {
    let parsed = text.parse::<jiff::Timestamp>().or_else(|_| format!("{text}Z").parse());
    parsed.ok().map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let signed =
            rcgen::CertificateParams::new(vec!["idp.test".to_owned()]).unwrap().self_signed(&key).unwrap();
        BASE64_STANDARD.encode(signed.der())
    }

    fn document(keys: &str) -> String {
        format!(
            r#"<?xml version="1.0"?>
            <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.test/?a=1&amp;b=2"
              validUntil="2030-01-02T03:04:05Z"><md:SPSSODescriptor><md:KeyDescriptor use="signing">no</md:KeyDescriptor>
              </md:SPSSODescriptor><md:IDPSSODescriptor>{keys}
              <md:SingleSignOnService Binding="b" Location="https://idp.test/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"#
        )
    }

    fn key(purpose: &str, text: &str) -> String {
        format!(
            "<md:KeyDescriptor{purpose}><X509Certificate>\n {text}\n</X509Certificate></md:KeyDescriptor>"
        )
    }

    #[test]
    fn the_provider_and_its_signing_keys() {
        let (one, two, other) = (certificate(), certificate(), certificate());
        let keys =
            key(" use='signing'", &one) + &key("", &two) + &key("", &one) + &key(" use='encryption'", &other);
        let metadata = read(document(&keys).as_bytes()).unwrap();
        assert_eq!(metadata.entity_id.as_deref(), Some("https://idp.test/?a=1&b=2"));
        assert_eq!(metadata.sign_on, ["https://idp.test/sso"]);
        assert_eq!((metadata.certificates.len(), metadata.unreadable), (2, false));
        assert_eq!(metadata.valid_until, Some(1_893_553_445_000));
    }

    #[test]
    fn a_certificate_that_is_none() {
        let metadata = read(document(&key("", "AAAA")).as_bytes()).unwrap();
        assert_eq!((metadata.certificates.len(), metadata.unreadable), (0, true));
    }

    #[test]
    fn what_is_no_metadata() {
        let other = |text: &str| matches!(read(text.as_bytes()), Err(NoMetadata::OtherXml(_)));
        let not_xml = |text: &str| matches!(read(text.as_bytes()), Err(NoMetadata::NotXml(_)));
        assert!(other("<a/>"));
        assert!(other("<EntityDescriptor entityID='x'><SPSSODescriptor/></EntityDescriptor>"));
        assert!(not_xml(""));
        assert!(not_xml("{\"error\": 1}"));
        assert!(not_xml("<html><body></body></html>"));
        assert!(not_xml("<!DOCTYPE html><html/>"));
        assert!(not_xml("<a><b></a>"));
        assert!(not_xml("<EntityDescriptor><IDPSSODescriptor></IDPSSODescriptor>"));
        assert!(not_xml("<!DOCTYPE a [<!ENTITY x 'y'>]><EntityDescriptor/>"));
    }
}
