//! The built-in rules keep the style that `rules lint` asks of everybody.

use std::path::Path;

use cmdop_doctor::model::check::Trust;
use cmdop_doctor::rulebook::RuleText;
use cmdop_doctor::rulebook::lint::{CODES, Remark, mend, remarks, remarks_of_cases};

fn files(folder: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            into.push(path.to_str().unwrap().to_owned());
        }
    }
}

/// Every built-in file, by its path below the project's root, with its text.
fn built_in() -> Vec<(String, String)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let mut paths = Vec::new();
    files(Path::new(&format!("{root}checks")), &mut paths);
    files(Path::new(&format!("{root}rules")), &mut paths);
    paths.sort();
    let named = |path: String| (path[root.len()..].to_owned(), std::fs::read_to_string(&path).unwrap());
    paths.into_iter().map(named).collect()
}

#[test]
fn the_built_in_rules_have_nothing_that_could_be_better() {
    let mut faults = Vec::new();
    let files = built_in();
    assert!(files.len() > 150, "{} files", files.len());
    for (name, text) in &files {
        let file = RuleText { name, text, trust: Trust::BuiltIn };
        let found = if name.contains(".cases.") { remarks_of_cases(file) } else { remarks(file) };
        let told = |Remark { code, fault, .. }| {
            format!("{name}:{}:{}: [{code}] {}", fault.line, fault.column, fault.what)
        };
        faults.extend(found.into_iter().map(told));
        faults.extend(
            mend(file).1.into_iter().map(|mended| format!("{name}:{}: {}", mended.line, mended.what)),
        );
    }
    assert!(faults.is_empty(), "{} remarks\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_remark_is_one_that_is_listed() {
    let text = "\u{feff}id: x.y\r\ntitle: A thing.\nabout: words\nevidence: { a: { clock: } }  \noutcomes: [{ id: s, severity: error, symptom: Abc, cause: d }]";
    let file = RuleText { name: "z.yaml", text, trust: Trust::Named };
    let long = format!(
        "# {}\nid: x.y\ntitle: t\nevidence: {{ a: {{ clock: }} }}\noutcomes: [{{ id: s }}]\n",
        "x".repeat(300)
    );
    let other = RuleText { name: "y.yaml", text: &long, trust: Trust::Named };
    let found: Vec<Remark> = remarks(file).into_iter().chain(remarks(other)).collect();
    for (code, about) in CODES {
        assert!(found.iter().any(|remark| remark.code == code), "{code}: {about}");
    }
    assert!(found.iter().all(|remark| CODES.iter().any(|(code, _)| *code == remark.code)));
}
