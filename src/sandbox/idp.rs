//! The seeded identity provider: its SAML metadata, in date or broken in one way.
//!
//! The certificates are public halves only; their keys were thrown away when they were made.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Valid from 2020 to 2120.
const IN_DATE: &str = include_str!("idp/in_date.pem");
/// Valid from 2020 to 2021.
const EXPIRED: &str = include_str!("idp/expired.pem");
/// Valid from 2119 to 2120.
const NOT_YET_VALID: &str = include_str!("idp/not_yet_valid.pem");

/// The end of the document's own validity, while that is not what is broken.
const FAR: &str = "2120-01-01T00:00:00Z";

/// What is served as metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metadata {
    InDate,
    CertificateExpired,
    CertificateNotYetValid,
    /// The document itself is past its `validUntil`.
    Outdated,
    WithoutCertificate,
    /// A web page in place of XML.
    Page,
    Gone,
}

impl Metadata {
    /// Why nobody can sign on with it, if so.
    pub(super) fn fault(self) -> Option<&'static str> {
        match self {
            Metadata::InDate => None,
            Metadata::CertificateExpired => Some("its signing certificate has expired"),
            Metadata::CertificateNotYetValid => Some("its signing certificate is not valid yet"),
            Metadata::Outdated => Some("it is past its own end"),
            Metadata::WithoutCertificate => Some("it has no signing certificate"),
            Metadata::Page => Some("a web page stands in its place"),
            Metadata::Gone => Some("it is not there"),
        }
    }

    /// The answer to a request for the metadata of the provider at `base`.
    pub(super) fn answer(self, base: &str) -> Response {
        match self {
            Metadata::InDate => xml(base, Some(IN_DATE), FAR),
            Metadata::CertificateExpired => xml(base, Some(EXPIRED), FAR),
            Metadata::CertificateNotYetValid => xml(base, Some(NOT_YET_VALID), FAR),
            Metadata::Outdated => xml(base, Some(IN_DATE), "2021-01-01T00:00:00Z"),
            Metadata::WithoutCertificate => xml(base, None, FAR),
            Metadata::Page => {
                axum::response::Html("<!doctype html><p>Sign in to continue.\n").into_response()
            }
            Metadata::Gone => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// The document of SAML 2.0 Metadata, section 2.4.3. `base` is ours, so it needs no escaping.
fn xml(base: &str, certificate: Option<&str>, valid_until: &str) -> Response {
    let key = certificate.map(key_descriptor).unwrap_or_default();
    let body = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{base}/idp" validUntil="{valid_until}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
{key}    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{base}/idp/sign-on"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"#
    );
    ([(header::CONTENT_TYPE, "application/samlmetadata+xml")], body).into_response()
}

fn key_descriptor(pem: &str) -> String {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    format!(
        r#"    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
"#
    )
}
