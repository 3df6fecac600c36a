//! What a handshake comes to: judged against the roots, at a time that lies in the certificates' own
//! validity, so that the answer does not depend on the clock.

use std::time::Duration;

use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

use super::certificate::Certificate;
use crate::world::roots::{Anchors, Roots};
use crate::world::tls::{Broken, Shaken};

/// The most certificates of a chain whose dates are tried. Public chains have two to four.
const CHAIN_LIMIT: usize = 8;

/// The state of a connection and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) state: &'static str,
    pub(super) fault: Option<String>,
    /// `None` where no certificate was shown.
    pub(super) trusted_by: Option<&'static str>,
    pub(super) public: Option<bool>,
}

impl Verdict {
    /// Judges what the server `name` showed.
    pub(super) fn of(shaken: &Shaken, name: &ServerName, roots: Option<&Roots>, public: &Anchors) -> Verdict {
        let broken = shaken.end.as_ref().err();
        let Some(leaf) = shaken.chain.first() else {
            return match broken {
                Some(broken) => Verdict::without_certificate(broken),
                None => Verdict::new("bad_chain", "the server showed no certificate"),
            };
        };
        let trust = Trust::of(&shaken.chain, roots, public);
        let (state, fault) = match (&trust.fault, shaken.unproven.as_ref()) {
            (Some(fault), _) => (untrusted(leaf, fault), Some(fault.to_string())),
            (None, Some(fault)) => ("bad_chain", Some(fault.to_string())),
            (None, None) => match (named(leaf, name), broken) {
                (Err(fault), _) => (name_state(&fault), Some(fault.to_string())),
                (Ok(()), Some(broken)) => (broken_state(broken), Some(broken.to_string())),
                (Ok(()), None) => ("ok", None),
            },
        };
        Verdict { state, fault, trusted_by: Some(trust.by), public: Some(trust.public) }
    }

    fn new(state: &'static str, fault: impl Into<String>) -> Verdict {
        Verdict { state, fault: Some(fault.into()), trusted_by: None, public: None }
    }

    fn without_certificate(broken: &Broken) -> Verdict {
        Verdict::new(broken_state(broken), broken.to_string())
    }
}

/// Who trusts a chain.
struct Trust {
    by: &'static str,
    public: bool,
    /// Why those in force do not.
    fault: Option<Error>,
}

impl Trust {
    fn of(chain: &[CertificateDer<'_>], roots: Option<&Roots>, public: &Anchors) -> Trust {
        let nobody = Err(Error::InvalidCertificate(CertificateError::UnknownIssuer));
        let system = roots.map_or(nobody.clone(), |roots| chained(chain, &roots.system));
        let configured = roots.map_or(nobody, |roots| chained(chain, &roots.configured));
        let (by, fault) = match (system, configured) {
            (Ok(()), _) => ("system", None),
            (_, Ok(())) => ("configured", None),
            (Err(fault), _) => ("nobody", Some(fault)),
        };
        Trust { by, public: chained(chain, public).is_ok(), fault }
    }
}

/// Whether `chain` leads to one of `roots` at any time at which all of its certificates are valid.
fn chained(chain: &[CertificateDer<'_>], roots: &Anchors) -> Result<(), Error> {
    let mut telling = None;
    for time in times(chain) {
        match roots.trust(chain, time) {
            Ok(()) => return Ok(()),
            Err(fault) if telling.is_none() || !is_about_time(&fault) => telling = Some(fault),
            Err(_) => {}
        }
    }
    Err(telling.unwrap_or(Error::InvalidCertificate(CertificateError::BadEncoding)))
}

/// If there is a time at which every certificate of a path is valid, then the latest of their begins
/// is one. It lies in the validity of the first certificate.
fn times(chain: &[CertificateDer<'_>]) -> Vec<UnixTime> {
    let read: Vec<Certificate> =
        chain.iter().take(CHAIN_LIMIT).filter_map(|der| Certificate::read(der)).collect();
    let Some(leaf) = read.first() else { return Vec::new() };
    let begins = read.iter().map(|certificate| certificate.not_before.max(leaf.not_before));
    let mut times: Vec<u64> = begins
        .filter(|begin| *begin <= leaf.not_after)
        .filter_map(|begin| u64::try_from(begin / 1000).ok())
        .collect();
    times.dedup();
    times.into_iter().map(|seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds))).collect()
}

fn is_about_time(fault: &Error) -> bool {
    matches!(
        fault,
        Error::InvalidCertificate(
            CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }
        )
    )
}

fn untrusted(leaf: &CertificateDer<'_>, fault: &Error) -> &'static str {
    match fault {
        Error::InvalidCertificate(CertificateError::Revoked) => "revoked",
        _ if Certificate::read(leaf).is_some_and(|leaf| leaf.self_signed) => "self_signed",
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => "untrusted",
        _ => "bad_chain",
    }
}

fn named(leaf: &CertificateDer<'_>, name: &ServerName) -> Result<(), Error> {
    verify_server_name(&ParsedCertificate::try_from(leaf)?, name)
}

fn name_state(fault: &Error) -> &'static str {
    match fault {
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "wrong_host",
        _ => "bad_chain",
    }
}

fn broken_state(broken: &Broken) -> &'static str {
    match broken {
        Broken::Closed | Broken::Io(_) => "closed",
        Broken::Timeout => "timeout",
        Broken::Tls(fault) => match fault {
            Error::InvalidMessage(InvalidMessage::CertificatePayloadTooLarge) => "bad_chain",
            Error::InvalidMessage(_) | Error::PeerSentOversizedRecord => "not_tls",
            // Servers that know nothing from TLS 1.2 on say so, or answer in what they know, or find
            // no cipher in common.
            Error::PeerIncompatible(_)
            | Error::AlertReceived(
                AlertDescription::ProtocolVersion
                | AlertDescription::HandshakeFailure
                | AlertDescription::InsufficientSecurity,
            ) => "too_old",
            Error::AlertReceived(AlertDescription::UnrecognisedName) => "wrong_host",
            Error::InvalidCertificate(_) | Error::NoCertificatesPresented => "bad_chain",
            Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => "not_tls",
            _ => "closed",
        },
    }
}
