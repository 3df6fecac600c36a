//! A bundle becomes a case that the case runner takes.

use cmdop_doctor::rulebook::{built_in, cases};
use cmdop_doctor::source::case::{Machines, misses};

use crate::bundles::{recorded, sick};

#[test]
fn every_sick_finding_becomes_a_case_of_its_check() {
    let home = sick();
    recorded(&home, "b.json");
    let output = home.cmdop(&["doctor", "rules", "case", "--from", "b.json"]).output();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let rulebook = built_in();
    let pieces: Vec<&str> = text.split("---\n").collect();
    assert_eq!(pieces.len(), 2, "{text}");
    for piece in pieces {
        let file = piece.lines().next().unwrap().trim_start_matches("# for checks/");
        let id = file.trim_end_matches(".cases.yaml").replace('/', ".");
        let check = rulebook.check(&id).unwrap();
        let read = cases::read("made.yaml", piece, check, &rulebook).unwrap();
        assert_eq!((read.len(), misses(check, &read[0])), (1, Vec::new()));
    }
    let named = home.path().to_str().unwrap();
    assert!(!text.contains(named) && !text.contains("ada@"), "{text}");
}

#[test]
fn only_what_matters_is_in_it() {
    let home = sick();
    recorded(&home, "b.json");
    let words = ["doctor", "rules", "case", "--from", "b.json", "--check", "token.file_mode"];
    let output = home.cmdop(&words).output();
    insta::with_settings!({ snapshot_path => "../../snapshots/recorded", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("case", String::from_utf8(output.stdout).unwrap());
    });
}

#[test]
fn a_check_that_told_nothing_makes_no_case() {
    let home = sick();
    recorded(&home, "b.json");
    for (check, why) in
        [("host.clock", "host.clock is skipped there"), ("host.clok", "did you mean `host.clock`?")]
    {
        let output = home.cmdop(&["doctor", "rules", "case", "--from", "b.json", "--check", check]).output();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn a_cause_becomes_a_case_of_the_whole_machine() {
    let home = sick();
    let file = home.path().join(".cmdop/auth.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut stored: serde_json::Value = serde_json::from_str(&text).unwrap();
    stored["issuer"] = "https://auth.example.test".into();
    std::fs::write(&file, stored.to_string()).unwrap();
    let run = home.cmdop(&["doctor", "auth", "--offline", "--json", "--capture", "b.json"]);
    let told = run.env("CMDOP_API_URL", "api.cmdop.com").report();
    assert!(told.roots().iter().any(|root| root == "cause.url_unusable"), "{:?}", told.roots());
    let words = ["doctor", "rules", "case", "--from", "b.json", "--check", "cause.url_unusable"];
    let output = home.cmdop(&words).output();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("# for rules/causes/url_unusable.cases.yaml\n"), "{text}");
    let cases = cases::read_roots("made.yaml", &text, &built_in()).unwrap();
    assert_eq!((cases.len(), Machines::of(&built_in()).miss(&cases[0])), (1, None));
    // What does not matter to the cause is left out.
    assert!(!text.contains("file {store}") && text.lines().count() < 12, "{text}");
}
