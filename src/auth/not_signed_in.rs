//! Why signing in came to nothing. The stored credential is as it was.

use std::time::Duration;

use super::oauth::discovery::Undiscovered;
use super::oauth::{NoRandomness, Refusal, Refused};
use super::person::Due;

/// Why nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSignedIn {
    #[error(transparent)]
    Undiscovered(#[from] Undiscovered),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The setting is no port.
    #[error(
        "the callback port `{0}` is no number from 0 to 65535 (CMDOP_CALLBACK_PORT, callback_port in config.yaml)"
    )]
    NoPort(String),
    #[error(
        "port {0} of this machine is in use: end the program that uses it, or name another port with CMDOP_CALLBACK_PORT (0 is any free one)"
    )]
    PortTaken(u16),
    /// Nobody can listen for the browser; the system's words.
    #[error(
        "no port can be opened on this machine for the browser to come back to: {0}; try `cmdop login --device-code`"
    )]
    NoDesk(String),
    #[error("{0} describes no page for signing in with a browser; try `cmdop login --device-code`")]
    NoPage(String),
    /// The person, or the server, said no. `code` and words are the server's.
    #[error("OAuth callback failed: {0}")]
    Denied(Refusal),
    /// Nobody came back.
    #[error("nobody came back from the browser within {}; run `cmdop login` again, or `cmdop login --device-code` if the browser cannot reach this machine", spoken(.0))]
    TimedOut(Duration),
    #[error("the callback names {} as its sender, not {expected}: the sign-in was mixed up with another server's, and its code was not used", .named.as_deref().unwrap_or("nobody"))]
    OtherIssuer { named: Option<String>, expected: String },
    /// The code that the browser brought was not exchanged.
    #[error("OAuth callback failed: the code was not exchanged: {0}")]
    NotExchanged(Refused),
    /// No device code was given.
    #[error("no device code was given: {0}")]
    NoDeviceCode(Refused),
    #[error("the sign-in was denied in the browser")]
    DeviceDenied,
    #[error("the code expired before anybody entered it; run `cmdop login --device-code` again")]
    DeviceExpired,
    #[error("the device code was not exchanged: {0}")]
    DeviceFailed(Refused),
    /// The API does not take the new token.
    #[error(
        "the server signed you in, but the API refuses the new token: {0}; the stored credential is unchanged"
    )]
    NotAccepted(Refusal),
    /// The second factor or the single sign-on is still due.
    #[error("{}", still_due(.0))]
    StillDue(Due),
    #[error("no provider is called `{name}`: use {known}, or the https address of an issuer")]
    NoProvider { name: String, known: String },
    #[error(
        "CMDOP has no published client at {0}: set providers.{0}.client_id in config.yaml, or CMDOP_PROVIDER_CLIENT_ID"
    )]
    NoClient(String),
    #[error(
        "the workspace {0} does not allow signing in with another provider; use `cmdop login`, or ask a workspace admin to allow direct OAuth"
    )]
    DirectForbidden(String),
}

impl NotSignedIn {
    /// The word that documents and logs use.
    pub fn name(&self) -> &'static str {
        match self {
            NotSignedIn::Undiscovered(_) => "no_endpoints",
            NotSignedIn::NoRandomness(_) => "no_randomness",
            NotSignedIn::NoPort(_) => "no_port",
            NotSignedIn::PortTaken(_) => "port_taken",
            NotSignedIn::NoDesk(_) => "no_callback",
            NotSignedIn::NoPage(_) => "no_page",
            NotSignedIn::Denied(_) | NotSignedIn::DeviceDenied => "denied",
            NotSignedIn::TimedOut(_) => "timed_out",
            NotSignedIn::OtherIssuer { .. } => "other_issuer",
            NotSignedIn::NotExchanged(_) | NotSignedIn::DeviceFailed(_) => "not_exchanged",
            NotSignedIn::NoDeviceCode(_) => "no_device_code",
            NotSignedIn::DeviceExpired => "device_code_expired",
            NotSignedIn::NotAccepted(_) => "not_accepted",
            NotSignedIn::StillDue(Due::SecondFactor) => "two_factor_required",
            NotSignedIn::StillDue(Due::SignOn) => "sso_required",
            NotSignedIn::NoProvider { .. } => "no_provider",
            NotSignedIn::NoClient(_) => "no_client",
            NotSignedIn::DirectForbidden(_) => "direct_oauth_forbidden",
        }
    }

    /// Whether a flag, a variable or a file has to be put right first.
    pub fn is_configuration(&self) -> bool {
        match self {
            NotSignedIn::Undiscovered(why) => {
                matches!(why, Undiscovered::NoAddress(_) | Undiscovered::PlainHttp(_))
            }
            NotSignedIn::NoPort(_) | NotSignedIn::NoProvider { .. } | NotSignedIn::NoClient(_) => true,
            _ => false,
        }
    }
}

fn still_due(due: &Due) -> &'static str {
    match due {
        Due::SecondFactor => {
            "a second factor is still due: complete it in the browser and run `cmdop login` again"
        }
        Due::SignOn => {
            "the single sign-on is still due: complete it in the browser and run `cmdop login` again"
        }
    }
}

/// A span in words, for sentences.
fn spoken(span: &Duration) -> String {
    match span.as_secs() {
        seconds if seconds >= 120 && seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}
