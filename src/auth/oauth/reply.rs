//! One question to an endpoint that answers with fields: a form goes out, and fields come back as
//! JSON, or as a form where a server knows no better.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use serde_json::{Map, Value};
use tokio::time::Instant;
use url::Url;

use super::endpoints::Endpoints;
use super::refused::{Refusal, Refused};
use crate::credential::Context;
use crate::world::exchange::{Answer, Ask, Body, End, http_date, shown};

/// Fields of a form that are secrets.
const SECRET_FIELDS: [&str; 8] = [
    "code",
    "code_verifier",
    "client_secret",
    "device_code",
    "refresh_token",
    "subject_token",
    "token",
    "state",
];

/// How much of a server's words is kept.
const LONGEST_WORDS: usize = 300;

/// Longer waits are not taken at their word.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// What came back with a status that means yes.
#[derive(Debug)]
pub(in crate::auth) struct Reply {
    pub(super) status: u16,
    pub(in crate::auth) fields: Map<String, Value>,
    /// When it came, in milliseconds since 1970.
    pub(super) received_at: i64,
}

impl Reply {
    #[cfg(test)]
    pub(in crate::auth) fn of(fields: Map<String, Value>) -> Reply {
        Reply { status: 200, fields, received_at: 0 }
    }

    /// The text in `name`; a number is taken as one. `None` if it is empty.
    pub(in crate::auth) fn text(&self, name: &str) -> Option<String> {
        text(&self.fields, name)
    }

    /// The number of seconds in `name`, which some servers write as text or with fractions.
    pub(in crate::auth) fn seconds(&self, name: &str) -> Option<f64> {
        let number = match self.fields.get(name)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// That this answer is of no use, for it `what`.
    pub(in crate::auth) fn odd(&self, what: &str) -> Refused {
        Refused::Odd { status: self.status, what: what.to_owned() }
    }
}

/// Posts `fields` to `url` as the client, which says its name, and its secret if it has one.
pub(in crate::auth) async fn post(
    ctx: &Context,
    endpoints: &Endpoints,
    url: &Url,
    fields: &[(&str, &str)],
    deadline: Instant,
) -> Result<Reply, Refused> {
    let secret = endpoints.client.secret.as_ref();
    let secret = secret.map(|secret| ("client_secret", secret.expose().as_str()));
    let fields: Vec<_> = secret.into_iter().chain(fields.iter().copied()).collect();
    post_by_name(ctx, endpoints, url, &fields, deadline).await
}

/// Posts `fields` to `url` as the client, which says its name alone.
pub(in crate::auth) async fn post_by_name(
    ctx: &Context,
    endpoints: &Endpoints,
    url: &Url,
    fields: &[(&str, &str)],
    deadline: Instant,
) -> Result<Reply, Refused> {
    endpoints.permit(url).map_err(|why| Refused::Withheld { address: shown(url), why })?;
    let mut form = vec![("client_id", endpoints.client.id.as_str())];
    form.extend_from_slice(fields);
    let ask = Ask::post(url.clone(), Body::form(form.iter().copied()));
    ask_for_fields(ctx, &ask, deadline).await.map_err(|refused| cleaned(refused, &form, ctx))
}

/// Asks, and reads the fields of the answer.
pub(in crate::auth) async fn ask_for_fields(
    ctx: &Context,
    ask: &Ask,
    deadline: Instant,
) -> Result<Reply, Refused> {
    let host = || ask.url.host_str().unwrap_or_default().to_owned();
    let unanswered = |fault| Refused::Unanswered { host: host(), fault };
    let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
    let answer = ctx.world.ask(ask, ca_file, deadline).await.map_err(unanswered)?;
    match answer.end {
        End::Broken(fault) => Err(unanswered(fault)),
        End::Whole | End::TooLarge => read(&answer),
    }
}

/// The fields of a good answer, or what the server has against it.
fn read(answer: &Answer) -> Result<Reply, Refused> {
    let status = answer.status.as_u16();
    let odd = |what: &str| Refused::Odd { status, what: what.to_owned() };
    if answer.end == End::TooLarge {
        return Err(odd("it is too large"));
    }
    if answer.status.is_redirection() {
        return Err(odd("it leads to another address, where nothing is sent"));
    }
    let fields = fields(answer);
    let success = answer.status.is_success();
    let refusal = fields.as_ref().and_then(|fields| refusal(fields, answer));
    match (fields, refusal) {
        // Some servers refuse with status 200.
        (_, Some(refusal)) => Err(Refused::ByServer(refusal)),
        (Some(fields), None) if success => Ok(Reply { status, fields, received_at: answer.received_at }),
        (None, None) if success && answer.body.trim_ascii().is_empty() => {
            Ok(Reply { status, fields: Map::new(), received_at: answer.received_at })
        }
        (_, None) if success => Err(odd(what_it_is(answer))),
        (Some(_), None) => Err(Refused::ByServer(unexplained(answer))),
        (None, None) if answer.body.trim_ascii().is_empty() => Err(Refused::ByServer(unexplained(answer))),
        (None, None) => Err(odd(what_it_is(answer))),
    }
}

fn what_it_is(answer: &Answer) -> &'static str {
    match answer.body.trim_ascii_start().starts_with(b"<") {
        true => "it is a web page, not JSON",
        false => "it is not JSON",
    }
}

fn fields(answer: &Answer) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(fields)) => Some(fields),
        Ok(_) => None,
        Err(_) => {
            let form = answer.header(CONTENT_TYPE)?.starts_with("application/x-www-form-urlencoded");
            let pairs = || url::form_urlencoded::parse(&answer.body);
            form.then(|| {
                pairs().map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
            })
        }
    }
}

/// What an answer says against the request: as RFC 6749 section 5.2 has it, in the envelope of the
/// API, or as other frameworks do (facts: "REST API").
fn refusal(fields: &Map<String, Value>, answer: &Answer) -> Option<Refusal> {
    let (code, description) = match fields.get("error") {
        Some(Value::Object(error)) => (text(error, "code"), text(error, "message")),
        Some(Value::Null) | None if answer.status.is_success() => return None,
        _ => {
            let description = ["error_description", "detail", "message", "title"];
            (text(fields, "error"), description.iter().find_map(|name| text(fields, name)))
        }
    };
    if code.is_none() && description.is_none() {
        return None;
    }
    let cut = |text: String| text.chars().take(LONGEST_WORDS).collect::<String>();
    let login_url = || text(fields.get("error")?.get("details")?.as_object()?, "login_url");
    Some(Refusal {
        code: code.map(cut),
        description: description.map(cut),
        login_url: login_url(),
        ..unexplained(answer)
    })
}

fn unexplained(answer: &Answer) -> Refusal {
    Refusal {
        code: None,
        description: None,
        login_url: None,
        status: answer.status.as_u16(),
        retry_after: wait(answer),
    }
}

/// `Retry-After` in seconds, or as a date beside the server's own.
fn wait(answer: &Answer) -> Option<Duration> {
    let text = answer.header(RETRY_AFTER)?;
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let now = answer.header(DATE).and_then(http_date).unwrap_or(answer.received_at);
            Duration::from_millis(u64::try_from(http_date(text)? - now).ok()?)
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Takes out of a server's words what it was sent in confidence.
fn cleaned(refused: Refused, form: &[(&str, &str)], ctx: &Context) -> Refused {
    let Refused::ByServer(refusal) = refused else { return refused };
    let secrets = || form.iter().filter(|(name, value)| SECRET_FIELDS.contains(name) && !value.is_empty());
    let clean = |text: String| {
        let text = secrets().fold(text, |text, (_, secret)| text.replace(secret, "***"));
        ctx.wallet.scrub(&text, &ctx.settings, &ctx.world).into_owned()
    };
    Refused::ByServer(Refusal {
        code: refusal.code.map(clean),
        description: refusal.description.map(clean),
        ..refusal
    })
}
