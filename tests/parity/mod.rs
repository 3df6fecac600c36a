//! The same roots, findings, counts and exit code in every format.
#![expect(clippy::disallowed_methods, reason = "reports are read from files")]
#![allow(dead_code, clippy::allow_attributes, reason = "each test binary uses a part of this")]

pub(crate) mod readers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jsonschema::Validator;
use readers::{FORMATS, Told, read};
use serde_json::Value;

/// Where a SARIF log breaks the schema of SARIF 2.1.0.
pub(crate) fn sarif_faults(log: &Value) -> Vec<String> {
    static SCHEMA: OnceLock<Validator> = OnceLock::new();
    let validator = SCHEMA.get_or_init(|| {
        // The published schema has a stray bracket in a pattern, which strict engines refuse.
        let schema = include_str!("../schemas/sarif-2.1.0.schema.json").replace("{2}]?$", r"{2}\\]?$");
        jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
    });
    validator.iter_errors(log).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

/// Demands that all `reports`, by their formats, tell the same as the JSON one.
#[track_caller]
pub(crate) fn demand_parity(reports: &BTreeMap<&'static str, Vec<u8>>) {
    let told: BTreeMap<&str, Told> =
        FORMATS.iter().map(|format| (*format, read(format, &reports[format]))).collect();
    let due = &told["json"];
    for (format, told) in &told {
        assert_eq!(told.roots, due.roots, "{format}");
        if let Some(findings) = &told.findings {
            let known = due.findings.as_ref().unwrap();
            for (id, verdict) in known {
                assert_eq!(findings.get(id), Some(verdict), "{format}: {id}");
            }
            // What is not a finding is a cause rule that stands for none.
            let more = findings.keys().filter(|id| !known.contains_key(*id));
            for id in more {
                assert!(due.roots.iter().any(|(root, _)| root == id), "{format}: {id}");
            }
        }
        assert!(told.counts.is_none() || told.counts == due.counts, "{format}: {told:?}");
        match *format {
            // These say with their own means whether to go on.
            "junit" | "tap" => assert_eq!(told.exit_code.is_some(), due.exit_code == Some(0), "{format}"),
            _ => assert!(told.exit_code.is_none() || told.exit_code == due.exit_code, "{format}"),
        }
    }
}

/// The words that let the doctor write every format into `folder`, and the files.
pub(crate) fn into_files(folder: &Path) -> (Vec<String>, BTreeMap<&'static str, PathBuf>) {
    let files: BTreeMap<&'static str, PathBuf> =
        FORMATS.iter().map(|format| (*format, folder.join(format))).collect();
    let outputs = files.iter().map(|(format, file)| format!("--output={format}={}", file.display()));
    (["doctor", "auth"].map(str::to_owned).into_iter().chain(outputs).collect(), files)
}

/// What stands in `files`, each shown to `look`.
pub(crate) fn read_files(
    files: &BTreeMap<&'static str, PathBuf>,
    look: impl Fn(&str, &str),
) -> BTreeMap<&'static str, Vec<u8>> {
    let read = |(format, file): (&&'static str, &PathBuf)| {
        let bytes = std::fs::read(file).unwrap();
        look(format, std::str::from_utf8(&bytes).unwrap());
        (*format, bytes)
    };
    files.iter().map(read).collect()
}
