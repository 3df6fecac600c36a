//! What was done: each fix with its steps and the proof, or what would be done.

use super::fixes::safety;
use super::page::{INDENT, Page};
use super::wrap::{columns, lowered};
use crate::model::finding::Verdict;
use crate::model::fix::Safety;
use crate::model::report::Report;
use crate::model::treatment::{Attempt, Fate, FixResult, Taken};
use crate::report::theme::{Glyph, Role};

/// Writes all attempts of the report's treatment.
pub(super) fn write(page: &mut Page, report: &Report) {
    let Some(treatment) = &report.treatment else { return };
    for attempt in &treatment.attempts {
        match treatment.dry_run {
            true => foreseen(page, attempt),
            false => done(page, attempt),
        }
    }
    for id in &treatment.newly_sick {
        page.field("note", &format!("{id} was healthy before and is sick now"));
    }
    if !treatment.attempts.is_empty() && !report.diagnosis.roots.is_empty() {
        page.gap();
    }
}

/// Writes what will be done on a yes, or without `--dry-run`.
pub(super) fn foreseen(page: &mut Page, attempt: &Attempt) {
    heading(page, attempt, Glyph::Idle, Role::Strong, "fix");
    page.field("cause", &attempt.cause);
    for taken in &attempt.steps {
        let label = if taken.fate == Fate::Left { "left" } else { "do" };
        step(page, label, taken, &foretold(taken));
    }
    message(page, attempt);
}

fn foretold(taken: &Taken) -> String {
    match (taken.fate == Fate::Left, taken.step.act.is_undoable()) {
        (true, _) => String::new(),
        (false, true) => format!("{}; can be undone", taken.effect),
        (false, false) => format!("{}; cannot be undone", taken.effect),
    }
}

fn done(page: &mut Page, attempt: &Attempt) {
    let (glyph, role, word) = match attempt.result {
        FixResult::Healed => (Glyph::Good, Role::Good, "healed"),
        FixResult::StillSick => (Glyph::of(attempt.severity), Role::of(attempt.severity), "still sick"),
        FixResult::Unproven | FixResult::Planned => (Glyph::Open, Role::Warning, "not proved"),
        FixResult::RolledBack => (Glyph::Error, Role::Error, "taken back"),
        FixResult::NotApplied => (Glyph::Idle, Role::Strong, "not applied"),
    };
    heading(page, attempt, glyph, role, word);
    for taken in &attempt.steps {
        let (label, note) = told(taken);
        step(page, label, taken, &note);
    }
    if attempt.was_applied() || attempt.result == FixResult::RolledBack {
        let after = attempt.after.map_or("not examined again", Verdict::name).replace('_', " ");
        page.field("before", &attempt.cause);
        page.field("after", &after);
    }
    if let Some(id) = attempt.undo.as_ref().filter(|_| attempt.was_applied()) {
        page.command("undo", &format!("cmdop doctor undo {id}"), "", 0);
    }
    message(page, attempt);
}

fn told(taken: &Taken) -> (&'static str, String) {
    match &taken.fate {
        Fate::Done => ("done", taken.effect.clone()),
        Fate::Failed(why) => ("failed", why.clone()),
        Fate::NotReached => ("not done", "the step before it failed, or the run was stopped".to_owned()),
        Fate::Declined => ("not done", "you said no".to_owned()),
        Fate::NotAsked => (
            "not done",
            "it asks first, and there is no terminal to ask on; with --yes it is done".to_owned(),
        ),
        Fate::RolledBack => ("undone", "it made something else sick".to_owned()),
        Fate::Left => ("left", String::new()),
        Fate::Planned => ("planned", taken.effect.clone()),
    }
}

/// A step: its command, or its words, with what it takes at the right and the note below.
fn step(page: &mut Page, label: &str, taken: &Taken, note: &str) {
    if taken.step.argv.is_empty() && taken.step.kind == "manual" {
        page.step(label, &taken.step.command);
    } else {
        let takes = safety(&taken.step);
        let right = page.style.width.saturating_sub(columns(&takes)).max(INDENT);
        let takes =
            if taken.fate == Fate::Left || taken.step.safety != Safety::Safe { takes } else { String::new() };
        page.command(label, &taken.step.command, &takes, right);
    }
    if !note.is_empty() {
        page.field("", note);
    }
}

fn message(page: &mut Page, attempt: &Attempt) {
    if let Some(message) = &attempt.message {
        page.field("message", message);
    }
}

fn heading(page: &mut Page, attempt: &Attempt, glyph: Glyph, role: Role, word: &str) {
    let glyph = page.style.glyph(glyph);
    let at = page.lead(&[
        (role, glyph),
        (Role::Plain, " "),
        (role, word),
        (Role::Plain, "  "),
        (Role::Strong, &attempt.finding),
        (Role::Plain, "   "),
    ]);
    page.flow(Role::Plain, &lowered(&attempt.title), at, INDENT);
}
