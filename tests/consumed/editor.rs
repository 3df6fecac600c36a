//! The YAML language server, as editors run it, with our schema: it complains of what the parser refuses,
//! and completes probes, parameters, operators and facts.
#![expect(clippy::disallowed_methods, reason = "tests start programs and give them files")]

use std::process::Command;

use serde_json::{Value, json};

use crate::programs::{folder, reading, script};

/// What an editor shows of one document.
fn shown(documents: &Value) -> Option<Vec<Value>> {
    let node = folder("consumers-node", "node_modules/yaml-language-server")?;
    let files = tempfile::tempdir().unwrap();
    let schema =
        Command::new(env!("CARGO_BIN_EXE_cmdop")).args(["doctor", "rules", "schema"]).output().unwrap();
    std::fs::write(files.path().join("rules.schema.json"), schema.stdout).unwrap();
    let mut command = Command::new("node");
    command.arg(script("editor.mjs")).arg(node).arg(files.path());
    let results = reading(&mut command, &documents.to_string());
    Some(results.as_array().unwrap().clone())
}

/// A document with the line that points to the schema, and the place where something is completed.
fn document(name: &str, text: &str, at: Option<[usize; 2]>) -> Value {
    let text = format!("# yaml-language-server: $schema=rules.schema.json\n{text}");
    json!({ "name": name, "text": text, "at": at })
}

fn built_in(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn an_editor_complains_of_bad_rules_alone() {
    let good =
        ["checks/token/accepted.yaml", "checks/token/accepted.cases.yaml", "rules/causes/clock_wrong.yaml"];
    let more = ["rules/logs/agent.yaml", "rules/symptoms/permission.yaml", "rules/profiles/ci.yaml"];
    let check = built_in(good[0]);
    let mut documents: Vec<Value> = good
        .iter()
        .chain(&more)
        .map(|path| document(&path.replace('/', "-"), &built_in(path), None))
        .collect();
    let clean = documents.len();
    for (from, to) in [
        ("severity:", "sevrity:"),
        ("{ token:", "{ tokn:"),
        ("auth: login", "auth: lgoin"),
        ("slot: active", "slot: activ"),
    ] {
        assert!(check.contains(from), "{from}");
        documents.push(document(
            &format!("{to}.yaml").replace([' ', ':', '{'], ""),
            &check.replacen(from, to, 1),
            None,
        ));
    }
    let Some(shown) = shown(&json!(documents)) else { return };
    for (number, one) in shown.iter().enumerate() {
        let complaints = one["complaints"].as_array().unwrap();
        assert_eq!(complaints.is_empty(), number < clean, "{one}");
    }
}

#[test]
fn an_editor_completes_what_the_language_has() {
    let check = |evidence: &str, when: &str| {
        format!("id: x.y\ntitle: t\nevidence:\n  a:{evidence}\noutcomes:\n  - id: healthy\n{when}")
    };
    let documents = [
        (document("key.yaml", &check(" { clock: }", "\n"), Some([7, 0])), "applies"),
        (document("probe.yaml", &check("\n    ", ""), Some([5, 4])), "socket"),
        (document("parameter.yaml", &check("\n    token:\n      ", ""), Some([6, 6])), "slot"),
        (document("choice.yaml", &check("\n    token:\n      slot: ", ""), Some([6, 12])), "refresh"),
        (
            document(
                "operator.yaml",
                &check(" { clock: }", "    when:\n      a.time:\n        \n"),
                Some([9, 8]),
            ),
            "before",
        ),
        (
            document(
                "step.yaml",
                &check(" { clock: }", "    severity: error\n    fix:\n      \n"),
                Some([9, 6]),
            ),
            "manual",
        ),
        (
            document(
                "a.cases.yaml",
                "- case: a\n  evidence:\n    token access:\n      \n  expect: { outcome: a }\n",
                Some([4, 6]),
            ),
            "expires_at",
        ),
    ];
    let asked: Vec<&Value> = documents.iter().map(|(document, _)| document).collect();
    let Some(shown) = shown(&json!(asked)) else { return };
    for (one, (_, due)) in shown.iter().zip(&documents) {
        let completed = one["completed"].as_array().unwrap();
        assert!(completed.iter().any(|label| label == due), "{due} in {one}");
    }
}
