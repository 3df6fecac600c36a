//! Secrets in the environment, as they should be, mangled, and in the wrong variable.

use crate::canary::{ACCESS, FOREIGN, KEY, LEAKED_KEY, jwt};
use crate::outputs::Outputs;
use crate::support::Home;
use crate::support::server::Server;

#[test]
fn a_key_in_every_state_of_repair() {
    let (key, home) = (KEY.secret, Home::new());
    let half = &key[..20];
    let reversed: String = key.chars().rev().collect();
    for value in [
        key.to_owned(),
        format!("{key}\n"),
        format!("{key}\r\n"),
        format!("\u{feff}{key}"),
        format!("\"{key}\""),
        format!("'{key}' "),
        format!("{}\n{}", &key[..18], &key[18..]),
        format!("Bearer {key}"),
        format!("CMDOP_API_KEY={key}"),
        format!("export CMDOP_API_KEY=\"{key}\""),
        format!("{{\"key\":\"{key}\"}}"),
        format!("{key}{key}"),
        format!("{key},{}", LEAKED_KEY.secret),
        key.to_uppercase(),
        reversed,
        half.to_owned(),
        format!("\u{1b}[31m{key}\u{1b}[0m"),
        format!("{}\u{200b}{}", &key[..16], &key[16..]),
        FOREIGN.secret.to_owned(),
        jwt(r#"{"iss":"https://auth.cmdop.com","exp":4102444800}"#),
        ACCESS.secret.to_owned(),
    ] {
        let outputs = Outputs::of_examining(
            &home,
            &[("CMDOP_API_KEY", &value), ("CMDOP_API_URL", "http://127.0.0.1:9")],
        );
        outputs.hide(&[]);
        if value.starts_with("eyJ") {
            outputs.hide(&[&value]);
        }
    }
}

#[test]
fn a_secret_in_a_variable_that_is_shown() {
    let home = Home::new();
    home.sign_in(ACCESS.secret, 1);
    let shown = [
        "CMDOP_WORKSPACE",
        "CMDOP_CLIENT_ID",
        "CMDOP_CALLBACK_PORT",
        "CMDOP_CA_FILE",
        "CMDOP_LOG_LEVEL",
        "CMDOP_DEBUG",
        "CMDOP_TOKEN",
        "CMDOP_ISSUER",
        "BROWSER",
        "SUDO_USER",
        "TERM",
        "LANG",
        "DISPLAY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSH_CONNECTION",
        "USER",
        "CI",
        "HTTP_PROXY",
    ];
    for secret in [KEY, ACCESS, LEAKED_KEY] {
        let mut env: Vec<(&str, &str)> = shown.iter().map(|name| (*name, secret.secret)).collect();
        env.push(("CMDOP_API_KEY", KEY.secret));
        env.push(("CMDOP_API_URL", "http://127.0.0.1:9"));
        Outputs::of_examining(&home, &env).hide(&[]);
    }
}

#[test]
fn a_key_on_the_command_line_of_another_process() {
    let home = Home::new();
    let argument = format!("--api-key={}", LEAKED_KEY.secret);
    // The shell waits for a line that never comes, so that its command line stays.
    let mut other = std::process::Command::new("sh");
    other
        .args(["-c", "read line", "cmdop", &argument, LEAKED_KEY.secret])
        .stdin(std::process::Stdio::piped());
    let mut other = other.spawn().unwrap();
    let server = Server::answering(|_| crate::support::server::answer("401 No", "", "{}"));
    let outputs = Outputs::of_examining(&home, &[("CMDOP_API_URL", &server.url())]);
    other.kill().unwrap();
    other.wait().unwrap();
    outputs.hide(&[]);
    outputs.tell(&LEAKED_KEY.secret[..12]);
}
