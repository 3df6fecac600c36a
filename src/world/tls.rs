//! A TLS handshake that accepts every certificate and remembers what it was shown, so that it can be
//! judged afterwards. Nothing secret may be sent over such a connection.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, ProtocolVersion, SignatureScheme};
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::client::TlsStream;

use super::exchange::http_date;
use super::head::Head;
use super::tunnel::AnyWire;

/// What a server showed, and how the handshake ended.
pub struct Shaken {
    /// The certificates that it sent, its own first.
    pub chain: Vec<CertificateDer<'static>>,
    /// What was wrong with its proof that it holds the key of its certificate.
    pub unproven: Option<rustls::Error>,
    /// Whether it asked for a certificate of the client, which it was not shown.
    pub asked: bool,
    pub end: Result<Unverified, Broken>,
}

/// A connection to somebody who may be anybody.
pub struct Unverified(TlsStream<AnyWire>);

/// Why a handshake did not end well.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Broken {
    #[error("the server hung up")]
    Closed,
    #[error("no answer in time")]
    Timeout,
    #[error("{0}")]
    Tls(rustls::Error),
    #[error("{0}")]
    Io(ErrorKind),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Broken {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match (inner, error.kind()) {
            (Some(tls), _) => Broken::Tls(tls.clone()),
            (_, ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
                Broken::Closed
            }
            (_, ErrorKind::TimedOut) => Broken::Timeout,
            (_, other) => Broken::Io(other),
        }
    }
}

/// Shakes hands with the server `name` on `wire` until `deadline`.
pub async fn shake(wire: AnyWire, name: ServerName<'static>, deadline: Instant) -> Shaken {
    let witness = Arc::new(Witness::default());
    let end = match witnessed(witness.clone()) {
        Ok(config) => {
            let shaking = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, wire);
            match timeout_at(deadline, shaking).await {
                Ok(shaken) => shaken.map(Unverified).map_err(Broken::from),
                Err(_) => Err(Broken::Timeout),
            }
        }
        Err(error) => Err(Broken::Tls(error)),
    };
    let mut seen = witness.seen();
    let Seen { chain, unproven, asked } = std::mem::take(&mut *seen);
    Shaken { chain, unproven, asked, end }
}

fn witnessed(witness: Arc<Witness>) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(witness.provider.clone())
        .with_safe_default_protocol_versions()?;
    let builder = builder.dangerous().with_custom_certificate_verifier(witness.clone());
    Ok(builder.with_client_cert_resolver(witness))
}

impl Unverified {
    /// The protocol version as people write it.
    pub fn version(&self) -> Option<&'static str> {
        match self.0.get_ref().1.protocol_version()? {
            ProtocolVersion::TLSv1_2 => Some("TLS 1.2"),
            ProtocolVersion::TLSv1_3 => Some("TLS 1.3"),
            _ => None,
        }
    }

    /// The `Date` of an answer to a HEAD for `/`, in milliseconds since 1970.
    pub async fn date(mut self, host: &str, deadline: Instant) -> Option<i64> {
        let asking = async {
            let request = format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            self.0.write_all(request.as_bytes()).await.ok()?;
            Head::read(&mut self.0).await.ok().flatten()
        };
        let head = timeout_at(deadline, asking).await.ok().flatten()?;
        head.header("Date").find_map(http_date)
    }
}

/// A verifier that lets everything pass and remembers it.
#[derive(Debug)]
struct Witness {
    provider: Arc<CryptoProvider>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    chain: Vec<CertificateDer<'static>>,
    unproven: Option<rustls::Error>,
    asked: bool,
}

impl Default for Witness {
    fn default() -> Witness {
        Witness { provider: Arc::new(rustls::crypto::ring::default_provider()), seen: Mutex::default() }
    }
}

impl Witness {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, proof: Result<HandshakeSignatureValid, rustls::Error>) -> HandshakeSignatureValid {
        self.seen().unproven = proof.err();
        HandshakeSignatureValid::assertion()
    }
}

/// It has no certificate to show, but hears when it should.
impl ResolvesClientCert for Witness {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.seen().asked = true;
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let sent = std::iter::once(end_entity).chain(intermediates);
        self.seen().chain = sent.map(|certificate| certificate.clone().into_owned()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        Ok(self.note(verify_tls12_signature(message, certificate, signed, algorithms)))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        Ok(self.note(verify_tls13_signature(message, certificate, signed, algorithms)))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
