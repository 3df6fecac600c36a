//! `explain "Error: …"` and `--symptom`: what a message can mean, and which of it is so on this machine.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly, and make files of their own")]

mod support;

use cmdop_doctor::sandbox::{Fault, Options, Sandbox};
use serde_json::Value;
use support::{Home, far_future};

fn explained(words: &[&str]) -> (Option<i32>, String, String) {
    let words: Vec<&str> = ["doctor", "explain"].into_iter().chain(words.iter().copied()).collect();
    let output = Home::new().cmdop(&words).output();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_message_is_explained_with_the_next_step() {
    let (code, out, err) = explained(&["Error: permission denied"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_snapshot("explain-message", &out);
}

#[test]
fn spelling_colours_and_quotes_do_not_matter() {
    let plain = explained(&["Error: token expired"]).1;
    let reasons = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<String>>();
    for spelling in ["\"ERROR: Token Expired\"", "\u{1b}[31mError: token expired\u{1b}[0m", "token expired"] {
        let (code, out, _) = explained(&[spelling]);
        assert_eq!((code, reasons(&out)), (Some(0), reasons(&plain)), "{spelling:?}");
        assert!(!out.contains('\u{1b}'));
    }
}

#[test]
fn a_document_has_what_the_text_has() {
    let (_, out, _) = explained(&["Error: invalid API key", "--json"]);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["schema"], "cmdop.doctor.message/1");
    assert_eq!(document["symptoms"][0]["id"], "symptom.invalid_api_key");
    assert!(document["roots"][0]["candidates"].as_array().unwrap().len() > 60, "all of key.mangled");
    assert!(document["roots"][0]["next"].as_str().unwrap().starts_with("cmdop doctor auth --only key."));
}

#[test]
fn an_unknown_message_is_told_with_the_nearest() {
    let (code, out, err) = explained(&["permision denyed"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        err.contains("no message like `permision denyed`") && err.contains("`Error: permission denied`"),
        "{err}"
    );
    let (code, _, err) = explained(&["token.acepted"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean `token.accepted`?"), "{err}");
}

#[test]
fn no_secret_of_a_message_is_shown() {
    let key = "cmd_acme_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0";
    for words in [format!("Error: invalid API key: {key}"), format!("no such thing {key}")] {
        let (_, out, err) = explained(&[&words]);
        assert!(!out.contains(&key[14..]) && !err.contains(&key[14..]), "{out}{err}");
    }
}

fn examined(faults: &[Fault], ends: i64, words: &[&str]) -> (Option<i32>, Value) {
    let (home, sandbox) = (Home::new(), Sandbox::start(Options::broken(faults)).unwrap());
    home.sign_in(sandbox.token(), ends);
    let words: Vec<&str> =
        ["doctor", "auth", "--format", "json"].into_iter().chain(words.iter().copied()).collect();
    let output = home.cmdop(&words).env("CMDOP_API_URL", sandbox.base_url()).output();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn roots(report: &Value) -> Vec<&str> {
    report["roots"].as_array().unwrap().iter().map(|root| root["id"].as_str().unwrap()).collect()
}

#[test]
fn a_symptom_is_looked_for_on_this_machine() {
    let (code, report) =
        examined(&[Fault::NotAMember], far_future(), &["--symptom", "Error: permission denied"]);
    assert_eq!((code, roots(&report)), (Some(1), vec!["workspace.member/not_member"]));
    let judged = |check: &str| {
        let finding = report["findings"].as_array().unwrap().iter().find(|one| one["check"] == check);
        finding.map(|finding| finding["verdict"].as_str().unwrap().to_owned()).unwrap()
    };
    assert_eq!(judged("agent.socket_owner"), "skipped", "it has nothing to do with that");
}

#[test]
fn what_cannot_be_looked_at_stays_open() {
    let (code, report) = examined(&[], far_future(), &["--offline", "--symptom", "PERMISSION_DENIED"]);
    assert_eq!((code, roots(&report)), (Some(1), vec!["symptom.permission_denied"]));
    let root = &report["roots"][0];
    assert!(root["next"].as_str().unwrap().starts_with("cmdop doctor auth --only workspace."), "{root}");
    assert_eq!(root["candidates"][0]["for"][0], "\"PERMISSION_DENIED\"");
}

#[test]
fn a_symptom_that_nothing_explains_is_not_called_healthy() {
    let (code, report) =
        examined(&[], far_future(), &["--symptom", "UNAUTHENTICATED: Session requires password"]);
    assert_eq!((code, roots(&report).len()), (Some(3), 0), "{report}");
    assert!(report["remarks"].to_string().contains("is not explained"), "{}", report["remarks"]);
}

#[test]
fn an_unknown_symptom_is_an_error() {
    let output = Home::new().cmdop(&["doctor", "auth", "--symptom", "all is well"]).output();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}
