//! Programs that nobody here wrote read what the doctor writes. They stand in the folder that
//! `CMDOP_TEST_CONSUMERS` names, where `.ci/run` installs them.
#![expect(clippy::disallowed_methods, reason = "tests start programs and give them files")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cmdop_doctor::model::report::{Report, RunVerdict};
use cmdop_doctor::report::Format;
use serde_json::{Value, json};

use crate::parity::readers::{Told, read};
use crate::sample::report;
use crate::support::has;
use crate::{hostile, rendered, texts, waived};

/// The folder of the programs of one kind, if it is there.
pub(crate) fn folder(kind: &str, sign: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CMDOP_TEST_CONSUMERS").map(PathBuf::from);
    has(kind, folder.as_ref().is_some_and(|folder| folder.join(sign).exists())).then_some(folder).flatten()
}

pub(crate) fn script(name: &str) -> String {
    format!("{}/tests/consumers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What `command` prints of `report`, which it reads from standard input.
pub(crate) fn reading(command: &mut Command, report: &str) -> Value {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(report.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{report}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn by_node(format: &str, report: &str) -> Option<Value> {
    let folder = folder("consumers-node", "node_modules")?;
    Some(reading(Command::new("node").arg(script("read.mjs")).arg(folder).arg(format), report))
}

fn by_python(format: &str, report: &str) -> Option<Value> {
    let python = folder("consumers-python", "venv/bin/python")?.join("venv/bin/python");
    Some(reading(Command::new(python).arg(script("read.py")).arg(format), report))
}

fn reports() -> Vec<Report> {
    let healthy = report(RunVerdict::Healthy, Vec::new(), Vec::new());
    let hostile = texts::TEXTS.iter().map(|words| hostile(words));
    [waived(), healthy].into_iter().chain(hostile).collect()
}

/// Demands that a stranger's reader finds in `report` what stands in its JSON.
#[track_caller]
fn demand_same(format: &str, report: &Report, stranger: &Value) {
    let due = read("json", rendered(Format::Json, report).as_bytes());
    let told = Told {
        roots: serde_json::from_value(stranger["roots"].clone()).unwrap(),
        findings: serde_json::from_value(stranger["findings"].clone()).unwrap(),
        ..Told::default()
    };
    assert_eq!(told.roots, due.roots, "{format}");
    let known: BTreeMap<String, String> = due.findings.unwrap();
    for (id, verdict) in &known {
        assert_eq!(told.findings.as_ref().unwrap().get(id), Some(verdict), "{format}: {id}");
    }
    assert_eq!(stranger["failing"] == 0, due.exit_code == Some(0), "{format}: {}", stranger["failing"]);
}

#[test]
fn tap_parser_finds_every_point() {
    for report in reports() {
        let Some(read) = by_node("tap", &rendered(Format::Tap, &report)) else { return };
        assert_eq!(read["faults"], json!([]));
        demand_same("tap", &report, &read);
    }
}

#[test]
fn junitparser_finds_every_case() {
    for report in reports() {
        let Some(read) = by_python("junit", &rendered(Format::Junit, &report)) else { return };
        demand_same("junit", &report, &read);
    }
}

#[test]
fn prometheus_client_finds_every_sample() {
    for report in reports() {
        let Some(read) = by_python("prometheus", &rendered(Format::Prometheus, &report)) else { return };
        demand_same("prometheus", &report, &read);
    }
}

/// Words from outside make no link, no picture and no raw HTML of a page, however generous its renderer.
#[test]
fn markdown_it_finds_nothing_active() {
    for report in reports() {
        let Some(read) = by_node("markdown", &rendered(Format::Markdown, &report)) else { return };
        let tags: Vec<String> = serde_json::from_value(read["tags"].clone()).unwrap();
        let known = [
            "blockquote",
            "code",
            "details",
            "h2",
            "h3",
            "li",
            "p",
            "strong",
            "summary",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ];
        let strange: Vec<&String> = tags.iter().filter(|tag| !known.contains(&tag.as_str())).collect();
        assert!(strange.is_empty(), "{strange:?}\n{}", read["html"]);
        let headings = read["html"].as_str().unwrap().matches("<h3>").count();
        assert_eq!(headings, report.diagnosis.roots.len(), "{}", read["html"]);
    }
}

/// Every script that runs on somebody else's machine, or on every change.
#[test]
fn shellcheck_has_no_complaint() {
    let Some(folder) = folder("consumers-python", "venv/bin/shellcheck") else { return };
    let root = env!("CARGO_MANIFEST_DIR");
    let whole = |name: &str| std::fs::read_to_string(format!("{root}/{name}")).unwrap();
    let action: Value = serde_yaml::from_str(&whole("integrations/github/action.yml")).unwrap();
    let step = action["runs"]["steps"][0]["run"].as_str().unwrap();
    let gitlab: Value = serde_yaml::from_str(&whole("integrations/gitlab/cmdop-doctor.yml")).unwrap();
    let job = gitlab[".cmdop-doctor"]["script"][0].as_str().unwrap();
    for (shell, text) in [("bash", whole(".ci/run")), ("bash", step.to_owned()), ("sh", job.to_owned())] {
        let mut command = Command::new(folder.join("venv/bin/shellcheck"));
        command.args(["--format", "json", "--shell", shell, "-"]);
        assert_eq!(reading(&mut command, &text), json!([]), "{text}");
    }
}

/// The timer and the service, as systemd itself reads them.
#[test]
fn systemd_has_no_complaint() {
    let there =
        Command::new("systemd-analyze").arg("--version").output().is_ok_and(|out| out.status.success());
    if !has("systemd-analyze", there) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let units = ["service", "timer"].map(|kind| {
        let name = format!("cmdop-doctor.{kind}");
        let from = format!("{}/integrations/systemd/{name}", env!("CARGO_MANIFEST_DIR"));
        // The program that is tested stands for the installed one.
        let text = std::fs::read_to_string(from).unwrap();
        let text = text.replace("/usr/bin/cmdop-doctor", env!("CARGO_BIN_EXE_cmdop"));
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let output = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("cmdop-doctor")).collect();
    assert!(ours.is_empty(), "{said}");
}
