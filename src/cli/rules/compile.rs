//! `cmdop doctor rules compile`: files of rules become a pack.

use super::load::{PATIENCE, believed};
use crate::cli::failure::{Failure, Warning};
use crate::cli::grammar::{CompileRules, Global, RuleFiles};
use crate::cli::output::{Parcel, complain, deliver, print};
use crate::cli::settings::in_force;
use crate::redact::encodings::hex;
use crate::rulebook::pack::{NotCompiled, compile, note};
use crate::rulebook::{base, texts_of};
use crate::world::World;

/// How the names of packs end.
const ENDING: &str = "pack";

/// Compiles, writes the pack, and notes that it was made here.
pub(super) fn run(
    typed: &CompileRules,
    files: &RuleFiles,
    global: &Global,
    world: &World,
) -> Result<u8, Failure> {
    if typed.output.extension().is_none_or(|ending| ending != ENDING) {
        let name = typed.output.display();
        return Err(Failure::new(format!(
            "{name}: the name of a pack ends in .{ENDING}, by which it is known"
        )));
    }
    let in_force = in_force(global, world, PATIENCE, true)?;
    let mut texts = Vec::new();
    for path in &typed.paths {
        texts.extend(texts_of(path).map_err(|faults| Failure::new(faults.to_string()))?);
    }
    if texts.is_empty() {
        return Err(Failure::new("there are no rules in what was named"));
    }
    let pack = compile(&base(!files.no_builtin), &texts)
        .map_err(|not: NotCompiled| Failure::new(not.to_string()))?;
    let size = pack.bytes.len();
    deliver(vec![Parcel::File(typed.output.clone(), pack.bytes)])?;
    let name = typed.output.display();
    let (rules, from) = (pack.rules, texts.len());
    let files = if from == 1 { "file" } else { "files" };
    print(
        format!("{name}: {rules} rules from {from} {files}, {size} bytes\nsha256 {}\n", hex(&pack.hash))
            .as_bytes(),
    )?;
    let noted = match &believed(&in_force).notes {
        Some(folder) => note(folder, &pack.hash),
        None => Err("there is no config folder".to_owned()),
    };
    if let Err(why) = noted {
        complain(&Warning::new(format!(
            "that this pack was compiled here cannot be noted, so it is read as slowly as its files until it is \
             signed: {why}"
        )));
    }
    if pack.commands {
        complain(&Warning::new(
            "some of its rules have programs run, which only a pack with a trusted signature may: \
             `cmdop doctor rules sign PACK --key FILE`",
        ));
    }
    Ok(0)
}
