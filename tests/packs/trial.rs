//! `cmdop doctor rules test`.

use crate::support::Home;
use crate::{CASES, RULES};

/// What a run printed, and how it ended.
fn tried(home: &Home, args: &[&str]) -> (String, Option<i32>) {
    let words: Vec<&str> = ["doctor", "rules", "test"].iter().chain(args).copied().collect();
    let output = home.cmdop(&words).output();
    let told = [output.stdout, output.stderr].concat();
    (String::from_utf8(told).unwrap(), output.status.code())
}

fn with(rules: &str, cases: &str) -> Home {
    let home = Home::new();
    home.file("corp.yaml", rules);
    home.file("corp.cases.yaml", cases);
    home
}

macro_rules! snapshot {
    ($name:expr, $told:expr) => {
        insta::with_settings!({ snapshot_path => "../../snapshots/packs", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($name, $told);
        });
    };
}

#[test]
fn cases_that_end_as_they_say_are_counted() {
    let home = with(RULES, CASES);
    assert_eq!(tried(&home, &["corp.yaml"]), ("4 cases: all as expected\n".to_owned(), Some(0)));
    let covered = tried(&home, &["--coverage", "corp.cases.yaml"]);
    let told = "4 cases: all as expected\n3 rules: 4 of 4 answers have a case; of 2 changed comparisons 0 would \
                go unnoticed\n";
    assert_eq!((covered.0.replace("\n  ", " "), covered.1), (told.to_owned(), Some(0)));
}

#[test]
fn each_difference_is_shown_at_its_case() {
    let cases = CASES
        .replace("cause: HTTPS_PROXY is not set", "cause: HTTPS_PROXY is unset")
        .replace("fix: export HTTPS_PROXY=http://proxy.corp.example:3128", "fix: cmdop login")
        .replace("{ outcome: healthy }", "{ verdict: unknown }")
        .replace("heard: [symptom.corp_gateway]", "heard: []")
        .replace("text: corporate gateway refused api", "text: the gateway refused api");
    let (told, code) = tried(&with(RULES, &cases), &["corp.yaml"]);
    assert_eq!(code, Some(1), "{told}");
    snapshot!("differences", told);
}

#[test]
fn what_no_case_covers_fails_under_coverage_alone() {
    let first = CASES.split("- case: set by IT").next().unwrap();
    let home = with(RULES, first);
    assert_eq!(tried(&home, &["corp.yaml"]).1, Some(0));
    let (told, code) = tried(&home, &["--coverage", "corp.yaml"]);
    assert_eq!(code, Some(1), "{told}");
    snapshot!("coverage", told);
}

#[test]
fn rules_without_cases_are_named() {
    let home = Home::new();
    home.file("corp.yaml", RULES);
    let (told, code) = tried(&home, &["corp.yaml"]);
    assert_eq!(told, "corp.yaml: no case; they are written into corp.cases.yaml\nno case was tried\n");
    assert_eq!(code, Some(1));
}

#[test]
fn the_rules_of_the_config_folder_are_tried_without_being_named() {
    let home = Home::new();
    let (told, code) = tried(&home, &[]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("there are no rules of yours to test"), "{told}");
    home.folder_in(".cmdop/rules", 0o700);
    home.file(".cmdop/rules/corp.yaml", RULES);
    home.file(".cmdop/rules/corp.cases.yaml", CASES);
    assert_eq!(tried(&home, &[]), ("4 cases: all as expected\n".to_owned(), Some(0)));
}

#[test]
fn several_checks_in_a_file_are_told_apart_by_name() {
    let two =
        format!("{RULES}---\n{}", RULES.split("---").next().unwrap().replace("corp.proxy", "corp.other"));
    let (told, code) = tried(&with(&two, CASES), &["corp.yaml"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("corp.cases.yaml:1:3") && told.contains("`check: ID`"), "{told}");
    let named = CASES.replace("- case: ", "- check: corp.other\n  case: ");
    assert_eq!(
        tried(&with(&two, &named), &["corp.yaml"]),
        ("4 cases: all as expected\n".to_owned(), Some(0))
    );
}

#[test]
fn what_is_wrong_with_a_case_has_its_place() {
    let cases =
        CASES.replace("outcome: missing", "outcome: mising").replace("rule: log.corp_gateway", "rule: log.x");
    let (told, code) = tried(&with(RULES, &cases), &["corp.yaml"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("corp.cases.yaml:4:14") && told.contains("did you mean `missing`?"), "{told}");
    assert!(told.contains("there is no log rule `log.x`"), "{told}");
}

#[test]
fn every_format_tells_the_same() {
    let home = with(RULES, &CASES.replace("{ outcome: healthy }", "{ verdict: unknown }"));
    let (json, code) = tried(&home, &["--format", "json", "--coverage", "corp.yaml"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["cases"].as_u64(), json["wrong"].as_u64(), code), (Some(4), Some(1), Some(1)));
    let wrong = &json["results"][1];
    assert_eq!((wrong["line"].as_u64(), wrong["file"].as_str()), (Some(7), Some("corp.cases.yaml")));
    let difference = serde_json::json!({ "key": "verdict", "expected": "unknown", "found": "healthy" });
    assert_eq!(wrong["differences"], serde_json::json!([difference]));
    assert_eq!(json["rules"][0]["answers"][1], serde_json::json!({ "answer": "healthy", "cases": 0 }));
    let (junit, code) = tried(&home, &["--format", "junit", "--coverage", "corp.yaml"]);
    assert_eq!(code, Some(1));
    assert!(junit.contains(r#"tests="7" skipped="0" failures="2""#), "{junit}");
    let (short, _) = tried(&home, &["corp.yaml", "--json"]);
    assert!(short.starts_with('{'), "{short}");
}

#[test]
fn causes_and_lines_have_cases_too() {
    let rules = format!(
        "{RULES}---\n{}---\nid: cause.corp_door\ntitle: The door is closed\nabout: Nobody gets out.\n\
         when: {{ all: [ {{ finding: corp.proxy/missing }}, {{ finding: corp.door/closed }} ] }}\n\
         root: corp.proxy\nexplains: [corp.door]\n",
        RULES
            .split("---")
            .next()
            .unwrap()
            .replace("corp.proxy", "corp.door")
            .replace("missing", "closed")
            .replace("HTTPS_PROXY", "CORP_DOOR")
    );
    let home = with(
        &rules,
        "\
- case: no proxy, and no door
  evidence: { env HTTPS_PROXY: { present: false }, env CORP_DOOR: { present: false } }
  expect: { roots: [cause.corp_door] }
- case: no proxy
  evidence: { env HTTPS_PROXY: { present: false }, env CORP_DOOR: { present: true } }
  expect: { roots: [corp.proxy/missing] }
- { line: 'ERR corporate gateway refused api.cmdop.com', accuses: true }
- { line: 'nothing to see here', accuses: true }
",
    );
    let (told, code) = tried(&home, &["corp.yaml"]);
    assert_eq!(code, Some(1), "{told}");
    let end = "corp.cases.yaml:8: nothing to see here\n  accuses  - true\n           + false\n\n\
               4 cases: 3 as expected, 1 not (- expected, + found)\n";
    assert_eq!(told, end);
}
