//! `cmdop doctor rules case`: a recording becomes a test of the rules.

use std::sync::Arc;

use tokio::runtime::Builder;

use crate::cli::examine::{Bench, Examined};
use crate::cli::failure::Failure;
use crate::cli::grammar::{Doctor, Examine, Global, MakeCase};
use crate::cli::output::print;
use crate::cli::select::unknown;
use crate::engine::Symbols;
use crate::model::check::Check;
use crate::model::diagnosis::RootKind;
use crate::model::finding::Verdict;
use crate::model::report::Report;
use crate::rulebook::cases::{self, SYMBOLS};
use crate::source::bundle::Anonymizer;
use crate::source::case::{Machines, misses};
use crate::source::reduce::Draft;
use crate::source::reduce_machine::MachineDraft;
use crate::world::World;

/// Prints a case for each sick finding, or for the check that was named.
pub(in crate::cli) fn run(
    typed: &MakeCase,
    mut doctor: Doctor,
    global: &Global,
    world: World,
) -> Result<u8, Failure> {
    doctor.examine = Examine { from: typed.from.clone(), ..Examine::as_by_default() };
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let examined = Bench::new(&doctor, global, &runtime).and_then(|mut bench| {
        let report = bench.examine_first(world)?;
        Ok((report, bench.examined))
    });
    runtime.shutdown_background();
    let (mut report, Some(examined)) = examined? else { return Ok(0) };
    let causes = causes(typed, &report, &examined)?;
    let checks = if typed.check.is_some() && !causes.is_empty() {
        Vec::new()
    } else {
        chosen(typed, &report, &examined)?
    };
    in_terms_of_cases(&mut report, &examined);
    let of_checks = checks.iter().map(|check| case(check, &report, &examined));
    let of_causes = causes.iter().map(|cause| case_of_cause(cause, &report, &examined));
    let pieces: Vec<String> = of_checks.chain(of_causes).collect::<Result<_, Failure>>()?;
    print(pieces.join("---\n").as_bytes())?;
    Ok(0)
}

/// The causes to write cases for: those that are roots there, or the one that was named.
fn causes(typed: &MakeCase, report: &Report, examined: &Examined) -> Result<Vec<&'static str>, Failure> {
    let roots = report.diagnosis.roots.iter().filter(|root| root.kind == RootKind::Cause);
    let known = examined.rulebook.causes.iter().map(|cause| cause.id);
    let found: Vec<&str> = known.filter(|id| roots.clone().any(|root| root.id == *id)).collect();
    match typed.check.as_deref() {
        None => Ok(found),
        Some(id) if examined.rulebook.causes.iter().any(|cause| cause.id == id) => {
            let named: Vec<&str> = found.into_iter().filter(|found| *found == id).collect();
            if named.is_empty() {
                return Err(Failure::new(format!("{id} is no root in {}", report.source.name)));
            }
            Ok(named)
        }
        Some(_) => Ok(Vec::new()),
    }
}

/// The case of a cause: a whole machine.
fn case_of_cause(id: &'static str, report: &Report, examined: &Examined) -> Result<String, Failure> {
    let rulebook = &examined.rulebook;
    let not_made = |why: &str| Failure::new(format!("no case of {id} can be made: {why}"));
    let machines = Machines::of(rulebook);
    let readings = report.evidence.iter().map(|(key, found)| (Arc::clone(key), found.reading.clone()));
    let draft = MachineDraft::of(id, readings.collect(), &machines)
        .ok_or_else(|| not_made("with what stands for its names and places in cases, it is no root"))?;
    let name = id.strip_prefix("cause.").unwrap_or(id);
    let file = format!("rules/causes/{}.cases.yaml", name.replace('.', "/"));
    let whole = format!("# for {file}\n{}", draft.written(&format!("recorded: {}", name.replace('_', " "))));
    let cases = cases::read_roots(&file, &whole, rulebook).map_err(|faults| not_made(&faults.to_string()))?;
    match cases.iter().find_map(|case| machines.miss(case)) {
        Some(miss) => Err(not_made(&miss.to_string())),
        None => Ok(whole),
    }
}

/// The checks to write cases for.
fn chosen(typed: &MakeCase, report: &Report, examined: &Examined) -> Result<Vec<&'static Check>, Failure> {
    if let Some(id) = &typed.check {
        let ids = examined.rulebook.checks.iter().map(|check| check.id);
        let found = examined.rulebook.check(id).ok_or_else(|| unknown("check", id, ids))?;
        return Ok(vec![found]);
    }
    let sick = report.diagnosis.findings.iter().filter(|finding| finding.verdict == Verdict::Sick);
    let mut checks: Vec<&'static Check> = sick.map(|finding| finding.check).collect();
    checks.dedup_by_key(|check| check.id);
    if checks.is_empty() {
        return Err(Failure::new(format!(
            "nothing is sick in {}; --check names the check that a case is wanted of",
            report.source.name
        )));
    }
    Ok(checks)
}

/// Puts what the symbols stand for in every case in place of what they stood for there, and numbers
/// in place of names.
fn in_terms_of_cases(report: &mut Report, examined: &Examined) {
    let mut values = replacements(&examined.symbols);
    // The store lies in the config folder, and that in the home folder.
    values.sort_by_key(|(there, _)| std::cmp::Reverse(there.len()));
    let mut anonymizer = Anonymizer::new(examined.rulebook.shapes, None, report);
    let mut change = |text: &mut String| {
        for (there, here) in &values {
            if text.contains(there.as_str()) {
                *text = text.replace(there, here);
            }
        }
        anonymizer.text(text);
    };
    for (key, found) in &mut report.evidence {
        let mut text = key.to_string();
        change(&mut text);
        *key = text.into();
        found.reading.change_texts(&mut change);
    }
}

/// What each symbol stood for, and stands for in a case.
fn replacements(symbols: &Symbols) -> Vec<(String, &'static str)> {
    /// A shorter value is part of too many other texts.
    const TELLING: usize = 4;
    let pairs = SYMBOLS.iter().filter_map(|(name, here)| Some((symbols.get(name)?.to_owned(), *here)));
    pairs.filter(|(there, here)| there.len() >= TELLING && there != here).collect()
}

fn case(check: &'static Check, report: &Report, examined: &Examined) -> Result<String, Failure> {
    let readings = report.evidence.iter().map(|(key, found)| (Arc::clone(key), found.reading.clone()));
    let draft = Draft::of(check, readings.collect());
    if let Some(verdict) = draft.unexpected() {
        let why = format!("{} is {} there, and a case tells what a check finds", check.id, verdict.name());
        return Err(Failure::new(why));
    }
    let name = format!("recorded: {}", report_cause(check, report));
    let text = draft.written(&name);
    let file = format!("checks/{}.cases.yaml", check.id.replace('.', "/"));
    let whole = format!("# for {file}\n{text}");
    let not_read = |why: String| Failure::new(format!("no case of {} can be made: {why}", check.id));
    let cases = cases::read(&file, &whole, check, &examined.rulebook)
        .map_err(|faults| not_read(faults.to_string()))?;
    match cases.iter().flat_map(|case| misses(check, case)).next() {
        Some(miss) => Err(not_read(miss.to_string())),
        None => Ok(whole),
    }
}

/// What happened, in the words of the check and none of the machine.
fn report_cause(check: &Check, report: &Report) -> String {
    let found = report.diagnosis.findings.iter().find(|finding| finding.check.id == check.id);
    let outcomes: Vec<&str> =
        found.into_iter().flat_map(|finding| &finding.open).map(|open| open.outcome.id).collect();
    match outcomes.as_slice() {
        [] => found.map_or("not judged", |finding| finding.verdict.name()).to_owned(),
        outcomes => outcomes.join(" or "),
    }
}
