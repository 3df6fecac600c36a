//! What a certificate says of itself (RFC 5280), in bounded texts.

use std::net::IpAddr;

use x509_parser::der_parser::asn1_rs::{Oid, oid};
use x509_parser::extensions::{AccessDescription, GeneralName, ParsedExtension};
use x509_parser::oid_registry::{
    OID_PKCS1_MD5WITHRSAENC, OID_PKCS1_SHA1WITHRSA, OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS,
};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::X509Name;

/// The most names of one certificate that are kept.
const NAMES_LIMIT: usize = 100;

/// The most of one name that is kept, in characters.
const TEXT_LIMIT: usize = 300;

/// The shortest RSA key that is accepted, in bits (CA/Browser Forum baseline requirements, 6.1.5).
const RSA_BITS_MIN: usize = 2048;

/// RFC 3279 section 2.2.3.
const ECDSA_WITH_SHA1: Oid<'static> = oid!(1.2.840.10045.4.1);

/// Why a certificate is refused whatever its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::probe) enum Weakness {
    /// Its key is too short.
    Key,
    /// It is signed with SHA-1 or MD5.
    Signature,
}

impl Weakness {
    fn of(certificate: &X509Certificate) -> Option<Weakness> {
        let short = match certificate.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => key.key_size() < RSA_BITS_MIN,
            _ => false,
        };
        let algorithm = &certificate.signature_algorithm.algorithm;
        // Nobody checks the signature of a certificate that vouches for itself.
        let root = certificate.subject().as_raw() == certificate.issuer().as_raw();
        let broken = [OID_PKCS1_MD5WITHRSAENC, OID_PKCS1_SHA1WITHRSA, ECDSA_WITH_SHA1];
        match short {
            true => Some(Weakness::Key),
            false => (!root && broken.contains(algorithm)).then_some(Weakness::Signature),
        }
    }
}

/// A certificate, as far as people care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::probe) struct Certificate {
    /// As people count: 1 to 3.
    pub(in crate::probe) version: u32,
    pub(in crate::probe) subject: String,
    pub(in crate::probe) issuer: String,
    /// The issuer's organisation, or else its common name.
    pub(in crate::probe) issued_by: Option<String>,
    /// The issuer seems to be an intermediate authority, whose own certificate belongs into the chain:
    /// its name says so, or there is an address to fetch it from (RFC 5280 section 4.2.2.1).
    pub(in crate::probe) by_intermediate: bool,
    /// Subject and issuer are one, byte by byte.
    pub(in crate::probe) self_signed: bool,
    /// What about it no client of today accepts, whoever signed it.
    pub(in crate::probe) weakness: Option<Weakness>,
    pub(in crate::probe) names: Vec<String>,
    /// Milliseconds since 1970.
    pub(in crate::probe) not_before: i64,
    /// Milliseconds since 1970.
    pub(in crate::probe) not_after: i64,
}

impl Certificate {
    /// Reads a certificate in DER; `None` if it is none.
    pub(in crate::probe) fn read(der: &[u8]) -> Option<Certificate> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let millis = |seconds: i64| seconds.saturating_mul(1000);
        Some(Certificate {
            version: certificate.version().0.saturating_add(1),
            subject: short(&certificate.subject().to_string()),
            issuer: short(&certificate.issuer().to_string()),
            issued_by: issued_by(certificate.issuer()),
            by_intermediate: says_intermediate(certificate.issuer()) || can_be_fetched(&certificate),
            self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            weakness: Weakness::of(&certificate),
            names: names(&certificate),
            not_before: millis(certificate.validity().not_before.timestamp()),
            not_after: millis(certificate.validity().not_after.timestamp()),
        })
    }

    /// Whether it is valid at `time`, in milliseconds since 1970.
    pub(super) fn is_valid_at(&self, time: i64) -> bool {
        (self.not_before..=self.not_after).contains(&time)
    }
}

fn issued_by(issuer: &X509Name) -> Option<String> {
    let organisation = issuer.iter_organization().find_map(|it| it.as_str().ok());
    organisation.or_else(|| issuer.iter_common_name().find_map(|it| it.as_str().ok())).map(short)
}

fn says_intermediate(issuer: &X509Name) -> bool {
    let mut names = issuer.iter_common_name().filter_map(|it| it.as_str().ok());
    names.any(|name| name.to_lowercase().contains("intermediate"))
}

fn can_be_fetched(certificate: &X509Certificate) -> bool {
    let issuers = |access: &AccessDescription| access.access_method == OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS;
    certificate.iter_extensions().any(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityInfoAccess(access) => access.iter().any(issuers),
        _ => false,
    })
}

/// The subject alternative names; the common name does not count (RFC 9525 section 2).
fn names(certificate: &X509Certificate) -> Vec<String> {
    let Ok(Some(alternatives)) = certificate.subject_alternative_name() else { return Vec::new() };
    let text = |name: &GeneralName| match name {
        GeneralName::DNSName(name) => Some(short(name)),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    alternatives.value.general_names.iter().filter_map(text).take(NAMES_LIMIT).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let address: IpAddr = match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok()?.into(),
        16 => <[u8; 16]>::try_from(bytes).ok()?.into(),
        _ => return None,
    };
    Some(address.to_string())
}

fn short(text: &str) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}
