//! The sheet that a probe fills in: only the facts that somebody will read are worked out.

use std::path::Path;

use super::Call;
use crate::model::fact::{Fact, Facts, Value};
use crate::model::list::Str;

/// The facts of one reading, as far as its call wants them.
pub(super) struct Sheet<'a> {
    call: &'a Call,
    facts: Facts,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(call: &'a Call) -> Sheet<'a> {
        Sheet { call, facts: Facts::new() }
    }

    /// Fills in `name` with what `look` says; does not look where nobody reads it.
    pub(super) fn put<F: Into<Fact>>(&mut self, name: Str, look: impl FnOnce() -> F) {
        if self.call.wants(&[name]) {
            self.facts.put(name, look());
        }
    }

    /// Notes that there are no such things as `names`.
    pub(super) fn put_nothing(&mut self, names: &[Str]) {
        for name in names {
            self.put(name, || Fact::Nothing);
        }
    }

    pub(super) fn done(self) -> Facts {
        self.facts
    }
}

/// What `call` wants of `facts`; what is not among them is none.
pub(super) fn complete(call: &Call, facts: &Facts) -> Facts {
    let wanted = call.kind.spec().facts.iter().filter(|fact| call.wants(&[fact.name]));
    wanted.fold(Facts::new(), |all, fact| {
        all.with(fact.name, facts.get(fact.name).cloned().unwrap_or(Fact::Nothing))
    })
}

/// Permission bits as a fact.
pub(super) fn mode(bits: u32) -> Fact {
    Fact::Known(Value::Mode(bits))
}

/// A user id as a fact.
pub(super) fn uid(number: u32) -> Fact {
    Fact::Known(Value::Uid(number))
}

/// A size in bytes as a fact.
pub(super) fn bytes(size: u64) -> Fact {
    Fact::Known(Value::Bytes(size))
}

/// A time in milliseconds since 1970 as a fact.
pub(super) fn time(since_1970: i64) -> Fact {
    Fact::Known(Value::Time(since_1970))
}

/// A duration in milliseconds as a fact.
pub(super) fn duration(milliseconds: i64) -> Fact {
    Fact::Known(Value::Duration(milliseconds))
}

/// A count as a fact.
pub(super) fn count(number: usize) -> Fact {
    Fact::from(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A path as a fact.
pub(super) fn path(path: &Path) -> Fact {
    Fact::from(path.to_string_lossy().into_owned())
}

#[cfg(test)]
impl Call {
    /// A call for a test, which wants everything.
    pub(super) fn made_of(kind: crate::model::probe::ProbeKind, args: &[(Str, &str)]) -> Call {
        let args = args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Call { kind, args, wanted: super::Wanted::All, body: Vec::new() }
    }

    /// The same call, of which only `names` are read.
    pub(super) fn wanting(self, names: &[Str]) -> Call {
        Call { wanted: super::Wanted::These(names.to_vec()), ..self }
    }
}
