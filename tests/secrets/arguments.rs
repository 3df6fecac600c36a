//! Secrets typed where they do not belong.

use crate::canary::{ACCESS, FOREIGN, KEY, PROXY, jwt};
use crate::outputs::Outputs;
use crate::support::Home;

const LINES: [&str; 30] = [
    "KEY",
    "--api-key KEY doctor auth",
    "--api-key=KEY doctor auth",
    "doctor KEY",
    "doctor auth KEY",
    "doctor auth --only KEY --offline",
    "doctor auth --skip token.KEY --offline",
    "doctor auth --profile KEY --offline",
    "doctor auth --format KEY",
    "doctor auth --output KEY",
    "doctor auth --timeout KEY",
    "doctor auth --fail-on KEY",
    "doctor auth --color=KEY",
    "doctor auth --log-level KEY",
    "doctor auth --offline --fix=KEY",
    "doctor auth --offline --fix=token.file_mode,KEY",
    "doctor undo KEY",
    "doctor explain KEY",
    "doctor explain KEY --json",
    "doctor list KEY",
    "doctor list --KEY",
    "login --provider KEY",
    "auth revoke-key KEY",
    "--debug auth revoke-key KEY -y",
    "--debug auth create-key --name KEY",
    "auth create-key --name ci --permissions KEY",
    "auth create-key --name ci --expires KEY",
    "workspace use KEY",
    "sandbox --fault KEY",
    "doctor auth --offline -v --json --workspace KEY --client-id KEY",
];

#[test]
fn are_not_repeated() {
    let home = Home::new();
    let signed = jwt(r#"{"sub":"ada"}"#);
    for secret in [KEY.secret, ACCESS.secret, FOREIGN.secret, PROXY.secret, &signed] {
        // What looks like a flag with a value is told as that flag.
        let fits = |line: &&&str| !(line.contains("--KEY") && secret.contains('='));
        let lines: Vec<String> = LINES.iter().filter(fits).map(|line| line.replace("KEY", secret)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let known = if secret == signed { vec![secret] } else { Vec::new() };
        Outputs::of_running(&home, &[("CMDOP_API_KEY", secret)], &lines).hide(&known);
    }
}

#[test]
fn a_file_is_not_named_by_a_key() {
    let lines = ["--output json=KEY/KEY", "--config KEY", "--rules KEY", "--ca-file KEY"];
    let lines = lines.map(|line| format!("doctor auth --offline -v {line}").replace("KEY", KEY.secret));
    Outputs::of_running(&Home::new(), &[], &lines.each_ref().map(String::as_str)).hide(&[]);
}

#[test]
fn other_commands_show_none() {
    let home = Home::new();
    home.sign_in(ACCESS.secret, 1);
    let lines = [
        "doctor list",
        "doctor list --json",
        "doctor explain key.prefix",
        "doctor explain token.accepted --json",
        "doctor rules probes",
        "login",
        "auth status",
        "workspace current",
        "--debug auth status",
        "--debug auth list-keys --json",
        "auth status --offline --json",
        "sandbox --list-faults",
        "--version",
        "--help",
        "doctor auth --help",
        "--debug doctor list",
    ];
    Outputs::of_running(&home, &[("CMDOP_API_KEY", KEY.secret)], &lines).hide(&[]);
}
