//! `key`: the shape of the API key in an environment variable.

use super::{Call, Context, sheet};
use crate::credential::{Appearance, Variable};
use crate::model::evidence::Reading;
use crate::model::fact::Facts;

pub(super) fn look(call: &Call, ctx: &Context) -> Reading {
    let name = call.required("of");
    let facts = match ctx.wallet.variable(name, &ctx.world) {
        Variable::Unset => return Reading::Absent,
        Variable::Empty => Facts::new().with("name", name.to_owned()).with("empty", true),
        Variable::Set(seen) => facts(name, &seen),
    };
    Reading::Found(sheet::complete(call, &facts))
}

fn facts(name: &str, seen: &Appearance) -> Facts {
    let mangled: Vec<String> = seen.mangled.iter().map(|slip| (*slip).to_owned()).collect();
    Facts::new()
        .with("name", name.to_owned())
        .with("empty", false)
        .with("length", sheet::count(seen.length))
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
