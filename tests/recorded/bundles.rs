//! What a bundle is, who can read it, and what is not in it.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::support::{Home, Told};

pub(crate) const KEY: &str = "cmd_acme_Q7wK3zV9xB5nM2pL8rTd";

/// A home with a login that has expired, whose file others can read.
pub(crate) fn sick() -> Home {
    let home = Home::new();
    home.sign_in("at-0123456789abcdefghijklmnop", 1_700_000_000);
    home.mode(".cmdop/auth.json", 0o644);
    home
}

pub(crate) fn recorded(home: &Home, file: &str) {
    let output = home.cmdop(&["doctor", "auth", "--offline", "--capture", file]).output();
    assert!(output.status.code().is_some_and(|code| code != 2), "{}", err(&output));
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn document(home: &Home, file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(home.path().join(file)).unwrap()).unwrap()
}

fn from(home: &Home, file: &str) -> Told {
    home.cmdop(&["doctor", "auth", "--json", "--from", file]).report()
}

#[test]
fn a_bundle_is_for_its_owner_and_replaced_as_a_whole() {
    let home = sick();
    home.file("b.json", "something else");
    home.mode("b.json", 0o666);
    recorded(&home, "b.json");
    let about = std::fs::metadata(home.path().join("b.json")).unwrap();
    assert_eq!(about.permissions().mode() & 0o7777, 0o600);
    let document = document(&home, "b.json");
    assert_eq!(document["schema"], "cmdop.doctor.bundle/1");
    assert_eq!(document["rulebook"]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(document["evidence"]["file {store}"]["mode"], "0644");
}

#[test]
fn a_bundle_is_what_its_schema_says() {
    let schema = include_str!("../../schemas/bundle-1.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let home = sick();
    home.folder_in(".cmdop/logs", 0o700);
    home.file(".cmdop/logs/cmdop.log", "2026-11-23T09:12:00Z INF x\n");
    recorded(&home, "b.json");
    let document = document(&home, "b.json");
    let faults: Vec<String> =
        validator.iter_errors(&document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(document["logs"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_was_asked_is_asked_again_unless_something_else_is() {
    let home = sick();
    let words =
        ["doctor", "auth", "--offline", "--only", "token", "--fail-on", "warn", "--capture", "b.json"];
    home.cmdop(&words).output();
    let told = from(&home, "b.json");
    assert_eq!(told.verdict("host.clock"), "skipped");
    let told =
        home.cmdop(&["doctor", "auth", "--json", "--from", "b.json", "--only", "token.file_mode"]).report();
    assert_eq!(told.roots(), ["token.file_mode/readable_by_others"]);
    assert_eq!(told.code, Some(1), "a warning counts, as it did then");
}

#[test]
fn packed_and_piped_it_says_the_same() {
    let home = sick();
    recorded(&home, "b.json");
    let plain = std::fs::read(home.path().join("b.json")).unwrap();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&plain).unwrap();
    home.file("gzip", packer.finish().unwrap());
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    home.file("zstd", ruzstd::encoding::compress_to_vec(plain.as_slice(), level));
    home.folder_in("folder", 0o700);
    home.file("folder/any-name", &plain);
    let roots = from(&home, "b.json").roots();
    assert_eq!(roots.len(), 2);
    for name in ["gzip", "zstd", "folder"] {
        assert_eq!(from(&home, name).roots(), roots, "{name}");
    }
    let mut command = home.cmdop(&["doctor", "auth", "--json", "--from", "-"]).into_command();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&plain).unwrap();
    let mut json = String::new();
    child.stdout.take().unwrap().read_to_string(&mut json).unwrap();
    child.wait().unwrap();
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["source"]["name"], "standard input");
    assert_eq!(report["roots"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_name_that_ends_in_gz_is_packed() {
    let home = sick();
    recorded(&home, "b.json.gz");
    let bytes = std::fs::read(home.path().join("b.json.gz")).unwrap();
    assert_eq!(bytes.first_chunk(), Some(&[0x1f, 0x8b]));
    assert_eq!(from(&home, "b.json.gz").roots().len(), 2);
}

#[test]
fn logs_come_along_without_their_secrets() {
    let home = sick();
    home.folder_in(".cmdop/logs", 0o700);
    home.folder_in(".local/state/cmdop", 0o700);
    let long = "2026-11-23T09:12:00Z INF nothing new\n".repeat(20_000);
    home.file(
        ".cmdop/logs/cmdop.log",
        format!("{long}2026-11-23T09:12:00Z INF x key={KEY} ada@example.test\n"),
    );
    home.file(".local/state/cmdop/agent.log", "2026-11-23T09:12:00Z INF at-0123456789abcdefghijklmnop\n");
    let output = home.cmdop(&["doctor", "--offline", "bundle", "b.json"]).output();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let document = document(&home, "b.json");
    let logs = document["logs"].as_array().unwrap();
    let text = |at: usize| logs[at]["text"].as_str().unwrap();
    assert!(logs[0]["cut"] == true && text(0).len() < 300_000);
    assert!(
        text(0).contains("key=[cmd_acme_…, 29 characters, prefix ok, fingerprint"),
        "{}",
        &text(0)[260_000..]
    );
    assert!(text(0).contains("ada@example.test"));
    assert!(!text(1).contains("0123456789"), "{}", text(1));
}

#[test]
fn a_bundle_that_would_hold_a_secret_is_not_written() {
    let home = sick();
    let hex: String = "Zq7Wx9Lm2Tk".bytes().map(|byte| format!("{byte:02x}")).collect();
    home.folder_in(".cmdop/logs", 0o700);
    // Nothing says that this is one but the variable, which no redactor sees.
    home.file(".cmdop/logs/cmdop.log", format!("2026-11-23T09:12:00Z INF digest {hex}\n"));
    let run = home.cmdop(&["doctor", "--offline", "bundle", "b.json"]).env("DEPLOY_PASSWORD", "Zq7Wx9Lm2Tk");
    let output = run.output();
    assert_eq!(output.status.code(), Some(2));
    let told = err(&output);
    assert!(told.contains("(logs) would hold the variable DEPLOY_PASSWORD, in hexadecimal"), "{told}");
    assert!(!told.contains("Zq7Wx9") && !told.contains(&hex));
    assert!(!home.path().join("b.json").exists());
}

#[test]
fn an_anonymized_bundle_names_nobody_and_says_the_same() {
    let home = sick();
    home.folder_in(".cmdop/logs", 0o700);
    home.file(".cmdop/logs/cmdop.log", "2026-11-23T09:12:00Z INF ada@example.test on ci.acme.example\n");
    let run = home.cmdop(&["doctor", "auth", "--offline", "--capture", "b.json", "--anonymize", "--json"]);
    let live = run.env("CMDOP_API_URL", "https://cmdop.acme.example").report();
    let text = std::fs::read_to_string(home.path().join("b.json")).unwrap();
    for name in ["ada@", "acme.example", home.path().to_str().unwrap()] {
        assert!(!text.contains(name), "{name}");
    }
    assert!(text.contains("/home/someone/.cmdop/auth.json") && text.contains("user-1 on host-"), "{text}");
    assert_eq!(from(&home, "b.json").roots(), live.roots());
}

#[test]
fn what_cannot_be_written_is_told() {
    let home = sick();
    home.folder_in("folder", 0o700);
    for file in ["folder", "no/such/folder/b.json"] {
        let output = home.cmdop(&["doctor", "--offline", "bundle", file]).output();
        assert_eq!(output.status.code(), Some(2));
        assert!(err(&output).contains("the bundle cannot be written to"), "{}", err(&output));
    }
    for words in [&["--from", "x"][..], &["--fix"], &["--format", "json"]] {
        let output = home.cmdop(&[&["doctor"], words, &["bundle", "b.json"]].concat()).output();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn the_report_of_a_bundle_says_where_it_comes_from() {
    let home = sick();
    recorded(&home, "b.json");
    let output = home.cmdop(&["doctor", "auth", "--from", "b.json"]).output();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.lines().last(), Some("read from b.json: type the fixes where that was recorded"));
    assert!(text.contains("chmod 600 ~/.cmdop/auth.json"), "{text}");
}

#[test]
fn what_the_user_said_is_asked_again() {
    let home = sick();
    let said = ["--symptom", "Error: token expired, with cmd_acme_Q7wK3zV9xB5nM2pL8rTd"];
    let typed = [&["doctor", "auth", "--json", "--offline", "--capture", "b.json"][..], &said].concat();
    let live = home.cmdop(&typed).report();
    let kept = document(&home, "b.json")["asked"]["symptoms"][0].as_str().unwrap().to_owned();
    assert!(kept.starts_with("Error: token expired, with ") && !kept.contains("Q7wK3zV9"), "{kept}");
    let again = from(&home, "b.json");
    assert_eq!(again.json["roots"], live.json["roots"]);
    assert_eq!(again.json["findings"], live.json["findings"]);
}

#[test]
fn a_log_that_cannot_be_read_is_told() {
    let home = sick();
    home.folder_in(".cmdop/logs/cmdop.log", 0o700);
    recorded(&home, "b.json");
    let remarks = document(&home, "b.json")["remarks"].to_string();
    assert!(remarks.contains("the log ~/.cmdop/logs/cmdop.log was left out: it is a folder"), "{remarks}");
}
