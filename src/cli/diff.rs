//! `cmdop doctor diff`: what changed between two recordings, or since one.

use tokio::runtime::Builder;

use super::examine::Bench;
use super::failure::Failure;
use super::grammar::{Diff, Doctor, Examine, Global};
use super::output::print;
use super::screen;
use crate::model::report::Report;
use crate::report::diff::{Difference, render, render_json};
use crate::report::theme::Style;
use crate::source::recording::Asked;
use crate::world::World;

/// Examines both by the same rules, and tells the difference: 0 where the diagnosis is the same, 1
/// where it is another.
pub(super) fn run(typed: &Diff, mut doctor: Doctor, global: &Global, world: World) -> Result<u8, Failure> {
    let style = screen::style(global.color, screen::columns(), &world.env);
    let style = Style { all: typed.all, ..style };
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let mut examine = |examine: Examine, world: World| -> Result<Side, Failure> {
        doctor.examine = examine;
        let mut bench = Bench::new(&doctor, global, &runtime)?;
        let report = bench.examine_first(world)?;
        let asked = bench.examined.map(|examined| examined.asked).unwrap_or_default();
        Ok(Side { report, asked })
    };
    let before =
        examine(Examine { from: vec![typed.before.clone()], ..Examine::as_by_default() }, World::real());
    let both = before.and_then(|before| {
        let then = match &typed.after {
            Some(file) => Examine { from: vec![file.clone()], ..Examine::as_by_default() },
            // Now is asked what was asked then.
            None => Examine {
                only: before.asked.selection.only.clone(),
                skip: before.asked.selection.skip.clone(),
                offline: before.asked.offline,
                verbose: true,
                ..Examine::as_by_default()
            },
        };
        examine(then, world).map(|after| (before.report, after.report))
    });
    runtime.shutdown_background();
    let (before, after) = both?;
    let told = match global.json {
        true => render_json(&before, &after),
        false => render(&before, &after, &style).into_bytes(),
    };
    print(&told)?;
    Ok(u8::from(Difference::between(&before, &after).matters()))
}

/// One of the two.
struct Side {
    report: Report,
    asked: Asked,
}
