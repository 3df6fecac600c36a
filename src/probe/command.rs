//! A command: how it ends, and what it says. Rules that may not ask this are refused when they are read.

mod said;

use tokio::time::Instant;

use super::blank::deadline;
use super::sheet::{self, Sheet};
use super::{Call, Context, pointer};
use crate::model::check::{BodyFact, Stream, Take};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::{Fact, Facts};
use crate::redact::{Redactor, Style};
use crate::world::unix::commands::{Ended, NotRun};

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let begun = Instant::now();
    let ran = ctx.world.commands.run(&call.words("run"), &ctx.world.env, deadline(ctx)).await;
    match ran {
        Ok(ended) => {
            let milliseconds = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
            let mut redactor = Redactor::new(ctx.wallet.table(), Style::default());
            Reading::Found(describe(call, &ended, milliseconds, &mut redactor))
        }
        Err(NotRun::Missing) => Reading::Absent,
        Err(error) => Reading::Unavailable(Why::Refused(error.to_string())),
    }
}

fn describe(call: &Call, ended: &Ended, milliseconds: i64, redactor: &mut Redactor) -> Facts {
    let number = |number: Option<i32>| number.map_or(Fact::Nothing, |number| Fact::from(i64::from(number)));
    let mut sheet = Sheet::new(call);
    sheet.put("exit_code", || number(ended.exit_code()));
    sheet.put("signal", || number(ended.signal()));
    sheet.put("timed_out", || ended.timed_out);
    sheet.put("truncated", || ended.truncated);
    sheet.put("latency", || sheet::duration(milliseconds));
    let mut facts = sheet.done();
    declared(&call.body, ended, redactor, &mut facts);
    facts
}

/// Adds the facts of `body`. What stands in a document of JSON is told by its place in it, so secrets are
/// taken out of the values; lines are cleaned before anything is taken from them.
fn declared(body: &[BodyFact], ended: &Ended, redactor: &mut Redactor, facts: &mut Facts) {
    let by_pointer: Vec<BodyFact> = body.iter().filter(|fact| fact.take == Take::Json).copied().collect();
    if !by_pointer.is_empty() {
        let document = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        let mut taken = Facts::new();
        pointer::declared(&by_pointer, &document, &mut taken);
        taken.change_texts(&mut |text| *text = cleaned(text.as_bytes(), redactor));
        taken.iter().for_each(|(name, fact)| facts.put(name, fact.clone()));
    }
    if by_pointer.len() == body.len() {
        return;
    }
    let (out, err) = (cleaned(&ended.stdout, redactor), cleaned(&ended.stderr, redactor));
    let of = |stream: Stream| if stream == Stream::Out { &out } else { &err };
    for wanted in body {
        let value = match wanted.take {
            Take::Json => continue,
            Take::Text(stream) => said::whole(of(stream), wanted.fact.kind),
            Take::Match(stream, pattern) => said::matched(of(stream), pattern, wanted.fact.kind),
        };
        facts.put(wanted.fact.name, value.map_or(Fact::Nothing, Fact::Known));
    }
}

fn cleaned(text: &[u8], redactor: &mut Redactor) -> String {
    String::from_utf8_lossy(&redactor.text(text)).into_owned()
}

#[cfg(test)]
mod tests;
