//! `cmdop doctor rules lint`.

#[path = "../parity/mod.rs"]
mod parity;

use serde_json::Value;

use crate::run;
use crate::support::Home;

/// Two rules that lack the line between them, with every fault of layout and words.
const UNTIDY: &str = "\u{feff}# our proxy\r
id: corp.proxy\r
title: The company proxy is set.\r
evidence: { proxy: { env: { name: HTTPS_PROXY } }, spare: { clock: {} } }  \r
outcomes:\r
  - id: missing # this stays\r
    when: { proxy.present: false }\r
    severity: error\r
    symptom: Requests time out.\r
    cause: \"HTTPS_PROXY is not set.\"\r
  - id: healthy\r
# the second one\r
id: corp.other\r
title: A. thing\r
about: Words.\r
evidence: { a: { env: { name: X } } }\r
outcomes:\r
  - id: sick\r
    when: { a.present: false }\r
    severity: warning\r
    symptom: |\r
      Literal text  \r
      and more.\r
    cause: >-\r
      Folded over\r
      lines, e.g. two.\r
    fix: { manual: x }\r
  - id: healthy";

/// The same as `--fix` leaves it.
const TIDY: &str = "# our proxy
id: corp.proxy
title: The company proxy is set
evidence: { proxy: { env: { name: HTTPS_PROXY } }, spare: { clock: {} } }
outcomes:
  - id: missing # this stays
    when: { proxy.present: false }
    severity: error
    symptom: requests time out
    cause: \"HTTPS_PROXY is not set\"
  - id: healthy
---
# the second one
id: corp.other
title: A. thing
about: Words.
evidence: { a: { env: { name: X } } }
outcomes:
  - id: sick
    when: { a.present: false }
    severity: warning
    symptom: |
      literal text  \n      and more
    cause: >-
      folded over
      lines, e.g. two
    fix: { manual: x }
  - id: healthy
";

/// A check without a fault, and its cases.
const GOOD: &str = "\
id: corp.proxy
title: The company proxy is set
about: Without it nothing leaves the office.
evidence: { proxy: { env: { name: HTTPS_PROXY } } }
outcomes:
  - id: missing
    when: { proxy.present: false }
    severity: error
    symptom: requests time out
    cause: HTTPS_PROXY is not set
    fix: { shell: export, variable: HTTPS_PROXY, value: \"http://proxy.example:3128\" }
  - id: healthy
";
const CASES: &str = "\
- case: a new laptop
  evidence: { env HTTPS_PROXY: { present: false } }
  expect: { outcome: missing }
- case: set
  evidence: { env HTTPS_PROXY: { present: true } }
  expect: { outcome: healthy }
";

fn with(rules: &str, cases: &str) -> Home {
    let home = Home::new();
    home.file("proxy.yaml", rules);
    home.file("proxy.cases.yaml", cases);
    home
}

macro_rules! snapshot {
    ($name:expr, $told:expr) => {
        insta::with_settings!({ snapshot_path => "../../snapshots/authoring", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($name, $told);
        });
    };
}

#[test]
fn a_good_rule_with_cases_is_clean() {
    let home = with(GOOD, CASES);
    for path in ["proxy.yaml", "proxy.cases.yaml", "."] {
        assert_eq!(
            run(&home, &["lint", path]),
            ("nothing to say of 2 files\n".to_owned(), Some(0)),
            "{path}"
        );
    }
}

#[test]
fn rules_of_the_config_folder_are_meant_where_none_are_named() {
    let home = Home::new();
    assert_eq!(run(&home, &["lint"]).1, Some(2));
    home.folder_in(".cmdop/rules", 0o700);
    home.file(".cmdop/rules/proxy.yaml", GOOD);
    home.file(".cmdop/rules/proxy.cases.yaml", CASES);
    assert_eq!(run(&home, &["lint"]), ("nothing to say of 2 files\n".to_owned(), Some(0)));
}

#[test]
fn what_could_be_better_is_shown_at_its_place() {
    let text = GOOD
        .replace("requests time", "Requests time")
        .replace("about: Without it nothing leaves the office.\n", "");
    let text =
        text.replace("env: { name: HTTPS_PROXY } }", "env: { name: HTTPS_PROXY } }, spare: { clock: }");
    let first = CASES.split("- case: set").next().unwrap();
    let (told, code) = run(&with(&text, first), &["lint", "proxy.yaml"]);
    assert_eq!(code, Some(1));
    snapshot!("lint", told);
}

#[test]
fn a_fault_is_an_error_and_hides_no_remark() {
    let text = GOOD
        .replace("proxy.present: false", "proxy.presnt: false")
        .replace("is set\nabout", "is set.\nabout");
    let (told, code) = run(&with(&text, CASES), &["lint", "proxy.yaml", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    let codes: Vec<&str> =
        told["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!((codes, code), (vec!["full-stop", "fault"], Some(1)));
    assert_eq!((&told["findings"][1]["line"], &told["findings"][1]["column"]), (&7.into(), &13.into()));
}

#[test]
fn what_can_be_mended_is_and_comments_stay() {
    let home = with(UNTIDY, "");
    std::fs::remove_file(home.path().join("proxy.cases.yaml")).unwrap();
    let (told, code) = run(&home, &["lint", "proxy.yaml", "--fix"]);
    assert_eq!(std::fs::read_to_string(home.path().join("proxy.yaml")).unwrap(), TIDY);
    assert_eq!(code, Some(1), "not all can be mended");
    let mended: String =
        told.lines().take_while(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
    snapshot!("mended", mended);
    let (again, _) = run(&home, &["lint", "proxy.yaml", "--fix"]);
    assert!(!again.contains("mended"), "{again}");
}

#[test]
fn what_is_in_order_is_not_written() {
    let home = with(GOOD, CASES);
    let before = std::fs::metadata(home.path().join("proxy.yaml")).unwrap();
    assert_eq!(run(&home, &["lint", "proxy.yaml", "--fix"]).1, Some(0));
    let after = std::fs::metadata(home.path().join("proxy.yaml")).unwrap();
    use std::os::unix::fs::MetadataExt;
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
}

#[test]
fn programs_read_the_same_findings() {
    let home = with(UNTIDY, CASES);
    let json: Value = serde_json::from_str(&run(&home, &["lint", "proxy.yaml", "--json"]).0).unwrap();
    let count = json["findings"].as_array().unwrap().len();
    let sarif: Value =
        serde_json::from_str(&run(&home, &["lint", "proxy.yaml", "--format", "sarif"]).0).unwrap();
    assert_eq!(parity::sarif_faults(&sarif), Vec::<String>::new());
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(results.iter().all(|result| rules.iter().any(|rule| rule["id"] == result["ruleId"])));
    let (github, code) = run(&home, &["lint", "proxy.yaml", "--format", "github"]);
    let annotations =
        github.lines().filter(|line| line.starts_with("::error ") || line.starts_with("::warning "));
    assert_eq!((annotations.count(), results.len(), code), (count, count, Some(1)));
    assert!(github.contains("::warning file=proxy.yaml,line=9,col=14,title=capital::"), "{github}");
}

#[test]
fn braces_in_a_sarif_message_are_no_placeholders() {
    let home = with(&GOOD.replace("about: ", "\"{x}\": 1\nabout: "), CASES);
    let sarif: Value =
        serde_json::from_str(&run(&home, &["lint", "proxy.yaml", "--format", "sarif"]).0).unwrap();
    let text = sarif["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert!(text.contains("{{x}}"), "{text}");
}

#[test]
fn a_file_that_is_no_rule_is_told_and_left_alone() {
    let home = with("id: [\n  x  \n", "");
    let before = std::fs::read(home.path().join("proxy.yaml")).unwrap();
    let (told, code) = run(&home, &["lint", "proxy.yaml", "--fix"]);
    assert_eq!((code, std::fs::read(home.path().join("proxy.yaml")).unwrap()), (Some(1), before), "{told}");
    assert!(told.contains("error[fault]"), "{told}");
    let (told, code) = run(&home, &["lint", "nowhere"]);
    assert_eq!(code, Some(1), "{told}");
}

#[test]
fn the_waivers_of_a_project_are_looked_at_too() {
    let home = Home::new();
    let good = "ignore:\n  - { id: token.file_mode, reason: a shared host, until: 2099-12-31 }\n";
    home.file(".cmdop-doctor.yaml", good);
    let clean = ("nothing to say of 1 file\n".to_owned(), Some(0));
    assert_eq!(run(&home, &["lint", ".cmdop-doctor.yaml"]), clean);
    for (bad, due) in [
        (good.replace("token.file_mode", "token.file_mod"), "did you mean `token.file_mode`?"),
        (good.replace("a shared host", "''"), "`reason` is empty"),
        (good.replace("2099-12-31", "soon"), "line=2,col=58,title=fault::a day is expected"),
        (format!("{good}severities: {{ net.nothing: warning }}\n"), "net.nothing"),
        (format!("{good}rules: x\n"), "rules"),
    ] {
        home.file(".cmdop-doctor.yaml", &bad);
        let (told, code) = run(&home, &["lint", ".cmdop-doctor.yaml", "--format", "github"]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.starts_with("::error file=.cmdop-doctor.yaml") && told.contains(due), "{due} in {told}");
    }
}
