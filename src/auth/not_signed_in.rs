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
    #[error("the callback port `{0}` is no number from 0 to 65535")]
    NoPort(String),
    #[error("port {0} of this machine is in use")]
    PortTaken(u16),
    /// Nobody can listen for the browser; the system's words.
    #[error("no port can be opened on this machine for the browser to come back to: {0}")]
    NoDesk(String),
    #[error("{0} describes no page for signing in with a browser")]
    NoPage(String),
    /// The person, or the server, said no. `code` and words are the server's.
    #[error("OAuth callback failed: {0}")]
    Denied(Refusal),
    /// Nobody came back.
    #[error("nobody came back from the browser within {}", spoken(.0))]
    TimedOut(Duration),
    #[error("the callback names {} as its sender, not {expected}: the sign-in was mixed up with another server's, and its code was not used", .named.as_deref().unwrap_or("nobody"))]
    OtherIssuer { named: Option<String>, expected: String },
    /// The code that the browser brought was not exchanged.
    #[error("OAuth callback failed: the code was not exchanged: {0}")]
    NotExchanged(Refused),
    /// No device code was given.
    #[error("no device code was given: {0}")]
    NoDeviceCode(Refused),
    #[error("the sign-in was denied in the browser{}", .0.as_deref().map(|why| format!(": {why}")).unwrap_or_default())]
    DeviceDenied(Option<String>),
    #[error("the code expired before anybody entered it")]
    DeviceExpired,
    #[error("the device code was not exchanged: {0}")]
    DeviceFailed(Refused),
    /// The API does not take the new token.
    #[error("the server signed you in, but the API refuses the new token: {0}")]
    NotAccepted(Refusal),
    /// The second factor or the single sign-on is still due.
    #[error("{}", still_due(.0))]
    StillDue(Due),
    #[error("no provider is called `{name}`")]
    NoProvider { name: String, known: String },
    #[error("the workspace {0} does not allow signing in with another provider")]
    DirectForbidden(String),
}

impl NotSignedIn {
    /// The word that documents and logs use.
    pub fn name(&self) -> &'static str {
        match self {
            NotSignedIn::Undiscovered(Undiscovered::NoClient(_)) => "no_client",
            NotSignedIn::Undiscovered(_) => "no_endpoints",
            NotSignedIn::NoRandomness(_) => "no_randomness",
            NotSignedIn::NoPort(_) => "no_port",
            NotSignedIn::PortTaken(_) => "port_taken",
            NotSignedIn::NoDesk(_) => "no_callback",
            NotSignedIn::NoPage(_) => "no_page",
            NotSignedIn::Denied(_) | NotSignedIn::DeviceDenied(_) => "denied",
            NotSignedIn::TimedOut(_) => "timed_out",
            NotSignedIn::OtherIssuer { .. } => "other_issuer",
            NotSignedIn::NotExchanged(_) | NotSignedIn::DeviceFailed(_) => "not_exchanged",
            NotSignedIn::NoDeviceCode(_) => "no_device_code",
            NotSignedIn::DeviceExpired => "device_code_expired",
            NotSignedIn::NotAccepted(_) => "not_accepted",
            NotSignedIn::StillDue(Due::SecondFactor) => "two_factor_required",
            NotSignedIn::StillDue(Due::SignOn) => "sso_required",
            NotSignedIn::NoProvider { .. } => "no_provider",
            NotSignedIn::DirectForbidden(_) => "direct_oauth_forbidden",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        if let NotSignedIn::Undiscovered(why) = self
            && let Some(setting) = why.setting()
        {
            return setting;
        }
        let words = match self {
            NotSignedIn::NoPort(_) => {
                "put CMDOP_CALLBACK_PORT, or callback_port in config.yaml, right; 0 is any free one"
            }
            NotSignedIn::PortTaken(_) => {
                "end the program that uses it, or name another port in CMDOP_CALLBACK_PORT; 0 is any free one"
            }
            NotSignedIn::NoDesk(_) | NotSignedIn::NoPage(_) => "cmdop login --device-code",
            NotSignedIn::TimedOut(_) => {
                "run `cmdop login` again, or `cmdop login --device-code` if the browser cannot reach this machine"
            }
            NotSignedIn::DeviceExpired => "cmdop login --device-code",
            NotSignedIn::NoDeviceCode(Refused::NotOffered(_)) => "cmdop login --no-browser",
            NotSignedIn::StillDue(_) => "complete it in the browser, then run `cmdop login` again",
            NotSignedIn::NoProvider { known, .. } => {
                return format!(
                    "use {known}, one that config.yaml describes, or the https address of an issuer"
                );
            }
            NotSignedIn::DirectForbidden(_) => {
                "run `cmdop login`, or ask a workspace admin to allow direct OAuth"
            }
            NotSignedIn::Denied(_) | NotSignedIn::DeviceDenied(_) => "run `cmdop login` again, and allow it",
            NotSignedIn::Undiscovered(_)
            | NotSignedIn::NoRandomness(_)
            | NotSignedIn::OtherIssuer { .. }
            | NotSignedIn::NotExchanged(_)
            | NotSignedIn::NoDeviceCode(_)
            | NotSignedIn::DeviceFailed(_)
            | NotSignedIn::NotAccepted(_) => "run `cmdop doctor auth` to see why, or try again",
        };
        words.to_owned()
    }

    /// Whether a flag, a variable or a file has to be put right first.
    pub fn is_configuration(&self) -> bool {
        match self {
            NotSignedIn::Undiscovered(why) => why.setting().is_some(),
            NotSignedIn::NoPort(_) | NotSignedIn::NoProvider { .. } => true,
            _ => false,
        }
    }
}

fn still_due(due: &Due) -> &'static str {
    match due {
        Due::SecondFactor => "a second factor is still due",
        Due::SignOn => "the single sign-on is still due",
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
