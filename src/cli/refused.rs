//! Telling why the API did not do what it was asked: the message that the product's documentation
//! has for it, the cause, and what to type.

use super::session::Session;
use super::told::{Details, REFUSED, Told};
use crate::auth::holding::{Holding, InForce};
use crate::auth::refusal::{Refusal, Why};
use crate::credential::{KEY_VARIABLE, Withheld};
use crate::model::address::without_credentials;
use crate::world::clock::now_ms;
use crate::world::exchange::Phase;

/// The exit code of a configuration that makes no sense.
const MISCONFIGURED: u8 = 2;

/// The exit code of a command that ended so.
pub(super) fn exit_code(refusal: &Refusal) -> u8 {
    if refusal.why == Why::NoAddress { MISCONFIGURED } else { REFUSED }
}

/// What `refusal` means, on this machine.
pub(super) fn told(session: &Session, refusal: &Refusal) -> Told {
    let held = match &session.holding {
        Holding::Credential(held) => Some(held.as_ref()),
        _ => None,
    };
    let cause = with_request(cause(session, refusal, held), refusal);
    Told {
        why: refusal.why.name(),
        headline: headline(refusal, held),
        cause: Some(cause),
        fixes: fixes(session, refusal, held),
        details: details(refusal),
    }
}

fn headline(refusal: &Refusal, held: Option<&InForce>) -> String {
    let key = held.is_some_and(|held| held.kind == "key");
    match &refusal.why {
        Why::NotSignedIn(_) => "not signed in".to_owned(),
        Why::Withheld(Withheld::NotSendable) if key => "invalid API key".to_owned(),
        Why::Withheld(_) => "the credential was not sent".to_owned(),
        Why::Stalled => "the credential cannot be read".to_owned(),
        Why::NoAddress => "the address of the API is no URL".to_owned(),
        Why::Unauthenticated if key => "invalid API key".to_owned(),
        Why::Unauthenticated if held.is_some_and(|held| held.has_ended(now_ms())) => {
            "token expired".to_owned()
        }
        Why::Unauthenticated => "UNAUTHENTICATED".to_owned(),
        Why::Forbidden { permission: Some(_) } => "PERMISSION_DENIED".to_owned(),
        Why::Forbidden { permission: None } => "permission denied".to_owned(),
        Why::Missing => "not found".to_owned(),
        Why::NoRoute => "the server cannot do this".to_owned(),
        Why::RateLimited { retry_after: Some(wait) } => {
            format!("Rate limit exceeded, retry after {}s", seconds(*wait))
        }
        Why::RateLimited { retry_after: None } => "Rate limit exceeded".to_owned(),
        Why::SecondFactor => "two-factor authentication is required".to_owned(),
        Why::SignOn { .. } => "single sign-on is required".to_owned(),
        Why::MachinePassword => "UNAUTHENTICATED: Session requires password".to_owned(),
        Why::Rejected => "the server rejects the request".to_owned(),
        Why::ServerFault { .. } => "the server failed".to_owned(),
        Why::Page => "a web page came in place of an answer".to_owned(),
        Why::Redirected(_) => "the server sends elsewhere".to_owned(),
        Why::Odd(_) => "the answer makes no sense".to_owned(),
        Why::Unanswered(fault) if fault.phase == Phase::Timeout => "no answer in time".to_owned(),
        Why::Unanswered(_) => "the server cannot be reached".to_owned(),
    }
}

fn cause(session: &Session, refusal: &Refusal, held: Option<&InForce>) -> String {
    let api = without_credentials(&session.operation.ctx.settings.api.value);
    let credential = held.map_or("the credential".to_owned(), named);
    let says = refusal.said.message.as_deref().map(|words| format!(": {words}")).unwrap_or_default();
    let status = refusal.said.status.unwrap_or_default();
    match &refusal.why {
        Why::NotSignedIn(Some(why)) => why.clone(),
        Why::NotSignedIn(None) => nothing_held(session),
        Why::Withheld(Withheld::NotSendable) => match held {
            Some(held) if held.kind == "key" => {
                format!("what {} holds is not shaped like a key of CMDOP, so it was not sent", held.source)
            }
            _ => format!("{credential} is another server's, another vendor's, another user's, or broken"),
        },
        Why::Withheld(why) => format!("{why} ({api})"),
        Why::Stalled => "the file system gives no answer".to_owned(),
        Why::NoAddress => format!("{api:?} is set by {}", session.operation.ctx.settings.api.from.name()),
        Why::Unauthenticated => match held.and_then(|held| held.expires_at).filter(|end| *end <= now_ms()) {
            Some(_) => match &session.unrenewed {
                Some(why) => format!("{credential} has expired, and was not renewed: {why}"),
                None => format!("{credential} has expired{says}"),
            },
            None => format!("{api} does not accept {credential}{says}"),
        },
        Why::Forbidden { permission: Some(permission) } => {
            format!("{credential} lacks the permission {permission}{says}")
        }
        Why::Forbidden { permission: None } => format!("{credential} may not do this{says}"),
        Why::Missing => format!("{api} knows no such thing{says}"),
        Why::NoRoute => format!("{api} has no route for {} (status {status})", refusal.asked),
        Why::RateLimited { .. } => format!("{api} was asked too often"),
        Why::SecondFactor => format!("{api} asks for a second factor, which signing in anew gives{says}"),
        Why::SignOn { login_url: Some(url) } => format!("the single sign-on has to be done again, at {url}"),
        Why::SignOn { login_url: None } => format!("the single sign-on has to be done again{says}"),
        Why::MachinePassword => "the machine asks for its own password; the credential is good".to_owned(),
        Why::Rejected => format!("{api} answers with status {status}{says}"),
        Why::ServerFault { retry_after } => {
            let wait = retry_after.map(|wait| format!("; it asks to wait {} s", seconds(wait)));
            format!("{api} answers with status {status}{says}{}", wait.unwrap_or_default())
        }
        Why::Page => format!("{api} answers with a page of status {status}: a portal, a filter, or no API"),
        Why::Redirected(redirect) => format!("{api} leads to {}, where nothing is sent", redirect.location),
        Why::Odd(what) => format!("{api} answers with {what}, where JSON with data was due"),
        Why::Unanswered(fault) => format!("{api}: {} ({})", fault.words, fault.phase.name()),
    }
}

fn nothing_held(session: &Session) -> String {
    let store = session.operation.ctx.settings.store();
    match (&session.holding, store) {
        (Holding::Nothing { hidden: Some(file) }, _) => {
            format!("{KEY_VARIABLE} is set to nothing, which hides the login in {file}")
        }
        (_, Some(store)) => format!("neither {KEY_VARIABLE} nor {} holds a credential", store.display()),
        (_, None) => format!("{KEY_VARIABLE} is not set, and no home folder is known"),
    }
}

/// The credential as sentences name it.
pub(super) fn named(held: &InForce) -> String {
    let what = if held.kind == "key" { "the API key" } else { "the access token" };
    format!("{what} in {}", held.source)
}

fn with_request(cause: String, refusal: &Refusal) -> String {
    match &refusal.said.request_id {
        Some(id) => format!("{cause} (request {id})"),
        None => cause,
    }
}

fn fixes(session: &Session, refusal: &Refusal, held: Option<&InForce>) -> Vec<String> {
    const DOCTOR: &str = "cmdop doctor auth";
    let key = held.filter(|held| held.kind == "key");
    let hides = key.is_some_and(|key| key.shadows.iter().any(|hidden| hidden != KEY_VARIABLE));
    let unset = || format!("unset {KEY_VARIABLE}");
    let commands: Vec<String> = match &refusal.why {
        Why::NotSignedIn(_) => match &session.holding {
            Holding::Nothing { hidden: Some(_) } => vec![unset()],
            Holding::Unusable(_) => vec![DOCTOR.to_owned(), "cmdop login".to_owned()],
            _ => vec!["cmdop login".to_owned()],
        },
        Why::Unauthenticated if hides => vec![unset(), DOCTOR.to_owned()],
        Why::Unauthenticated if key.is_some() => {
            vec![format!("{} && cmdop login", unset()), DOCTOR.to_owned()]
        }
        Why::Unauthenticated if held.is_some_and(|held| held.refreshable) => {
            vec!["cmdop auth refresh".to_owned(), "cmdop login".to_owned(), DOCTOR.to_owned()]
        }
        Why::Unauthenticated => vec!["cmdop login".to_owned(), DOCTOR.to_owned()],
        Why::SecondFactor | Why::SignOn { .. } => vec!["cmdop login".to_owned()],
        Why::Forbidden { .. } => vec![DOCTOR.to_owned(), "cmdop workspace list".to_owned()],
        Why::NoRoute | Why::Rejected | Why::Missing => Vec::new(),
        _ => vec![DOCTOR.to_owned()],
    };
    commands
}

/// Whole seconds, none too few.
fn seconds(millis: i64) -> i64 {
    millis.saturating_add(999) / 1000
}

fn details(refusal: &Refusal) -> Details {
    let (permission, wait, page) = match &refusal.why {
        Why::Forbidden { permission } => (permission.clone(), None, None),
        Why::RateLimited { retry_after } | Why::ServerFault { retry_after } => (None, *retry_after, None),
        Why::SignOn { login_url } => (None, None, login_url.clone()),
        _ => (None, None, None),
    };
    Details {
        status: refusal.said.status,
        code: refusal.said.code.clone(),
        permission,
        retry_after_s: wait.map(seconds),
        login_url: page,
        request_id: refusal.said.request_id.clone(),
    }
}
