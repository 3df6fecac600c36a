//! Certificates that are trusted, and whether they vouch for a server.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Trusted certificates. A server that shows one of them as its own is trusted like one that shows
/// what it signed: self-signed certificates, as people make them for servers of their own, count as
/// authorities, which the library alone would refuse as a server's.
#[derive(Debug)]
pub struct Anchors {
    store: RootCertStore,
    /// Sorted.
    exact: Vec<CertificateDer<'static>>,
}

impl Default for Anchors {
    fn default() -> Anchors {
        Anchors { store: RootCertStore::empty(), exact: Vec::new() }
    }
}

impl Anchors {
    /// Those of `certificates` that can be read.
    pub(super) fn of(mut certificates: Vec<CertificateDer<'static>>) -> Anchors {
        certificates.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
        certificates.dedup();
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(certificates.iter().cloned());
        Anchors { store, exact: certificates }
    }

    /// Those and `others`.
    pub(super) fn and(&self, others: &Anchors) -> Anchors {
        let mut exact = [self.exact.as_slice(), others.exact.as_slice()].concat();
        exact.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
        let roots = [self.store.roots.as_slice(), others.store.roots.as_slice()].concat();
        Anchors { store: RootCertStore { roots }, exact }
    }

    /// The roots that the public trusts (Mozilla's list, compiled in).
    pub fn public() -> &'static Anchors {
        static PUBLIC: OnceLock<Anchors> = OnceLock::new();
        let store = || webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        PUBLIC.get_or_init(|| Anchors { store: store(), exact: Vec::new() })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.store.is_empty()
    }

    /// Whether they vouch at `time` for `chain`, the server's own certificate first.
    pub fn trust(&self, chain: &[CertificateDer<'_>], time: UnixTime) -> Result<(), Error> {
        let (leaf, others) = chain.split_first().ok_or(Error::NoCertificatesPresented)?;
        if self.exact.binary_search_by(|known| known.as_ref().cmp(leaf.as_ref())).is_ok() {
            return in_time(leaf, time);
        }
        let parsed = ParsedCertificate::try_from(leaf)?;
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&parsed, &self.store, others, time, algorithms)
    }
}

fn in_time(leaf: &CertificateDer<'_>, time: UnixTime) -> Result<(), Error> {
    let bad = Error::InvalidCertificate;
    let (_, read) = X509Certificate::from_der(leaf).map_err(|_| bad(CertificateError::BadEncoding))?;
    let since_1970 = |seconds: i64| Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    let now = Duration::from_secs(time.as_secs());
    if now < since_1970(read.validity().not_before.timestamp()) {
        return Err(bad(CertificateError::NotValidYet));
    }
    if now > since_1970(read.validity().not_after.timestamp()) {
        return Err(bad(CertificateError::Expired));
    }
    Ok(())
}

/// A TLS configuration for clients that trust `anchors`.
pub(in crate::world) fn trusting(anchors: Arc<Anchors>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let verifier = Arc::new(Verifier { anchors, provider });
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// The check of every connection that something may be sent over.
#[derive(Debug)]
struct Verifier {
    anchors: Arc<Anchors>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain: Vec<CertificateDer<'_>> =
            std::iter::once(end_entity).chain(intermediates).cloned().collect();
        self.anchors.trust(&chain, now)?;
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};

    fn self_signed() -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec!["ours.test".to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2030, 1, 1));
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    fn at(year: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs((year - 1970) * 31_557_600))
    }

    #[test]
    fn a_trusted_certificate_may_be_the_servers_own() {
        let ours = self_signed();
        let anchors = Anchors::of(vec![ours.clone(), ours.clone()]);
        assert_eq!(anchors.len(), 1);
        let chain = [ours];
        assert!(anchors.trust(&chain, at(2025)).is_ok());
        assert!(Anchors::default().and(&anchors).trust(&chain, at(2025)).is_ok());
        assert!(anchors.trust(&chain, at(2015)).is_err());
        assert!(anchors.trust(&chain, at(2035)).is_err());
        assert!(anchors.trust(&[self_signed()], at(2025)).is_err());
        assert!(Anchors::public().trust(&chain, at(2025)).is_err());
        assert!(anchors.trust(&[], at(2025)).is_err());
    }

    #[test]
    fn the_name_is_checked_too() {
        let ours = self_signed();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Verifier { anchors: Arc::new(Anchors::of(vec![ours.clone()])), provider };
        let check = |name: &'static str| {
            verifier
                .verify_server_cert(&ours, &[], &ServerName::try_from(name).unwrap(), &[], at(2025))
                .is_ok()
        };
        assert!(check("ours.test") && !check("theirs.test"));
    }
}
