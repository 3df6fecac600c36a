//! What `cmdop --debug` writes, read again: its log alone leads to the root that a look at the machine
//! leads to, or to a list that begins with it. And lines that look alike accuse nobody.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, and make files of their own"
)]

mod support;

use std::path::Path;

use cmdop_doctor::sandbox::{Fault, Options, Sandbox};
use serde::Deserialize;
use serde_json::Value;
use support::{Home, Run, far_future};

/// A fault, a command that fails of it, and the outcome that is to blame.
type Row = (Option<Fault>, &'static str, &'static str);

const ROWS: [Row; 14] = [
    (Some(Fault::RevokedToken), "workspace list", "token.accepted/revoked"),
    (Some(Fault::ExpiredToken), "auth list-keys", "token.accepted/ended_at_server"),
    (Some(Fault::ForeignIssuer), "auth status", "token.accepted/other_issuer"),
    (Some(Fault::WrongEnvironment), "workspace list", "token.accepted/other_environment"),
    (Some(Fault::TwoFactorRequired), "workspace list", "oauth.two_factor/due"),
    (Some(Fault::SsoRequired), "workspace list", "sso.session/due"),
    (Some(Fault::RateLimited), "auth status", "net.api_reachable/rate_limited"),
    (Some(Fault::ServerError), "auth status", "net.api_reachable/server_fault"),
    (None, "expired", "token.refresh_token/refused"),
    // Which of its outcomes it is depends on where this runs: a display, a container, CI.
    (None, "signed out", "token.signed_in/"),
    (None, "empty key", "key.empty/hides_login"),
    (None, "no server", "net.api_connects/refused"),
    (None, "no name", "net.name_resolves/no_such_name"),
    (None, "not a url", "net.api_url/not_a_url"),
];

/// What the command writes on standard error.
fn debug_log(fault: Option<Fault>, words: &str) -> String {
    let home = Home::new();
    let sandbox = Sandbox::start(Options::broken(fault.as_slice())).unwrap();
    let ends = if words == "expired" { 946_684_800_000 } else { far_future() };
    if words != "signed out" {
        home.sign_in(sandbox.token(), ends);
    }
    let typed = if fault.is_some() { words } else { "workspace list" };
    let args: Vec<&str> = ["--debug"].into_iter().chain(typed.split(' ')).collect();
    let api = match words {
        "no server" => "http://127.0.0.1:1",
        "no name" => "https://nothing.invalid",
        "not a url" => "here",
        _ => sandbox.base_url(),
    };
    let run = home.cmdop(&args).env("CMDOP_API_URL", api);
    let run = if words == "empty key" { run.env("CMDOP_API_KEY", "") } else { run };
    String::from_utf8(run.output().stderr).unwrap()
}

fn diagnosed(log: &str) -> Value {
    let home = Home::new();
    let file = home.file("auth-debug.log", log);
    let run: Run = home.cmdop(&["doctor", "auth", "--format", "json", "--from"]).argument(file);
    serde_json::from_slice(&run.output().stdout).unwrap()
}

/// The root, or of several possible ones the likeliest.
fn first(root: &Value) -> String {
    match root["candidates"].as_array().and_then(|all| all.first()) {
        Some(first) => format!("{}/{}", first["check"].as_str().unwrap(), first["outcome"].as_str().unwrap()),
        None => root["id"].as_str().unwrap().split('[').next().unwrap().to_owned(),
    }
}

#[test]
fn the_log_of_a_failed_command_leads_to_its_root() {
    let mut wrong = Vec::new();
    for (fault, words, expected) in ROWS {
        let log = debug_log(fault, words);
        let report = diagnosed(&log);
        let roots: Vec<String> = report["roots"].as_array().unwrap().iter().map(first).collect();
        if !roots.iter().any(|root| root.starts_with(expected)) || report["verdict"] == "healthy" {
            wrong.push(format!("{words}: {roots:?} and not {expected}\n{log}"));
        }
        if report["evidence"].as_array().unwrap().is_empty() {
            wrong.push(format!("{words}: nothing is witnessed\n{log}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// A line that stands alone in a log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trap {
    line: String,
    accuses: bool,
}

#[test]
fn only_what_is_said_of_a_fault_accuses() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/logs/traps.cases.yaml");
    let traps: Vec<Trap> = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let wrong = traps.iter().filter_map(|trap| {
        let report = diagnosed(&format!("{}\n", trap.line));
        let accused = !report["roots"].as_array().unwrap().is_empty();
        (accused != trap.accuses).then(|| format!("{}: {}", trap.line, report["roots"]))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
