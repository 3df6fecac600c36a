//! Every format over synthetic reports with every status and hostile words: a parser reads each, and
//! all tell the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(test)]
mod editor;
#[cfg(test)]
mod page;
#[path = "../parity/mod.rs"]
mod parity;
#[cfg(test)]
mod programs;
#[path = "../sample/mod.rs"]
mod sample;
#[path = "../support/mod.rs"]
mod support;

use cmdop_doctor::model::finding::Verdict;
use cmdop_doctor::model::report::{Report, RunVerdict};
use cmdop_doctor::model::severity::Severity;
use cmdop_doctor::model::waiver::Waiver;
use cmdop_doctor::report::theme::Style;
use cmdop_doctor::report::{Format, html};
use parity::demand_parity;
use sample::{check, everything, finding, report, root_of, sick};
use serde_json::Value;

#[path = "../hostile/texts.rs"]
mod texts;

fn compare(report: &Report) {
    let rendered = Format::ALL.iter().map(|(name, format, _)| (*name, format.render(report, &Style::PLAIN)));
    demand_parity(&rendered.collect());
}

fn waived() -> Report {
    let mut report = everything();
    for finding in &mut report.diagnosis.findings {
        if finding.verdict == Verdict::Waived {
            finding.waiver = Some(Waiver {
                id: finding.check.id.to_owned(),
                reason: "a shared build host".to_owned(),
                until: Some("2026-12-31".to_owned()),
                over_at: None,
                owner: Some("ada".to_owned()),
                place: ".cmdop-doctor.yaml:2".to_owned(),
            });
        }
    }
    report
}

fn rendered(format: Format, report: &Report) -> String {
    String::from_utf8(format.render(report, &Style::PLAIN)).unwrap()
}

/// What people and programs get of a report with a cause, what waits for it, and a waiver.
#[test]
fn every_format_is_frozen() {
    let mut report = waived();
    report.diagnosis.roots.truncate(1);
    report.diagnosis.roots[0].explains.truncate(1);
    let kept = ["token.unexpired", "token.accepted", "token.folder_mode", "key.prefix"];
    report.diagnosis.findings.retain(|finding| kept.contains(&finding.check.id));
    report.evidence.truncate(2);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/report");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, format, _) in Format::ALL.iter().filter(|(name, ..)| *name != "text" && *name != "json") {
        let mut report = report.clone();
        if *format == Format::Sarif {
            report.diagnosis.findings.retain(|finding| finding.check.id == "token.unexpired");
        }
        let mut text = rendered(*format, &report);
        if *format == Format::Html {
            // The frame is the same for every report.
            text = text
                [text.find("<main>").unwrap()..text.find("<section aria-labelledby=\"time\"").unwrap()]
                .to_owned();
        }
        settings.bind(|| insta::assert_snapshot!(*name, text));
    }
}

#[test]
fn all_formats_tell_the_same() {
    compare(&waived());
    compare(&report(RunVerdict::Healthy, Vec::new(), Vec::new()));
    let healthy = finding(check("net.api_url", "The URL is one", &[]), Verdict::Healthy, &[]);
    compare(&report(RunVerdict::Healthy, Vec::new(), vec![healthy]));
    let error = [("unreachable", Severity::Error)];
    let unknown = finding(check("net.reachable", "The API is reachable", &error), Verdict::Unknown, &[]);
    compare(&report(RunVerdict::Inconclusive, Vec::new(), vec![unknown]));
}

#[test]
fn a_warning_fails_a_run_only_where_it_should() {
    let check = check("key.expiry", "The key has an end", &[("none", Severity::Warning)]);
    let warned = sick(check, "", "the key never expires", None, &[]);
    let mut report = report(RunVerdict::Healthy, vec![root_of(&warned, &[])], vec![warned]);
    compare(&report);
    report.fail_on = Severity::Warning;
    (report.verdict, report.exit_code) = (RunVerdict::Sick, 1);
    compare(&report);
}

/// A report in which every text from outside is `words`.
fn hostile(words: &str) -> Report {
    let mut report = everything();
    for root in &mut report.diagnosis.roots {
        for text in [&mut root.symptom, &mut root.cause] {
            *text = words.to_owned();
        }
        for candidate in &mut root.candidates {
            candidate.cause = words.to_owned();
        }
        for step in root.fix.iter_mut().flat_map(|fix| &mut fix.steps) {
            step.command = words.to_owned();
        }
    }
    for finding in &mut report.diagnosis.findings {
        finding.missing = vec![words.to_owned()];
        finding.open.iter_mut().for_each(|open| open.cause = words.to_owned());
    }
    report.remarks = vec![words.to_owned()];
    report.source.name = words.to_owned();
    report
}

#[test]
fn hostile_words_stay_words() {
    for words in texts::TEXTS {
        let report = hostile(words);
        compare(&report);
        for (name, format, _) in Format::ALL {
            let text = rendered(*format, &report);
            let wild = |c: char| c != '\n' && cmdop_doctor::report::hidden::is_hidden(c);
            assert_eq!(text.find(wild), None, "{name}: {words:?}");
        }
    }
}

#[test]
fn sarif_offers_help_fixes_and_suppressions() {
    let log: Value = serde_json::from_str(&rendered(Format::Sarif, &waived())).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["help"]["text"].as_str().unwrap().contains("cmdop doctor explain")));
    let suppressed = run["results"].as_array().unwrap().iter().find_map(|one| one["suppressions"].as_array());
    assert_eq!(suppressed.unwrap()[0]["justification"], "a shared build host (owner ada, until 2026-12-31)");
}

#[test]
fn the_page_asks_nobody_for_anything() {
    let page = rendered(Format::Html, &everything());
    for outside in ["http://", "https://", "//", "url(", "@import", "src="] {
        assert_eq!(page.find(outside), None, "{outside}");
    }
    assert!(page.contains("default-src 'none'") && page.contains("<svg ") && !page.contains("<script"));
    assert!(!html::render(&everything()).is_empty());
}
