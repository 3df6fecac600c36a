//! What the measurements stand on: rules, settings and reports of machines that do not exist.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cmdop_doctor::engine::{Plan, Symbols, diagnose, evaluate, verdict};
use cmdop_doctor::model::check::Trust;
use cmdop_doctor::model::evidence::{EvidenceSet, SourceKind};
use cmdop_doctor::model::report::{Report, SourceName, Timings};
use cmdop_doctor::model::rulebook::Rulebook;
use cmdop_doctor::model::settings::{Origin, Set, Settings};
use cmdop_doctor::model::severity::Severity;
use cmdop_doctor::rulebook::{RuleText, parse_all};

/// An API key as people have them, of nobody.
pub(crate) const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

/// The settings of somebody who set nothing.
pub(crate) fn settings() -> Settings {
    let set = |text: &str| Set { value: text.to_owned(), from: Origin::Default };
    Settings {
        api: set("https://api.cmdop.com"),
        issuer: set("https://auth.cmdop.com"),
        client_id: set("cmdop-cli"),
        workspace: None,
        config_dir: Some(Set { value: PathBuf::from("/home/ada/.cmdop"), from: Origin::Default }),
        home: Some(PathBuf::from("/home/ada")),
        ca_file: None,
        callback_port: set("0"),
        endpoints: Default::default(),
        providers: Vec::new(),
        keeping: Default::default(),
        probe_deadline: Duration::from_secs(5),
        offline: true,
        demand: Default::default(),
    }
}

/// The place of the file that the check `at` looks at.
pub(crate) fn file(folder: &Path, at: usize) -> PathBuf {
    folder.join(format!("cred_{at:05}.json"))
}

/// A file of rules: `many` checks, each of the mode of one file in `folder`.
pub(crate) fn file_mode_checks(folder: &Path, many: usize) -> String {
    let mut rules = String::new();
    for at in 0..many {
        let path = file(folder, at);
        let path = path.display();
        write!(
            rules,
            "---\nid: file.m{at:05}\ntitle: Credential file {at} is private\n\
             evidence: {{ file: {{ file: {{ path: \"{path}\" }} }} }}\n\
             outcomes:\n  - id: open\n    when: {{ file.mode: {{ not: \"0600\" }} }}\n    severity: error\n    \
             symptom: others can read the file\n    cause: \"{path} has mode {{file.mode}}, should be 0600\"\n    \
             fix: {{ file: chmod, path: \"{path}\", to: \"0600\" }}\n  \
             - {{ id: healthy, when: {{ file.mode: \"0600\" }} }}\notherwise: unknown\n"
        )
        .unwrap();
    }
    rules
}

/// The rulebook of one file of rules from outside the program.
pub(crate) fn rulebook(text: &str) -> Rulebook {
    let file = RuleText { name: "made_up.yaml", text, trust: Trust::Named };
    parse_all(&[file]).unwrap_or_else(|faults| panic!("{faults}"))
}

/// From evidence to the report that formats render.
pub(crate) fn report(rulebook: &Rulebook, plan: &Plan, evidence: EvidenceSet, symbols: &Symbols) -> Report {
    let findings = evaluate(plan, &evidence, symbols);
    let diagnosis = diagnose(rulebook, plan, findings, &evidence, symbols, &[]);
    let mut evidence: Vec<(Arc<str>, _)> = evidence.into_entries().collect();
    evidence.sort_by(|(a, _), (b, _)| a.cmp(b));
    let verdict = verdict(&diagnosis, Severity::Error);
    Report {
        source: SourceName { kind: SourceKind::Case, name: "a made-up machine".to_owned() },
        started_at: 0,
        duration_ms: 0,
        timings: Timings::default(),
        verdict,
        exit_code: verdict.exit_code(),
        diagnosis,
        evidence,
        fail_on: Severity::Error,
        home: symbols.home().map(str::to_owned),
        remarks: Vec::new(),
        history: None,
        treatment: None,
    }
}
