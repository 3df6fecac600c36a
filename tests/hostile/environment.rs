//! Hostile variables and arguments.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::corpus::{TEXTS, examine, run};
use crate::support::{Home, Run};

const SHOWN: [&str; 26] = [
    "CMDOP_WORKSPACE",
    "CMDOP_CLIENT_ID",
    "CMDOP_CALLBACK_PORT",
    "CMDOP_CA_FILE",
    "CMDOP_API_KEY",
    "CMDOP_ISSUER",
    "CMDOP_LOG_LEVEL",
    "CMDOP_TOKEN",
    "BROWSER",
    "SUDO_USER",
    "SUDO_UID",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "LANG",
    "LC_ALL",
    "DISPLAY",
    "HTTP_PROXY",
    "https_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CI",
    "SSH_CONNECTION",
    "container",
];

fn dressed(run: Run, value: &OsStr) -> Run {
    SHOWN.iter().fold(run, |run, name| run.env(name, value))
}

#[test]
fn variables_of_every_kind() {
    let home = Home::new();
    let long = "\u{202e}long\u{1b} ".repeat(1000);
    let odd: [&[u8]; 3] = [b"\xff\xfe\x9b2J", b"ok\xc3", b"\xed\xa0\x80"];
    let texts = TEXTS.iter().map(|text| text.as_bytes()).chain([long.as_bytes()]).chain(odd);
    for value in texts.map(OsStr::from_bytes) {
        examine(&home, |run| dressed(run, value).env("CMDOP_API_URL", "http://127.0.0.1:9"));
        examine(&home, |run| {
            run.env("CMDOP_API_URL", value).env("CMDOP_CONFIG_DIR", value).env("PATH", value)
        });
    }
}

#[test]
fn a_hostile_part_of_an_address() {
    let home = Home::new();
    for text in TEXTS {
        for address in [
            format!("http://127.0.0.1:9/{text}"),
            format!("http://{text}/"),
            format!("http://127.0.0.1:{text}"),
        ] {
            examine(&home, |run| run.env("CMDOP_API_URL", &address).env("HTTP_PROXY", &address));
        }
    }
}

#[test]
fn arguments_of_every_kind() {
    let home = Home::new();
    for text in TEXTS {
        for words in [
            vec![text],
            vec!["doctor", text],
            vec!["doctor", "auth", "--only", text],
            vec!["doctor", "auth", "--profile", text],
            vec!["doctor", "auth", "--format", text],
            vec!["doctor", "explain", text],
            vec!["doctor", "auth", "--offline", "--rules", text],
            vec!["doctor", "auth", "--config", text],
            vec!["doctor", "auth", "--offline", "--json", "-v", "--workspace", text, "--client-id", text],
            vec!["sandbox", "--fault", text],
        ] {
            run(&words.join(" "), home.cmdop(&words));
        }
    }
}

#[test]
fn arguments_that_are_no_text() {
    let home = Home::new();
    for words in [
        &["doctor"][..],
        &["doctor", "auth", "--only"],
        &["doctor", "auth", "--rules"],
        &["--workspace"],
        &[],
    ] {
        run("an argument that is no text", home.cmdop(words).argument(OsStr::from_bytes(b"\xff\x1b[2J\xfe")));
    }
}
