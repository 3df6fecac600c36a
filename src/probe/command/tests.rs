//! What a command says as facts, without the secrets in it.

use super::*;
use crate::model::fact::{FactSpec, FactType, Value};
use crate::model::list::{List, Str};
use crate::model::probe::ProbeKind;
use crate::probe::rig::{self, all, told};

fn fact(name: Str, kind: FactType, take: Take) -> BodyFact {
    BodyFact { fact: FactSpec { name, kind, about: "" }, at: "", take, of: List::EMPTY }
}

async fn looked(argv: &[&str], body: Vec<BodyFact>) -> Reading {
    let words: Vec<(Str, &str)> = argv.iter().map(|word| ("run", *word)).collect();
    let call = Call { body, ..rig::call(ProbeKind::Command, &words) };
    rig::look(&call, &rig::context("https://api.test", &[("CMDOP_API_KEY", KEY)])).await
}

const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

#[tokio::test]
async fn it_tells_how_a_command_ends_and_what_it_says() {
    let body = vec![
        fact("first", FactType::Text, Take::Match(Stream::Out, "^v([0-9.]+)$")),
        fact("words", FactType::Text, Take::Text(Stream::Err)),
        BodyFact { at: "/a", ..fact("a", FactType::Int, Take::Json) },
    ];
    let reading = looked(&["sh", "-c", "echo v1.2; echo oh no >&2; exit 4"], body).await;
    assert_eq!(
        all(&reading, ["exit_code", "signal", "timed_out", "truncated"]),
        ["4", "-", "false", "false"]
    );
    assert_eq!(all(&reading, ["first", "words", "a"]), ["1.2", "oh no", "-"]);
}

#[tokio::test]
async fn a_document_is_read_by_pointers() {
    let body = vec![
        BodyFact { at: "/user/name", ..fact("name", FactType::Text, Take::Json) },
        BodyFact { at: "/access_token", ..fact("secret", FactType::Text, Take::Json) },
    ];
    let reading =
        looked(&["echo", r#"{"user": {"name": "ada"}, "access_token": "xyzzy-plugh"}"#], body).await;
    assert_eq!(all(&reading, ["name", "secret"]), ["ada", "-"]);
}

#[tokio::test]
async fn secrets_that_it_says_are_taken_out() {
    let said = format!("key {KEY}\nAuthorization: Bearer ghp_0123456789abcdefghijABCDEFGHIJ012345\n");
    let body = vec![
        fact("all", FactType::Text, Take::Text(Stream::Out)),
        fact("bearer", FactType::Text, Take::Match(Stream::Out, "Bearer (.*)")),
    ];
    let reading = looked(&["printf", "%s", &said], body).await;
    for fact in ["all", "bearer"] {
        let text = told(&reading, fact);
        assert!(!text.contains("c3d4e5f6") && !text.contains("0123456789abcdef"), "{text}");
    }
    assert!(told(&reading, "all").starts_with("key "));
}

#[tokio::test]
async fn what_takes_too_long_tells_what_it_has_said_until_then() {
    let mut ctx = rig::context("https://api.test", &[]);
    ctx.settings.probe_deadline = std::time::Duration::from_secs(3);
    let body = vec![fact("first", FactType::Text, Take::Match(Stream::Out, "^(one)$"))];
    let words = [("run", "sh"), ("run", "-c"), ("run", "echo one; exec sleep 600")];
    let call = Call { body, ..rig::call(ProbeKind::Command, &words) };
    let reading = rig::look(&call, &ctx).await;
    assert_eq!(
        all(&reading, ["exit_code", "timed_out", "truncated", "first"]),
        ["-", "true", "false", "one"]
    );
}

#[tokio::test]
async fn what_is_not_there_is_absent() {
    assert_eq!(looked(&["no such program"], Vec::new()).await, Reading::Absent);
}

#[test]
fn nothing_is_told_that_nobody_reads() {
    let call = rig::call(ProbeKind::Command, &[("run", "true")]).wanting(&["exit_code"]);
    let ended = Ended { status: None, timed_out: true, truncated: false, stdout: vec![], stderr: vec![] };
    let mut redactor = Redactor::new(List::EMPTY, Style::default());
    let facts = describe(&call, &ended, 1, &mut redactor);
    assert_eq!(facts.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["exit_code"]);
    assert_eq!(
        facts.get("timed_out").cloned().map_or(Value::Bool(false), |_| Value::Bool(true)),
        Value::Bool(false)
    );
}
