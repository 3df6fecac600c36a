//! `key`: the shape of the API key in an environment variable.

use super::{Call, Context};
use crate::credential::{Appearance, Variable};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts};
use crate::model::probe::ProbeKind;

pub(super) fn look(call: &Call, ctx: &Context) -> Reading {
    let name = call.required("of");
    match ctx.wallet.variable(name, &ctx.world) {
        Variable::Unset => Reading::Absent,
        Variable::Empty => Reading::Found(blank().with("name", name.to_owned()).with("empty", true)),
        Variable::Set(seen) => Reading::Found(facts(name, &seen)),
    }
}

/// Every fact of the kind, as none.
fn blank() -> Facts {
    ProbeKind::Key.spec().facts.iter().fold(Facts::new(), |facts, fact| facts.with(fact.name, Fact::Nothing))
}

fn facts(name: &str, seen: &Appearance) -> Facts {
    let mangled: Vec<String> = seen.mangled.iter().map(|slip| (*slip).to_owned()).collect();
    blank()
        .with("name", name.to_owned())
        .with("empty", false)
        .with("length", i64::try_from(seen.length).unwrap_or(i64::MAX))
        .with("prefix", seen.prefix.clone())
        .with("fingerprint", seen.fingerprint.clone())
        .with("family", seen.family)
        .with("shape", seen.shape)
        .with("says", seen.says)
        .with("workspace", seen.workspace.clone())
        .with("well_shaped", seen.well_shaped)
        .with("short", seen.short)
        .with("mangled", mangled)
        .with("mends_to_key", seen.mends_to_key)
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
