//! What the tests of network probes stand on besides servers: calls, and the facts that came.

use super::{Call, Context, Wanted, look_on_runtime};
pub(super) use crate::credential::rig::{
    Play, act, answer, closed_port, context, greeter, head, json, server,
};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Value};
use crate::model::list::Str;
use crate::model::probe::ProbeKind;

/// A call with these parameters.
pub(super) fn call(kind: ProbeKind, args: &[(Str, &str)]) -> Call {
    let args = args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Call { kind, args, wanted: Wanted::All, body: Vec::new() }
}

/// Looks, and demands that every fact of the schema is told.
pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let reading = look_on_runtime(call, ctx).await;
    if let Reading::Found(facts) = &reading {
        for spec in call.kind.spec().facts {
            assert!(facts.get(spec.name).is_some(), "{} is not told", spec.name);
        }
    }
    reading
}

/// The value of a fact, as a text of any type; `-` for none.
pub(super) fn told(reading: &Reading, name: &str) -> String {
    match reading.fact(name) {
        Fact::Nothing => "-".to_owned(),
        Fact::Unknown => "?".to_owned(),
        Fact::Known(Value::Text(text)) => text,
        Fact::Known(Value::Bool(yes)) => yes.to_string(),
        Fact::Known(Value::Int(number) | Value::Time(number) | Value::Duration(number)) => number.to_string(),
        Fact::Known(Value::Texts(texts)) => texts.join(" "),
        Fact::Known(other) => format!("{other:?}"),
    }
}

/// Several facts at once.
pub(super) fn all<const N: usize>(reading: &Reading, names: [&str; N]) -> [String; N] {
    names.map(|name| told(reading, name))
}
