//! The formats over one synthetic report: what people read is a snapshot, what programs read obeys
//! its schema.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sample;

use cmdop_doctor::model::finding::Verdict;
use cmdop_doctor::model::fix::FixStep;
use cmdop_doctor::model::report::{Report, RunVerdict};
use cmdop_doctor::model::treatment::{Attempt, Fate, FixResult, Taken, Treatment};
use cmdop_doctor::report::hidden::is_hidden;
use cmdop_doctor::report::theme::Style;
use cmdop_doctor::report::{Format, json, text};
use sample::{check, everything, finding, report, root_of, sick};

const PLAIN: Style = Style::PLAIN;

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The document with the one figure that differs between runs set to zero.
fn document(report: &Report) -> String {
    let text = String::from_utf8(json::render(report)).unwrap();
    let at = text.find("\"render_ms\": ").unwrap() + "\"render_ms\": ".len();
    let end = at + text[at..].find('}').unwrap();
    format!("{}0.0{}", &text[..at], &text[end..])
}

fn healthy(many: usize) -> Report {
    let findings =
        (0..many).map(|_| finding(check("net.api_url", "The URL is one", &[]), Verdict::Healthy, &[]));
    report(RunVerdict::Healthy, Vec::new(), findings.collect())
}

#[test]
fn text_shows_roots_worst_first() {
    snapshot("report-text", &text::render(&everything(), &PLAIN));
}

#[test]
fn text_with_all_shows_every_finding_and_the_worst_root_last() {
    let text = text::render(&everything(), &Style { all: true, ..PLAIN });
    let at = text.find("\n! warning  token.file_mode").unwrap();
    snapshot("report-text-all", &text[..at]);
    let order =
        ["token.file_mode", "workspace.member", "agent.socket_owner", "cause.clock_wrong", "token.unexpired"];
    let places: Vec<usize> =
        order.iter().map(|id| at + text[at..].find(&format!("  {id}")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn text_in_colour_says_the_same() {
    let plain = text::render(&everything(), &PLAIN);
    let colored = text::render(&everything(), &Style { color: true, ..PLAIN });
    assert_ne!(plain, colored);
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        stripped.push_str(&rest[..at]);
        rest = &rest[at + rest[at..].find('m').unwrap() + 1..];
    }
    stripped.push_str(rest);
    assert_eq!(plain, stripped);
}

/// What `--fix` came to: a fix that healed, and one whose login failed and of which something is left.
fn treated() -> Report {
    let mut report = everything();
    let mut attempts: Vec<Attempt> = report
        .diagnosis
        .roots
        .iter()
        .filter_map(|root| {
            let fix = root.fix.as_ref()?;
            let taken =
                |step: &FixStep| Taken { step: step.clone(), effect: String::new(), fate: Fate::Left };
            Some(Attempt {
                root: root.id.clone(),
                finding: root.check.unwrap_or("cause.clock_wrong").to_owned(),
                title: root.title.clone(),
                severity: root.severity,
                cause: root.cause.clone(),
                steps: fix.steps.iter().map(taken).collect(),
                message: fix.message.clone(),
                result: FixResult::NotApplied,
                after: None,
                undo: None,
            })
        })
        .collect();
    attempts.retain(|attempt| attempt.finding.starts_with("token.") || attempt.message.is_some());
    for attempt in &mut attempts {
        match attempt.finding.as_str() {
            "token.file_mode" => {
                attempt.steps[0].effect = "mode 0644 → 0600".to_owned();
                attempt.steps[0].fate = Fate::Done;
                attempt.result = FixResult::Healed;
                attempt.after = Some(Verdict::Healthy);
                attempt.undo = Some("20261123-121200".to_owned());
            }
            "token.unexpired" => {
                attempt.steps[0].fate = Fate::Failed("the server does not answer".to_owned());
            }
            _ => {}
        }
    }
    report.diagnosis.roots.retain(|root| root.check == Some("agent.socket_owner"));
    report.treatment = Some(Treatment { dry_run: false, attempts, newly_sick: vec!["net.proxy".to_owned()] });
    report
}

#[test]
fn text_says_what_was_done_and_what_is_left() {
    snapshot("report-text-treated", &text::render(&treated(), &PLAIN));
}

#[test]
fn a_treatment_obeys_the_schema() {
    let report = treated();
    assert_eq!(schema_faults(&report), Vec::<String>::new());
    let read: serde_json::Value = serde_json::from_slice(&json::render(&report)).unwrap();
    let fixes = read["treatment"]["fixes"].as_array().unwrap();
    let mode = fixes.iter().find(|fix| fix["finding"] == "token.file_mode").unwrap();
    assert_eq!(mode["proof"]["after"], "healthy");
    assert_eq!(mode["steps"][0]["fate"], "done");
    assert_eq!(read["treatment"]["newly_sick"][0], "net.proxy");
}

#[test]
fn ascii_has_no_other_characters() {
    let text = text::render(&everything(), &Style { ascii: true, all: true, evidence: true, ..PLAIN });
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn evidence_stands_under_its_root() {
    let mut report = everything();
    report
        .diagnosis
        .roots
        .retain(|root| root.id.starts_with("token.file_mode") || root.id.starts_with("workspace"));
    snapshot("report-text-evidence", &text::render(&report, &Style { evidence: true, ..PLAIN }));
}

#[test]
fn nothing_wrong_is_one_line() {
    let mut report = healthy(43);
    report.evidence = everything().evidence;
    assert_eq!(
        text::render(&report, &PLAIN),
        "✓ nothing wrong found: 43 checks healthy, signed in as ada@acme.dev · 0.4 s\n"
    );
    report.evidence.clear();
    let ascii = Style { ascii: true, ..PLAIN };
    assert_eq!(text::render(&report, &ascii), "ok nothing wrong found: 43 checks healthy - 0.4 s\n");
    assert_eq!(text::render(&healthy(0), &PLAIN), "nothing was examined · 0.4 s\n");
}

#[test]
fn a_warning_is_never_called_healthy() {
    let warned = sick(
        check(
            "key.expiry",
            "The key has an end",
            &[("none", cmdop_doctor::model::severity::Severity::Warning)],
        ),
        "",
        "the key never expires",
        None,
        &[],
    );
    let mut report = healthy(3);
    report.diagnosis.roots.push(root_of(&warned, &[]));
    report.diagnosis.findings.push(warned);
    let text = text::render(&report, &PLAIN);
    assert!(text.ends_with("\n1 root (1 warning) · 3 healthy · 0.4 s\n"), "{text}");
    assert!(!text.contains("nothing wrong"));
}

#[test]
fn inconclusive_says_what_is_missing() {
    let unknown = |id| cmdop_doctor::model::finding::Finding {
        missing: vec!["http GET {api}/v1/machines as active: no answer before the deadline".to_owned()],
        ..finding(check(id, "x", &[]), Verdict::Unknown, &[])
    };
    let mut follows = unknown("workspace.member");
    follows.missing.push("http GET {api}/v1/workspaces as active: me.workspace is not known".to_owned());
    let findings = vec![unknown("key.accepted"), unknown("token.accepted"), follows];
    let mut report = report(RunVerdict::Inconclusive, Vec::new(), findings);
    report.remarks.push("interrupted: what was not answered by then is unknown".to_owned());
    report.remarks.push(report.diagnosis.findings[0].missing[0].clone());
    snapshot("report-text-inconclusive", &text::render(&report, &PLAIN));
}

#[test]
fn no_format_lets_a_hidden_character_through() {
    for style in [PLAIN, Style { all: true, evidence: true, width: 40, ..PLAIN }] {
        for (name, format, _) in Format::ALL {
            let bytes = format.render(&everything(), &style);
            let text = String::from_utf8(bytes).unwrap();
            let hidden: Vec<char> = text.chars().filter(|&c| c != '\n' && is_hidden(c)).collect();
            assert!(hidden.is_empty(), "{name}: {hidden:?}");
        }
    }
}

#[test]
fn commands_are_never_broken() {
    let text = text::render(&everything(), &Style { width: 40, ..PLAIN });
    for command in [
        "chmod 600 ~/.cmdop/auth.json",
        "sudo -u deploy cmdop terminal localhost",
        "`pkill -f \"cmdop connect\"`",
    ] {
        assert!(text.contains(command), "{command} in\n{text}");
    }
}

#[test]
fn json_is_frozen() {
    let mut report = everything();
    report.diagnosis.roots.truncate(1);
    report.diagnosis.findings.retain(|finding| finding.check.id.starts_with("token"));
    snapshot("report-json", &document(&report));
}

#[test]
fn json_obeys_its_schema() {
    for report in [everything(), healthy(0), healthy(2)] {
        assert_eq!(schema_faults(&report), Vec::<String>::new());
    }
}

/// Where the document of `report` breaks its schema.
fn schema_faults(report: &Report) -> Vec<String> {
    let schema = include_str!("../schemas/report-1.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let document = serde_json::from_slice(&json::render(report)).unwrap();
    validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn json_carries_texts_unchanged() {
    let document: serde_json::Value = serde_json::from_slice(&json::render(&everything())).unwrap();
    assert_eq!(
        document["roots"][2]["id"],
        "agent.socket_owner/other_user[/tmp/cmdop-\u{202e}a\u{1b}[2J.sock]"
    );
    assert_eq!(document["evidence"][1]["facts"]["mode"], "0644");
    assert_eq!(document["evidence"][1]["facts"]["target"], serde_json::Value::Null);
    assert!(document["evidence"][1]["facts"].get("acl").is_none());
}
