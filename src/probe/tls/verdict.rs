//! What a handshake comes to: judged against the roots, at a time that lies in the certificates' own
//! validity, so that the answer does not depend on the clock.

use std::time::Duration;

use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

use super::certificate::{Certificate, Weakness};
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
    /// The last moment at which the chain leads to a trusted root, in milliseconds since 1970.
    pub(super) holds_until: Option<i64>,
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
            (Some(fault), _) => (untrusted(&shaken.chain, fault), Some(fault.to_string())),
            (None, Some(fault)) => (weakness(&shaken.chain).unwrap_or("bad_chain"), Some(fault.to_string())),
            (None, None) => match (named(leaf, name), broken) {
                (Err(fault), _) => (name_state(leaf, &fault), Some(fault.to_string())),
                (Ok(()), Some(Broken::Tls(fault @ Error::AlertReceived(_)))) if shaken.asked => {
                    ("client_certificate", Some(fault.to_string()))
                }
                (Ok(()), Some(broken)) => (broken_state(broken), Some(broken.to_string())),
                (Ok(()), None) => ("ok", None),
            },
        };
        let Trust { by, public, holds_until, .. } = trust;
        Verdict { state, fault, trusted_by: Some(by), public: Some(public), holds_until }
    }

    fn new(state: &'static str, fault: impl Into<String>) -> Verdict {
        Verdict { state, fault: Some(fault.into()), trusted_by: None, public: None, holds_until: None }
    }

    fn without_certificate(broken: &Broken) -> Verdict {
        Verdict::new(broken_state(broken), broken.to_string())
    }
}

/// Who trusts a chain.
struct Trust {
    by: &'static str,
    public: bool,
    holds_until: Option<i64>,
    /// Why those in force do not.
    fault: Option<Error>,
}

impl Trust {
    fn of(chain: &[CertificateDer<'_>], roots: Option<&Roots>, public: &Anchors) -> Trust {
        let nobody = Err(Error::InvalidCertificate(CertificateError::UnknownIssuer));
        let system = roots.map_or(nobody.clone(), |roots| chained(chain, &roots.system));
        let configured = roots.map_or(nobody, |roots| chained(chain, &roots.configured));
        let (by, holds_until, fault) = match (system, configured) {
            (Ok(end), _) => ("system", Some(end), None),
            (_, Ok(end)) => ("configured", Some(end), None),
            (Err(fault), _) => ("nobody", None, Some(fault)),
        };
        Trust { by, public: chained(chain, public).is_ok(), holds_until, fault }
    }
}

/// Until when `chain` leads to one of `roots`, if there is any time at which it does. What is not
/// needed on the way counts for nothing.
fn chained(chain: &[CertificateDer<'_>], roots: &Anchors) -> Result<i64, Error> {
    let Moments { begins, ends } = Moments::of(chain);
    let at = |moment: i64| {
        let seconds = u64::try_from(moment / 1000).unwrap_or(0);
        roots.trust(chain, UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    };
    let mut telling = None;
    for begin in begins {
        match at(begin) {
            Ok(()) => return Ok(ends.into_iter().find(|end| at(*end).is_ok()).unwrap_or(begin)),
            Err(fault) if telling.is_none() || !is_about_time(&fault) => telling = Some(fault),
            Err(_) => {}
        }
    }
    Err(telling.unwrap_or(Error::InvalidCertificate(CertificateError::BadEncoding)))
}

/// The moments at which something changes while the server's own certificate is valid, in
/// milliseconds since 1970. If there is a time at which every certificate of a path is valid, then
/// the latest of their begins is one, and the earliest of their ends is the last one.
struct Moments {
    begins: Vec<i64>,
    /// Latest first.
    ends: Vec<i64>,
}

impl Moments {
    fn of(chain: &[CertificateDer<'_>]) -> Moments {
        let read: Vec<Certificate> =
            chain.iter().take(CHAIN_LIMIT).filter_map(|der| Certificate::read(der)).collect();
        let Some(leaf) = read.first() else { return Moments { begins: Vec::new(), ends: Vec::new() } };
        let within = |moment: &i64| (leaf.not_before..=leaf.not_after).contains(moment);
        let begins = read.iter().map(|it| it.not_before.max(leaf.not_before)).filter(within);
        let mut ends: Vec<i64> =
            read.iter().map(|it| it.not_after.min(leaf.not_after)).filter(within).collect();
        ends.sort_unstable_by(|a, b| b.cmp(a));
        Moments { begins: begins.collect(), ends }
    }
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

fn untrusted(chain: &[CertificateDer<'_>], fault: &Error) -> &'static str {
    let Some(leaf) = chain.first().and_then(|leaf| Certificate::read(leaf)) else { return "bad_chain" };
    match (fault, weakness(chain)) {
        (Error::InvalidCertificate(CertificateError::Revoked), _) => "revoked",
        (Error::InvalidCertificate(fault), _) if is_about_purpose(fault) => "wrong_purpose",
        (_, Some(weak)) => weak,
        _ if leaf.self_signed => "self_signed",
        // Version 1 knows no extensions, and so no names that count.
        _ if leaf.version == 1 => "no_names",
        (Error::InvalidCertificate(CertificateError::UnknownIssuer), _) => {
            if chain.len() == 1 && leaf.by_intermediate { "bad_chain" } else { "untrusted" }
        }
        _ => "bad_chain",
    }
}

fn weakness(chain: &[CertificateDer<'_>]) -> Option<&'static str> {
    let mut read = chain.iter().take(CHAIN_LIMIT).filter_map(|der| Certificate::read(der));
    Some(match read.find_map(|certificate| certificate.weakness)? {
        Weakness::Key => "weak_key",
        Weakness::Signature => "weak_signature",
    })
}

fn is_about_purpose(fault: &CertificateError) -> bool {
    matches!(fault, CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. })
}

fn named(leaf: &CertificateDer<'_>, name: &ServerName) -> Result<(), Error> {
    verify_server_name(&ParsedCertificate::try_from(leaf)?, name)
}

fn name_state(leaf: &CertificateDer<'_>, fault: &Error) -> &'static str {
    match fault {
        _ if Certificate::read(leaf).is_some_and(|leaf| leaf.names.is_empty()) => "no_names",
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
