//! Why a server gave nothing.

use std::fmt::{self, Display};
use std::time::Duration;

use crate::credential::Withheld;
use crate::world::exchange::{Fault, Phase};

/// What a server says when it refuses (RFC 6749 section 5.2). Texts are as the server wrote them,
/// cut, and without the secrets that it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `invalid_grant` and the like; `None` where the answer had none.
    pub code: Option<String>,
    pub description: Option<String>,
    /// The page where a person gives what is due (facts: "an answer that needs more").
    pub login_url: Option<String>,
    pub status: u16,
    /// How long the server asks to wait (RFC 9110 section 10.2.3).
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// What a callback says in place of a code (RFC 6749 section 4.1.2.1). It came with no status.
    pub(in crate::auth) fn in_callback(code: String, description: Option<String>) -> Refusal {
        Refusal { code: Some(code), description, login_url: None, status: 302, retry_after: None }
    }

    /// Whether the server said `code`.
    pub fn says(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether the address is none that the server knows.
    pub(super) fn is_no_route(&self) -> bool {
        matches!(self.status, 404 | 405 | 501) && self.code.as_deref().is_none_or(|code| code == "not_found")
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.description) {
            (Some(code), Some(words)) => write!(f, "{code}: {words}"),
            (Some(text), None) | (None, Some(text)) => f.write_str(text),
            (None, None) => write!(f, "status {} without a reason", self.status),
        }
    }
}

/// Why a request to an authorization server came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The server said no.
    #[error("the server refuses: {0}")]
    ByServer(Refusal),
    /// The server answered something else than OAuth asks for; says what.
    #[error("the server answers with status {status}, and {what}")]
    Odd { status: u16, what: String },
    /// No answer arrived.
    #[error("no answer from {host} ({}): {}", .fault.phase.name(), .fault.words)]
    Unanswered { host: String, fault: Fault },
    /// A secret may not go there; nothing was sent.
    #[error("nothing was sent to {address}: {why}")]
    Withheld { address: String, why: Withheld },
    /// The server has no such endpoint.
    #[error("the server offers no {0}")]
    NotOffered(&'static str),
}

impl Refused {
    /// Whether the same question may be answered otherwise a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Refused::ByServer(Refusal { status, code, .. }) => {
                matches!(status, 408 | 429 | 500..)
                    || matches!(code.as_deref(), Some("temporarily_unavailable" | "server_error"))
            }
            Refused::Odd { status, .. } => matches!(status, 408 | 429 | 500..),
            Refused::Unanswered { fault, .. } => !matches!(fault.phase, Phase::Tls | Phase::Redirect),
            Refused::Withheld { .. } | Refused::NotOffered(_) => false,
        }
    }

    /// Whether the server may have acted although nothing of it arrived: the request was sent, or
    /// may have been.
    pub fn may_have_acted(&self) -> bool {
        match self {
            Refused::Unanswered { fault, .. } => {
                matches!(fault.phase, Phase::Send | Phase::Read | Phase::Timeout)
            }
            Refused::Odd { status, .. } => matches!(status, 200..=299 | 500..),
            Refused::ByServer(refusal) => refusal.status >= 500,
            Refused::Withheld { .. } | Refused::NotOffered(_) => false,
        }
    }

    /// Whether the server refuses with this `code` of RFC 6749 or RFC 8628.
    pub fn says(&self, code: &str) -> bool {
        matches!(self, Refused::ByServer(refusal) if refusal.says(code))
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Refused::ByServer(refusal) => refusal.retry_after,
            _ => None,
        }
    }

    /// Whether the address is none that the server knows.
    pub(in crate::auth) fn is_no_route(&self) -> bool {
        match self {
            Refused::ByServer(refusal) => refusal.is_no_route(),
            Refused::Odd { status, .. } => matches!(status, 404 | 405 | 501),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, code: Option<&str>) -> Refused {
        let code = code.map(str::to_owned);
        Refused::ByServer(Refusal { code, description: None, login_url: None, status, retry_after: None })
    }

    #[test]
    fn what_may_pass_is_told_from_what_stays() {
        assert!(refusal(503, None).is_transient() && refusal(429, Some("slow")).is_transient());
        assert!(!refusal(400, Some("invalid_grant")).is_transient() && !refusal(400, None).is_transient());
        let fault = |phase| Refused::Unanswered { host: "x".to_owned(), fault: Fault::new(phase, "w") };
        assert!(fault(Phase::Dns).is_transient() && !fault(Phase::Dns).may_have_acted());
        assert!(fault(Phase::Read).may_have_acted() && !fault(Phase::Tls).is_transient());
    }

    #[test]
    fn a_missing_route_is_no_refusal_of_a_grant() {
        assert!(refusal(404, None).is_no_route() && refusal(405, Some("not_found")).is_no_route());
        assert!(!refusal(404, Some("invalid_grant")).is_no_route() && !refusal(400, None).is_no_route());
    }
}
