//! Rule files: good ones become the rulebook that the build compiled in, bad ones are refused with
//! the exact place and what to do, and hostile ones within a budget.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, and make files of their own"
)]

mod cases;
mod composition;
mod editor;
mod faults;
mod files;
mod hostile;
mod phrases;
mod readme;
mod together;
mod trust;

use cmdop_doctor::model::check::{Otherwise, Trust};
use cmdop_doctor::model::condition::{Cond, Literal, Op, Operand};
use cmdop_doctor::model::rulebook::Rulebook;
use cmdop_doctor::rulebook::{self, Phrases, RuleFault, RuleFaults, RuleText};

/// A check without faults, of which the tables below change one line at a time.
const GOOD: &str = r#"id: x.good
title: The file is private
about: Why it matters.
applies: { f.present: true }
needs: []
evidence:
  f: { file: { path: "{store}" } }
  s: { socket: { glob: "{agent_socket}" } }
  k: { clock: {} }
  j: { json: { path: "{f.path}" } }
outcomes:
  - id: sick
    when: { f.mode: { any_bits: "0077" } }
    severity: warning
    symptom: others can read it
    cause: "{f.path} has mode {f.mode}"
    fix: { file: chmod, path: "{f.path}", to: "0600" }
  - id: healthy
    when: { f.mode: { not: none } }
otherwise: unknown
"#;

fn parse(name: &str, text: &str, trust: Trust) -> Result<Rulebook, RuleFaults> {
    rulebook::parse_all(&[RuleText { name, text, trust }])
}

/// The faults of a text from outside the binary.
fn faults(text: &str) -> Vec<RuleFault> {
    parse("a.yaml", text, Trust::Named).err().map_or(Vec::new(), |faults| faults.0)
}

/// A fault in one line, for the tables.
fn brief(fault: &RuleFault) -> String {
    let hint = fault.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{}:{}: {}{hint}", fault.line, fault.column, fault.what)
}

/// What is said of [`GOOD`] when `from` is replaced by each of `to` in turn.
fn changed<'t>(from: &str, to: impl IntoIterator<Item = &'t str>) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "the row must change one place: {from}");
    to.into_iter().map(|to| row(to, &GOOD.replace(from, to))).collect()
}

/// A row of a table: what was written, and what is said of the whole `text`.
fn row(written: &str, text: &str) -> String {
    let found: Vec<String> = faults(text).iter().map(|fault| format!("  {}\n", brief(fault))).collect();
    let found = if found.is_empty() { "  good\n".to_owned() } else { found.concat() };
    let seen = match editor::refuses(text) {
        Some(true) if found == "  good\n" => panic!("the schema is stricter than the parser: {written}"),
        Some(true) => "  and an editor says so\n",
        Some(false) | None => "",
    };
    format!("{}\n{found}{seen}", written.trim_end())
}

/// Compares with a snapshot in the project's own folder.
fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/rulebook");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_good_check_is_good() {
    let rulebook = parse("a.yaml", GOOD, Trust::Named).unwrap();
    let check = rulebook.check("x.good").unwrap();
    assert_eq!(check.about, "Why it matters.");
    assert_eq!(check.otherwise, Otherwise::Undecided);
    assert_eq!((check.source.file, check.source.line), ("a.yaml", 1));
    assert_eq!(check.evidence("j").unwrap().probe.args[0].value.written, "{f.path}");
    let Cond::Test(test) = check.outcomes[0].when[0] else { panic!("a test") };
    assert_eq!(test.op, Op::AnyBits(0o077));
    let Cond::Test(test) = check.applies[0] else { panic!("a test") };
    assert_eq!(test.op, Op::Is(Operand::Plain(Literal::Bool(true))));
}

#[test]
fn the_built_in_rulebook_is_what_the_files_say() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["checks", "rules"] {
        collect(&root.join(folder), ".cases.yaml", &mut paths);
    }
    paths.sort();
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let files: Vec<RuleText<'_>> =
        texts.iter().map(|(name, text)| RuleText { name, text, trust: Trust::BuiltIn }).collect();
    let built_in = rulebook::unpacked(&rulebook::built_in());
    assert_eq!(rulebook::parse_all(&files).unwrap(), built_in);
    assert!(!built_in.checks.is_empty() && !built_in.logs.is_empty() && !built_in.symptoms.is_empty());
    let (as_read, packed) = (Phrases::of(&rulebook::parse_all(&files).unwrap()), Phrases::of(&built_in));
    assert_eq!(as_read.signatures(), packed.signatures());
}

/// The YAML files in a folder, but those that end in `without`.
fn collect(folder: &std::path::Path, without: &str, into: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap();
        if path.is_dir() {
            collect(&path, without, into);
        } else if name.ends_with(".yaml") && (without.is_empty() || !name.ends_with(without)) {
            into.push(path);
        }
    }
}

/// A rule from outside that asks one server, and may ask one host.
fn asking(parameters: &str) -> String {
    format!(
        "id: x.y\ntitle: t\nhosts: [a.example]\nevidence:\n  h: {{ http: {{ {parameters} }} }}\noutcomes: [{{ id: a }}]\n"
    )
}
