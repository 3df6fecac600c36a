//! What probes exist, what they are asked with, and which facts each can tell. The looking itself
//! is in `crate::probe`, one file per kind; rule files, cases and `rules doc` are checked against
//! these tables.

use serde::{Deserialize, Serialize};

mod local;
mod net;

use super::fact::{FactSpec, FactType};
use super::list::{List, Str};

/// A parameter of a probe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParamSpec {
    pub name: Str,
    /// The word before it in a probe key (`as` in `http GET … as access`), or empty.
    pub lead: Str,
    pub required: bool,
    /// The only values that it takes; empty where any text will do.
    pub choices: &'static [&'static str],
    /// Whether it is a list of words; it then is the last parameter, and has no lead.
    pub many: bool,
}

/// How a probe waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// In the kernel, where nothing can cancel it: it runs on a thread that may be left behind.
    InKernel,
    /// On the runtime: dropping its future cancels it.
    OnRuntime,
}

/// All that there is to know about a probe kind without running it.
#[derive(Debug, Clone, Copy)]
pub struct ProbeSpec {
    pub name: Str,
    pub about: Str,
    pub params: &'static [ParamSpec],
    /// Exactly one of these optional parameters must be given; empty where that does not apply.
    pub one_of: &'static [&'static str],
    pub facts: &'static [FactSpec],
    pub waits: Waits,
    /// Whether it sends anything, so that `--offline` leaves it out.
    pub network: bool,
    /// Whether a check may declare facts of its own, by JSON pointer.
    pub body: bool,
    /// Whether it may also take them from lines of text, on two streams.
    pub output: bool,
}

/// Calls the macro `$then` with every probe kind: its variant and its module. A probe kind is one
/// line here, one table entry in `local.rs` or `net.rs`, and one file in `src/probe/`.
#[macro_export]
macro_rules! for_each_probe {
    ($then:ident) => {
        $then! {
            in_kernel: [
                Account account, Clock clock, Disk disk, Env env, File file, Json json, Key key,
                Leak leak, Lock lock, Process process, Program program, Roots roots, Settings settings,
                SignIn sign_in, Terminal terminal, Token token
            ],
            on_runtime: [
                Command command, Dns dns, Http http, Oidc oidc, Port port, Proxy proxy, Saml saml, Socket socket,
                Tcp tcp, Tls tls
            ]
        }
    };
}

macro_rules! probe_kinds {
    (in_kernel: [$($kernel:ident $kname:ident),*], on_runtime: [$($run:ident $rname:ident),*]) => {
        /// A way to look.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum ProbeKind { $($kernel,)* $($run,)* }


        impl ProbeKind {
            pub const ALL: &'static [ProbeKind] = &[$(ProbeKind::$kernel,)* $(ProbeKind::$run,)*];

            /// Its parameters and facts.
            pub fn spec(self) -> &'static ProbeSpec {
                match self {
                    $(ProbeKind::$kernel => &local::$kernel,)*
                    $(ProbeKind::$run => &net::$run,)*
                }
            }
        }
    };
}
for_each_probe!(probe_kinds);

impl ProbeKind {
    /// The kind that rules call `name`.
    pub fn named(name: &str) -> Option<ProbeKind> {
        ProbeKind::ALL.iter().copied().find(|kind| kind.spec().name == name)
    }

    /// The fact `name` that every reading of this kind can have.
    pub fn fact(self, name: &str) -> Option<FactSpec> {
        if name == PRESENT.name {
            return Some(PRESENT);
        }
        self.spec().facts.iter().find(|fact| fact.name == name).copied()
    }
}

/// The fact that every probe has: whether what it looked for is there.
pub const PRESENT: FactSpec =
    FactSpec { name: "present", kind: FactType::Bool, about: "what was looked for is there" };

/// Writes a table of facts: `name: Type "about";`.
macro_rules! facts {
    ($($name:ident: $kind:expr, $about:literal;)*) => {
        &[$($crate::model::fact::FactSpec { name: stringify!($name), kind: $kind, about: $about },)*]
    };
}
/// Writes a table of parameters: `name lead required|optional [choices]`.
macro_rules! params {
    ($($name:ident $lead:literal $need:ident $choices:expr;)*) => {
        &[$($crate::model::probe::ParamSpec {
            name: stringify!($name),
            lead: $lead,
            required: $crate::model::probe::params!(@need $need),
            choices: &$choices,
            many: false,
        },)*]
    };
    (@need required) => { true };
    (@need optional) => { false };
}
pub(crate) use {facts, params};

/// The list type whose elements have these fields.
const fn maps(fields: &'static [FactSpec]) -> FactType {
    FactType::Maps(List::of(fields))
}
