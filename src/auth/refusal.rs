//! Why the API did not do what it was asked, told apart by what can be done about it.

use reqwest::StatusCode;
use reqwest::header::WWW_AUTHENTICATE;

use crate::credential::ask::{Asked, Redirect};
use crate::credential::{Context, Withheld};
use crate::world::challenge;
use crate::world::complaint::Complaint;
use crate::world::exchange::{Answer, End, Fault};

/// The most of a server's words that is kept, in characters.
const LONGEST: usize = 300;

/// How the words of a machine that wants its password begin (facts: error strings published
/// elsewhere). A code would say so too, and not every server sends one.
const PASSWORD_WORDS: &str = "UNAUTHENTICATED: Session requires password";

/// A request that came to nothing. Texts from the server are cut, and without the secrets of this
/// machine; whoever shows them makes them visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub why: Why,
    /// The request, as `GET https://api.cmdop.com/v1/auth/me`; empty where none was made.
    pub asked: String,
    pub said: Box<Said>,
}

/// What the server said with it; nothing where it said nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub status: Option<u16>,
    pub code: Option<String>,
    /// In its own words.
    pub message: Option<String>,
    /// Why, for the log.
    pub reason: Option<String>,
    pub request_id: Option<String>,
}

/// What stood in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// There is no credential; the text says what is there instead, if anything is.
    NotSignedIn(Option<String>),
    /// There is one, and it must not go there.
    Withheld(Withheld),
    /// The file system that the credential lies on gives no answer.
    Stalled,
    /// The API's address is no URL.
    NoAddress,
    /// The server does not accept the credential.
    Unauthenticated,
    /// The credential may not; names the permission, where the server does.
    Forbidden { permission: Option<String> },
    /// The object is not there.
    Missing,
    /// The server has no such route, which makes it another server, and no sick one.
    NoRoute,
    /// The server wants to be left alone; milliseconds, where it says for how long.
    RateLimited { retry_after: Option<i64> },
    /// A second factor is due.
    SecondFactor,
    /// The single sign-on has to be done again, at this page where the server names it.
    SignOn { login_url: Option<String> },
    /// A machine wants its own password, which no credential replaces.
    MachinePassword,
    /// The request makes no sense to the server, or clashes with what is there.
    Rejected,
    /// The server is at fault.
    ServerFault { retry_after: Option<i64> },
    /// A web page came in place of an answer: a portal, a filter, another kind of server.
    Page,
    /// The server sends elsewhere, where nothing is sent.
    Redirected(Redirect),
    /// The answer is not what the API documents; says what it is.
    Odd(&'static str),
    /// No answer came, or half of one.
    Unanswered(Fault),
}

impl Why {
    /// The word for it in logs and JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Why::NotSignedIn(_) => "not_signed_in",
            Why::Withheld(_) => "withheld",
            Why::Stalled => "stalled",
            Why::NoAddress => "no_address",
            Why::Unauthenticated => "unauthenticated",
            Why::Forbidden { .. } => "forbidden",
            Why::Missing => "not_found",
            Why::NoRoute => "no_route",
            Why::RateLimited { .. } => "rate_limited",
            Why::SecondFactor => "two_factor_required",
            Why::SignOn { .. } => "sso_required",
            Why::MachinePassword => "machine_password_required",
            Why::Rejected => "rejected",
            Why::ServerFault { .. } => "server_fault",
            Why::Page => "page",
            Why::Redirected(_) => "redirected",
            Why::Odd(_) => "odd_answer",
            Why::Unanswered(_) => "unanswered",
        }
    }
}

impl Refusal {
    /// A request that was not made.
    pub fn unasked(why: Why) -> Refusal {
        Refusal::of("", why).logged()
    }

    /// What `asked` says against the request called `name`; `None` if it is a good answer.
    pub(super) fn in_answer(ctx: &Context, name: &str, asked: &Asked) -> Option<Refusal> {
        let unanswered = |fault: &Fault| Refusal::of(name, Why::Unanswered(fault.clone())).logged();
        let answer = match &asked.answer {
            Ok(answer) => answer,
            Err(fault) => return Some(unanswered(fault)),
        };
        if let End::Broken(fault) = &answer.end {
            return Some(unanswered(fault));
        }
        let document = asked.document();
        let complaint = document.as_ref().map(Complaint::read).unwrap_or_default();
        let why = judge(answer, asked.redirect.as_ref(), document.is_some(), &complaint)?;
        let challenges = answer.headers.get_all(WWW_AUTHENTICATE);
        let challenged = challenges.iter().find_map(challenge::description);
        let message = complaint.message.or_else(|| challenged.clone());
        let cleaned = |text: String| cleaned(ctx, &text);
        let said = Said {
            status: Some(answer.status.as_u16()),
            code: complaint.code.map(cleaned),
            // The challenge says why; the message is mostly the same for all reasons.
            reason: challenged.or_else(|| message.clone()).map(cleaned),
            message: message.map(cleaned),
            request_id: answer.request_id().map(|id| cleaned(id.to_owned())),
        };
        let refusal = Refusal::of(name, without_secrets(ctx, why));
        Some(Refusal { said: Box::new(said), ..refusal }.logged())
    }

    /// A good answer that holds something else than the API documents.
    pub(super) fn odd(name: &str, what: &'static str) -> Refusal {
        Refusal::of(name, Why::Odd(what)).logged()
    }

    fn of(name: &str, why: Why) -> Refusal {
        Refusal { why, asked: name.to_owned(), said: Box::default() }
    }

    fn logged(self) -> Refusal {
        let permission = match &self.why {
            Why::Forbidden { permission } => permission.as_deref(),
            _ => None,
        };
        let retry_after_ms = match self.why {
            Why::RateLimited { retry_after } | Why::ServerFault { retry_after } => retry_after,
            _ => None,
        };
        tracing::error!(
            component = "api",
            why = self.why.name(),
            status = self.said.status,
            code = self.said.code,
            permission,
            retry_after_ms,
            request = (!self.asked.is_empty()).then_some(self.asked.as_str()),
            request_id = self.said.request_id,
            reason = self.said.reason,
            "request refused"
        );
        self
    }
}

/// What an answer says, if it says no.
fn judge(answer: &Answer, redirect: Option<&Redirect>, json: bool, complaint: &Complaint) -> Option<Why> {
    if let Some(redirect) = redirect {
        return Some(Why::Redirected(redirect.clone()));
    }
    let status = answer.status.as_u16();
    if answer.status.is_server_error() {
        return Some(Why::ServerFault { retry_after: answer.retry_after(complaint) });
    }
    if answer.is_html() && !json {
        return Some(Why::Page);
    }
    if answer.status.is_success() {
        return of_success(answer, json);
    }
    Some(match (status, complaint.code.as_deref()) {
        (401 | 403, Some("two_factor_required")) => Why::SecondFactor,
        (401 | 403, Some("sso_required")) => Why::SignOn { login_url: complaint.login_url.clone() },
        (401 | 403, Some("machine_password_required")) => Why::MachinePassword,
        (401 | 403, _) if wants_password(complaint) => Why::MachinePassword,
        (401, _) => Why::Unauthenticated,
        (403, _) => Why::Forbidden { permission: complaint.permission.clone() },
        (404, _) if is_of_object(complaint) => Why::Missing,
        (404 | 405 | 501, _) => Why::NoRoute,
        (429, _) => Why::RateLimited { retry_after: answer.retry_after(complaint) },
        (300..=399, _) => Why::Odd("a redirect that leads nowhere"),
        _ => Why::Rejected,
    })
}

fn of_success(answer: &Answer, json: bool) -> Option<Why> {
    let nothing = answer.status == StatusCode::NO_CONTENT || answer.body.trim_ascii().is_empty();
    match () {
        () if answer.end == End::TooLarge => Some(Why::Odd("too large")),
        () if json || nothing => None,
        () if answer.is_cut() => Some(Why::Odd("JSON that breaks off")),
        () => Some(Why::Odd("no JSON")),
    }
}

fn wants_password(complaint: &Complaint) -> bool {
    complaint.message.as_deref().is_some_and(|words| words.starts_with(PASSWORD_WORDS))
}

/// Whether a 404 is about an object: routes that are not there have no words of their own, or those
/// that a framework has for them.
fn is_of_object(complaint: &Complaint) -> bool {
    match (complaint.code.as_deref(), complaint.message.as_deref()) {
        (Some("not_found"), _) => true,
        (None, Some(words)) => !words.trim_end_matches('.').eq_ignore_ascii_case("not found"),
        _ => false,
    }
}

fn without_secrets(ctx: &Context, why: Why) -> Why {
    let cleaned = |text: Option<String>| text.map(|text| cleaned(ctx, &text));
    match why {
        Why::Forbidden { permission } => Why::Forbidden { permission: cleaned(permission) },
        // An address that was cut or changed leads nowhere.
        Why::SignOn { login_url } => Why::SignOn {
            login_url: login_url.filter(|url| cleaned(Some(url.clone())).as_ref() == Some(url)),
        },
        Why::Redirected(mut redirect) => {
            ctx.scrub(&mut redirect.location);
            Why::Redirected(redirect)
        }
        other => other,
    }
}

/// `text` from a server, cut, and without the secrets of this machine. It is cleaned as a whole: of
/// a secret that was cut less would be known again.
fn cleaned(ctx: &Context, text: &str) -> String {
    let mut text = text.to_owned();
    ctx.scrub(&mut text);
    text.chars().take(LONGEST).collect()
}
