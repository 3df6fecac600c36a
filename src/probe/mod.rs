//! The ways to look, one file per kind. A probe gets its parameters expanded, says what it sees
//! as typed facts, and never judges. What it may be asked and what it can tell is declared in
//! `crate::model::probe`.

pub use crate::credential::Context;
use crate::for_each_probe;
use crate::model::check::BodyFact;
use crate::model::evidence::Reading;
use crate::model::list::Str;
use crate::model::probe::ProbeKind;

/// A probe with its parameters expanded.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub kind: ProbeKind,
    /// The parameters that were given, expanded, in the order of the schema.
    pub args: Vec<(Str, String)>,
    /// The facts that somebody will read; a probe may leave out what costs time and nobody reads.
    pub wanted: Wanted,
    /// Facts that checks declare themselves.
    pub body: Vec<BodyFact>,
}

/// Which facts of a reading will be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    All,
    These(Vec<Str>),
}

impl Call {
    /// The parameter `name`, if it was given.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The words of the parameter `name`, which is a list.
    pub fn words(&self, name: &str) -> Vec<String> {
        self.args.iter().filter(|(known, _)| *known == name).map(|(_, value)| value.clone()).collect()
    }

    /// The parameter `name`, or an empty text. For parameters that the schema requires.
    pub fn required(&self, name: &str) -> &str {
        self.arg(name).unwrap_or_default()
    }

    /// Whether anybody reads one of `facts`.
    pub fn wants(&self, facts: &[&str]) -> bool {
        match &self.wanted {
            Wanted::All => true,
            Wanted::These(names) => facts.iter().any(|fact| names.iter().any(|name| name == fact)),
        }
    }
}

mod blank;
mod pointer;
mod reach;
#[cfg(test)]
mod rig;
mod scrub;
mod sheet;
mod target;

pub use scrub::scrub_reading;

macro_rules! dispatch {
    (in_kernel: [$($kernel:ident $kname:ident),*], on_runtime: [$($run:ident $rname:ident),*]) => {
        $(mod $kname;)*
        $(mod $rname;)*

        /// Looks on the calling thread, which may block for ever.
        pub fn look_in_kernel(call: &Call, ctx: &Context) -> Reading {
            let mut reading = match call.kind {
                $(ProbeKind::$kernel => $kname::look(call, ctx),)*
                $(ProbeKind::$run => not_here(),)*
            };
            scrub_reading(&mut reading, ctx);
            reading
        }

        /// Looks on the runtime; dropping the future cancels it.
        pub async fn look_on_runtime(call: &Call, ctx: &Context) -> Reading {
            let mut reading = match call.kind {
                $(ProbeKind::$run => $rname::look(call, ctx).await,)*
                $(ProbeKind::$kernel => not_here(),)*
            };
            scrub_reading(&mut reading, ctx);
            reading
        }
    };
}
for_each_probe!(dispatch);

/// The answer to a call that was sent the wrong way; [`ProbeKind::spec`] says which is right.
fn not_here() -> Reading {
    Reading::Unavailable(crate::model::evidence::Why::Crashed)
}
