//! One request, and everything about the answer that tells why it is not the one that was hoped for.

mod answer;
mod pages;
mod wrong_scheme;

use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::Value as Json;
use tokio::time::{Instant, timeout_at};

use super::blank::{blank, deadline};
use super::target::Target;
use super::{Call, Context, pointer};
use crate::credential::ask::{Asked, ask};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::{Fact, Facts};
use crate::world::exchange::{Ask, End};

/// An answer with its body as JSON, where it is that.
struct Told {
    asked: Asked,
    document: Option<Json>,
    /// Not all pages of a list were read.
    incomplete: bool,
}

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let deadline = deadline(ctx);
    let mut question = match question(call) {
        Ok(question) => question,
        Err(refused) => return refused,
    };
    question.authorization = match credential(call, ctx, &question, deadline).await {
        Ok(credential) => credential,
        Err(withheld) => return withheld,
    };
    let asked = ask(ctx, question.clone(), deadline).await;
    let mut told = Told { document: asked.document(), asked, incomplete: false };
    if call.arg("pages") == Some("all") {
        told = pages::all(ctx, &question, told, &call.body, deadline).await;
    }
    let mut facts = facts(call, &told);
    if call.wants(&["speaks_tls"]) {
        facts.put("speaks_tls", wrong_scheme::speaks_tls(ctx, &question.url, &told, deadline).await);
    }
    Reading::Found(facts)
}

fn question(call: &Call) -> Result<Ask, Reading> {
    let (method, address) = match (call.arg("get"), call.arg("head")) {
        (Some(address), None) => (Method::GET, address),
        (None, Some(address)) => (Method::HEAD, address),
        _ => return Err(Reading::Unavailable(Why::Refused("a request is either get or head".to_owned()))),
    };
    Ok(Ask { method, ..Ask::get(Target::parse(address)?.url) })
}

/// The credential that the call asks for, or the reading of a request that is not made without one.
async fn credential(
    call: &Call,
    ctx: &Context,
    ask: &Ask,
    deadline: Instant,
) -> Result<Option<HeaderValue>, Reading> {
    let Some(slot) = call.arg("auth") else { return Ok(None) };
    let withheld = |words: String| Reading::Found(blank(call).with("phase", "withheld").with("fault", words));
    let reading = ctx.wallet.read(&ctx.settings, &ctx.world);
    if timeout_at(deadline, reading).await.is_err() {
        return Err(Reading::Unavailable(Why::Stalled));
    }
    match ctx.wallet.attach(slot, &ask.url, &ctx.settings, &ctx.world) {
        Ok(attached) => Ok(Some(attached.header())),
        Err(why) => Err(withheld(why.to_string())),
    }
}

fn facts(call: &Call, told: &Told) -> Facts {
    let mut facts = blank(call);
    let redirect = told.asked.redirect.as_ref();
    facts.put("location", redirect.map(|redirect| redirect.location.clone()));
    match &told.asked.answer {
        Err(fault) => facts.with("phase", fault.phase.name()).with("fault", fault.words.as_str()),
        Ok(answer) => {
            let (phase, fault) = match &answer.end {
                End::Broken(fault) => (fault.phase.name(), Some(fault.words.as_str())),
                End::Whole | End::TooLarge => ("answered", None),
            };
            let foreign = redirect.is_some_and(|redirect| redirect.foreign);
            let facts = facts.with("phase", phase).with("fault", fault).with("redirect_foreign", foreign);
            let facts = answer::describe(facts, answer, told.document.as_ref(), call.arg("head").is_some());
            declared(call, told, facts)
        }
    }
}

/// The facts that the check declares. Of a list that was not read to its end nothing is known.
fn declared(call: &Call, told: &Told, mut facts: Facts) -> Facts {
    if let Some(document) = &told.document {
        pointer::declared(&call.body, document, &mut facts);
    }
    for fact in call.body.iter().filter(|fact| told.incomplete && pages::is_list(fact)) {
        facts.put(fact.fact.name, Fact::Unknown);
    }
    facts
}

#[cfg(test)]
mod tests;
