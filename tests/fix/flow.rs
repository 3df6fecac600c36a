//! The flow: what makes something else sick is taken back, what was agreed to is not asked again, and
//! nothing goes on for ever.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use cmdop_doctor::doctor::{Attendant, Consent, Orders, treat};
use cmdop_doctor::fix::apply::{Performer, Workplace, places};
use cmdop_doctor::fix::plan::Wish;
use cmdop_doctor::model::diagnosis::Root;
use cmdop_doctor::model::finding::{Finding, Verdict};
use cmdop_doctor::model::fix::{Act, FileChange, FileVerb, FixStep, Object, Safety};
use cmdop_doctor::model::operation::Operation;
use cmdop_doctor::model::report::{Report, RunVerdict};
use cmdop_doctor::model::severity::Severity;
use cmdop_doctor::model::treatment::{Attempt, Fate, FixResult};
use cmdop_doctor::world::unix::status;

use crate::sample::{check, finding, fix, report, root_of, sick, step};

/// Says yes, runs nothing, and finds what it was told to find.
struct Scripted {
    reports: Vec<Report>,
    asked: usize,
    performed: Vec<String>,
}

impl Performer for Scripted {
    fn perform(&mut self, argv: &[String]) -> Result<(), String> {
        self.performed.push(argv.join(" "));
        Ok(())
    }
}

impl Attendant for Scripted {
    fn consent(&mut self, _: &[Attempt]) -> Consent {
        self.asked += 1;
        Consent::Given
    }

    fn is_stopped(&self) -> bool {
        false
    }

    fn examine(&mut self) -> Option<Report> {
        if self.reports.len() > 1 { Some(self.reports.remove(0)) } else { self.reports.first().cloned() }
    }
}

fn chmod(path: &Path) -> FixStep {
    let seen = status::of_entry(path).unwrap();
    let act = Act::File(FileChange {
        verb: FileVerb::Chmod,
        path: path.to_str().unwrap().to_owned(),
        to: String::new(),
        mode: 0o600,
        object: Some(Object { id: seen.identity(), mode: Some(seen.mode) }),
        over: None,
    });
    FixStep { act, ..step("file", &["chmod", "600", "x"], Safety::Safe) }
}

fn operation(words: &[&str]) -> FixStep {
    FixStep { act: Act::Operation(Operation::RevokeKey), ..step("auth", words, Safety::Asks) }
}

fn ill(id: &'static str, steps: Vec<FixStep>, evidence: &[&str]) -> Finding {
    sick(
        check(id, "It is well", &[("ill", Severity::Error)]),
        "it hurts",
        "a cause",
        Some(fix(steps)),
        evidence,
    )
}

fn well(id: &'static str, evidence: &[&str]) -> Finding {
    finding(check(id, "It is well", &[]), Verdict::Healthy, evidence)
}

fn found(findings: Vec<Finding>) -> Report {
    let roots: Vec<Root> =
        findings.iter().filter(|one| one.verdict == Verdict::Sick).map(|one| root_of(one, &[])).collect();
    let verdict = if roots.is_empty() { RunVerdict::Healthy } else { RunVerdict::Sick };
    report(verdict, roots, findings)
}

/// A file that others can read, and what to fix it with.
fn scene() -> (tempfile::TempDir, std::path::PathBuf, Orders) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("auth.json");
    std::fs::write(&file, "{}").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let place = Workplace { journal: places(Some(folder.path()), None), store: None, settings: None };
    (folder, file, Orders { wish: Wish::All, dry_run: false, place })
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn what_makes_something_else_sick_is_taken_back() {
    let (_folder, file, orders) = scene();
    let before = found(vec![
        ill("a.fixed", vec![chmod(&file)], &["file {store}"]),
        well("a.victim", &["file {store}"]),
        well("a.stranger", &["http GET {api}/v1/machines"]),
    ]);
    let worse = found(vec![
        well("a.fixed", &["file {store}"]),
        ill("a.victim", vec![step("manual", &[], Safety::ShowOnly)], &["file {store}"]),
        well("a.stranger", &["http GET {api}/v1/machines"]),
    ]);
    let mut desk = Scripted { reports: vec![worse, before.clone()], asked: 0, performed: Vec::new() };
    let treatment = treat(before, &orders, &mut desk).treatment.unwrap();
    assert_eq!(treatment.attempts[0].result, FixResult::RolledBack);
    assert_eq!(treatment.attempts[0].steps[0].fate, Fate::RolledBack);
    assert_eq!(mode(&file), 0o644);
    assert!(treatment.newly_sick.is_empty(), "{:?}", treatment.newly_sick);
    assert_eq!(desk.asked, 0);
}

#[test]
fn what_fell_sick_of_something_else_takes_nothing_back() {
    let (_folder, file, orders) = scene();
    let before = found(vec![
        ill("a.fixed", vec![chmod(&file)], &["file {store}"]),
        well("a.stranger", &["http GET {api}/v1/machines"]),
    ]);
    let after = found(vec![
        well("a.fixed", &["file {store}"]),
        ill("a.stranger", vec![step("manual", &[], Safety::ShowOnly)], &["http GET {api}/v1/machines"]),
    ]);
    let mut desk = Scripted { reports: vec![after], asked: 0, performed: Vec::new() };
    let treatment = treat(before, &orders, &mut desk).treatment.unwrap();
    assert_eq!(treatment.attempts[0].result, FixResult::Healed);
    assert_eq!(mode(&file), 0o600);
    assert_eq!(treatment.newly_sick, ["a.stranger"]);
}

#[test]
fn what_does_not_help_is_tried_once_and_said() {
    let (_folder, file, orders) = scene();
    let before = found(vec![ill("a.fixed", vec![chmod(&file)], &["file {store}"])]);
    let mut desk = Scripted { reports: vec![before.clone()], asked: 0, performed: Vec::new() };
    let treatment = treat(before, &orders, &mut desk).treatment.unwrap();
    let results: Vec<_> = treatment.attempts.iter().map(|attempt| attempt.result).collect();
    assert_eq!(results, [FixResult::StillSick]);
}

#[test]
fn what_a_fix_reveals_is_treated_and_a_command_is_agreed_to_once() {
    let (_folder, _, orders) = scene();
    let sick_of = |id| found(vec![ill(id, vec![operation(&["cmdop", "auth", "revoke-key", "x"])], &[])]);
    let reports = vec![sick_of("b.second"), sick_of("c.third"), sick_of("d.fourth"), sick_of("e.fifth")];
    let mut desk = Scripted { reports, asked: 0, performed: Vec::new() };
    let treatment = treat(sick_of("a.first"), &orders, &mut desk).treatment.unwrap();
    let roots: Vec<_> = treatment.attempts.iter().map(|attempt| attempt.finding.as_str()).collect();
    assert_eq!(roots, ["a.first", "b.second", "c.third"], "three rounds, and then there is an end");
    assert_eq!(desk.asked, 1);
}

#[test]
fn a_step_that_fails_stops_its_own_fix_and_no_other() {
    let (_folder, file, orders) = scene();
    let mut stale = chmod(&file);
    if let Act::File(change) = &mut stale.act {
        change.object = Some(Object { id: "another".to_owned(), mode: None });
    }
    let before = found(vec![
        ill("a.broken", vec![stale, operation(&["cmdop", "auth", "revoke-key", "x"])], &[]),
        ill("b.sound", vec![operation(&["cmdop", "auth", "revoke-key", "y"])], &[]),
    ]);
    let after = found(vec![ill("a.broken", Vec::from([step("manual", &[], Safety::ShowOnly)]), &[])]);
    let mut desk = Scripted { reports: vec![after], asked: 0, performed: Vec::new() };
    let treatment = treat(before, &orders, &mut desk).treatment.unwrap();
    let fates: Vec<_> =
        treatment.attempts.iter().flat_map(|attempt| &attempt.steps).map(|taken| taken.fate.name()).collect();
    assert_eq!(fates, ["failed", "not_reached", "done"]);
    assert_eq!(desk.performed, ["cmdop auth revoke-key y"]);
}
