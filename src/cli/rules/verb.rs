//! The verbs below `cmdop doctor rules`.

use super::{case, compile, doc, keygen, lint, probes, scaffold, schema, sign, test, verify};
use crate::cli::failure::Failure;
use crate::cli::grammar::{Doctor, Global, Rules};
use crate::world::World;

/// Does what `verb` says.
pub(in crate::cli) fn run(verb: Rules, doctor: Doctor, global: &Global, world: World) -> Result<u8, Failure> {
    match verb {
        Rules::Probes => probes::run(global, &world),
        Rules::Schema { kind } => schema::run(kind.as_deref()),
        Rules::Doc(typed) => doc::run(&typed, &doctor.rules, global, &world),
        Rules::New(typed) => scaffold::run(&typed, &doctor.rules, global, &world),
        Rules::Lint(typed) => lint::run(&typed, &doctor.rules, global, &world),
        Rules::Case(typed) => case::run(&typed, doctor, global, world),
        Rules::Test(typed) => test::run(&typed, doctor.rules, global, &world),
        Rules::Compile(typed) => compile::run(&typed, &doctor.rules, global, &world),
        Rules::Keygen(typed) => keygen::run(&typed),
        Rules::Sign(typed) => sign::run(&typed),
        Rules::Verify(typed) => verify::run(&typed, global, &world),
    }
}
