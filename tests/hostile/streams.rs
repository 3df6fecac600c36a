//! Standard streams that are not there, and signals in the middle of the work.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::server::Server;
use crate::support::{CMDOP, Home, far_future};

fn signed_in() -> Home {
    let home = Home::new();
    home.sign_in("at-4711", far_future());
    home
}

#[test]
fn closed_streams_change_no_exit_code() {
    let home = signed_in();
    for arguments in [
        "doctor auth --offline",
        "doctor auth --offline --json",
        "--version",
        "doctor list",
        "doctor nonsense",
    ] {
        let words: Vec<&str> = arguments.split(' ').collect();
        let expected = home.cmdop(&words).output().status.code();
        for closing in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("exec \"$0\" {arguments} {closing}"), CMDOP]);
            shell.env_clear().env("HOME", home.path()).env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8");
            shell.current_dir(home.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let output = shell.output().unwrap();
            assert_eq!(output.status.code(), expected, "{arguments} {closing}");
        }
    }
}

#[test]
fn a_log_that_nobody_can_write_is_no_reason_to_stop() {
    let home = signed_in();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = home.cmdop(&["doctor", "auth", "--offline", "--json", "--debug"]).into_command();
    let output = command.stdout(Stdio::piped()).stderr(full).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["exit_code"].as_i64(), output.status.code().map(i64::from));
}

/// Starts the program over a server that never answers, and waits until it has asked.
fn stuck(home: &Home, server: &Server, words: &[&str]) -> Child {
    let mut command = home.cmdop(words).env("CMDOP_API_URL", server.url()).into_command();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while server.heads().is_empty() {
        if begun.elapsed() > Duration::from_secs(30) || child.try_wait().unwrap().is_some() {
            let _ended = child.kill();
            panic!("nothing was asked: {:?}", child.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

fn mute() -> Server {
    Server::handling(|_, _| {
        std::thread::sleep(Duration::from_secs(60));
        Ok(())
    })
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
}

#[test]
fn a_signal_gives_the_report_so_far() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let (home, server) = (signed_in(), mute());
        let words = ["doctor", "auth", "--json", "-v", "--timeout", "60s", "--output", "json=also.json"];
        let child = stuck(&home, &server, &words);
        send(&child, signal);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(report["evidence"].as_array().unwrap().iter().any(|read| read["reading"] == "found"));
        assert_ne!(report["verdict"], "healthy");
        assert_eq!(report["exit_code"], code);
        let written: Value =
            serde_json::from_slice(&std::fs::read(home.path().join("also.json")).unwrap()).unwrap();
        assert_eq!(written["findings"], report["findings"]);
    }
}

#[test]
fn a_signal_gives_a_report_to_people_too() {
    let (home, server) = (signed_in(), mute());
    let child = stuck(&home, &server, &["doctor", "auth", "--timeout", "60s"]);
    send(&child, Signal::SIGINT);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("interrupted"), "{text}");
}

#[test]
fn two_signals_end_it_as_well() {
    let (home, server) = (signed_in(), mute());
    let child = stuck(&home, &server, &["doctor", "auth", "--timeout", "60s", "--json"]);
    send(&child, Signal::SIGTERM);
    send(&child, Signal::SIGTERM);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143));
}
