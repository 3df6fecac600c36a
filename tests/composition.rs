//! Packs that change built-in checks, by the real program: what they did is told wherever a report has a
//! place for remarks, and by `list` and `explain`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::Home;

const PACK: &str = "\
extends: token.signed_in
reason: our people sign in with keys
title: Somebody is signed in here
---
id: host.clock
overrides: true
title: The clock is what ours is
evidence: { now: { clock: {} } }
outcomes: [{ id: fine }]
---
disable: [token.generation]
reason: we run both generations until June
";

/// A home whose config folder has `text` for a pack.
fn home(text: &str) -> Home {
    let home = Home::new();
    home.folder_in(".cmdop/rules", 0o700);
    home.file(".cmdop/rules/corp.yaml", text);
    home
}

fn said(home: &Home, words: &[&str]) -> (String, String, Option<i32>) {
    let output = home.cmdop(words).output();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

fn remarks(home: &Home) -> Vec<String> {
    let at = |file: &str| home.path().join(".cmdop/rules").join(file).display().to_string();
    let corp = at("corp.yaml");
    vec![
        format!("the built-in check host.clock is overridden by {corp}:5"),
        format!(
            "the built-in check token.generation is disabled by {corp}:11: we run both generations until June"
        ),
        format!("the built-in check token.signed_in is extended by {corp}:1: our people sign in with keys"),
    ]
}

#[test]
fn what_a_pack_changes_is_told_in_every_format_that_has_a_place_for_it() {
    let home = home(PACK);
    let auth = ["doctor", "auth", "--offline", "--only", "token,host.clock"];
    let told = home.cmdop(&[&auth[..], &["--json"]].concat()).report();
    assert_eq!(told.json["remarks"], serde_json::json!(remarks(&home)));
    assert_eq!(told.verdict("host.clock"), "healthy");
    let words = |format: &str| said(&home, &[&auth[..], &["--format", format]].concat()).0;
    for format in ["text", "ndjson", "sarif", "html", "markdown", "tap", "github"] {
        let words = words(format);
        for word in ["overridden by", "disabled by", "extended by"] {
            assert!(words.contains(word), "{format}: {word}\n{words}");
        }
    }
}

#[test]
fn the_list_shows_what_is_not_as_it_was_built_in() {
    let home = home(PACK);
    let (text, ..) = said(&home, &["doctor", "list"]);
    let row = |id: &str| text.lines().position(|line| line.starts_with(id)).unwrap();
    let gone = text.lines().skip(row("token.generation")).take(4).collect::<String>();
    assert!(gone.contains("disabled by"), "{text}");
    assert!(text.contains("somebody is signed in here (extended by"), "{text}");
    let (json, ..) = said(&home, &["doctor", "list", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["disabled"][0]["id"], "token.generation");
    assert_eq!(json["disabled"][0]["built_in"]["reason"], "we run both generations until June");
    let clock = json["checks"].as_array().unwrap().iter().find(|check| check["id"] == "host.clock").unwrap();
    assert_eq!((&clock["built_in"]["is"], &clock["built_in"]["line"]), (&"overridden".into(), &5.into()));
}

#[test]
fn a_check_explains_who_changed_it_and_one_that_is_gone_who_took_it_away() {
    let home = home(PACK);
    let (text, ..) = said(&home, &["doctor", "explain", "token.signed_in"]);
    assert!(text.contains("built in") && text.contains("extended by"), "{text}");
    for words in
        [&["doctor", "explain", "token.generation"][..], &["doctor", "auth", "--only", "token.generation"]]
    {
        let (_, error, code) = said(&home, words);
        assert!(error.contains("`token.generation` is disabled by") && error.contains(":11"), "{error}");
        assert_eq!(code, Some(2));
    }
}

#[test]
fn a_waiver_of_a_check_that_is_gone_is_no_fault() {
    let home = home(PACK);
    home.file(
        ".cmdop-doctor.yaml",
        "ignore: [{ id: token.generation, reason: known }]\nseverities: { token.generation: warning }\n",
    );
    let (_, error, code) = said(&home, &["doctor", "auth", "--offline", "--only", "host.clock"]);
    assert_eq!(code, Some(0), "{error}");
}

#[test]
fn a_pack_that_is_named_may_do_the_same_and_the_file_of_a_project_may_not() {
    let home = Home::new();
    let pack = home.file("corp.yaml", PACK);
    let told = home.cmdop(&["doctor", "auth", "--json", "--offline", "--rules"]).argument(&pack).report();
    assert_eq!(told.json["remarks"].as_array().unwrap().len(), 3, "{}", told.json["remarks"]);
    for text in ["disable: [token.generation]\nreason: r\n", "extends: token.signed_in\n"] {
        home.file(".cmdop-doctor.yaml", text);
        let (_, error, code) = said(&home, &["doctor", "auth", "--offline"]);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains(".cmdop-doctor.yaml"), "{error}");
    }
}

#[test]
fn a_fault_of_a_pack_has_its_place() {
    let home = home("extends: token.signd_in\n");
    let (_, error, code) = said(&home, &["doctor", "list"]);
    assert!(error.contains("corp.yaml:1:10") && error.contains("did you mean `token.signed_in`?"), "{error}");
    assert_eq!(code, Some(2));
}

#[test]
fn a_case_beside_a_pack_is_of_the_check_as_the_pack_has_it() {
    let home = home(
        "extends: host.clock\nbefore:\n  - id: nineties\n    when: { now.time: { before: \"2000-01-01T00:00:00Z\" } }\n    \
         severity: error\n    symptom: s\n    cause: 'the clock says {now.time}'\n",
    );
    let case = |outcome: &str| {
        format!(
            "- case: a battery that is empty\n  evidence: {{ clock: {{ time: \"1999-01-01T00:00:00Z\" }}, 'http GET {{api}}/v1/machines': {{ date: \"1999-01-01T00:00:00Z\" }} }}\n  expect: {{ outcome: {outcome} }}\n"
        )
    };
    home.file(".cmdop/rules/corp.cases.yaml", case("nineties"));
    let (told, error, code) = said(&home, &["doctor", "rules", "test"]);
    assert_eq!(code, Some(0), "{told}{error}");
    home.file(".cmdop/rules/corp.cases.yaml", case("behind"));
    let (told, _, code) = said(&home, &["doctor", "rules", "test"]);
    assert!(code == Some(1) && told.contains("nineties"), "{told}");
}
