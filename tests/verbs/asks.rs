//! The question of `cmdop auth revoke-key`, on a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;

use crate::desk::Desk;

/// Runs `words` with a terminal on standard input and standard error, types `answer` to its question, and
/// gives the exit code and what the terminal showed.
fn at_terminal(desk: &Desk, words: &str, answer: &str) -> (Option<i32>, String) {
    let pty = nix::pty::openpty(None, None).unwrap();
    let (mut master, slave) = (File::from(pty.master), File::from(pty.slave));
    let mut command = desk.cmdop(words).into_command();
    command.stdin(slave.try_clone().unwrap()).stderr(slave).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    drop(command);
    let (mut shown, mut chunk, mut answered) = (Vec::new(), [0; 4096], false);
    // Once the program is gone and with it the terminal's other end, reading fails.
    while let Ok(read @ 1..) = master.read(&mut chunk) {
        shown.extend_from_slice(&chunk[..read]);
        if !answered && String::from_utf8_lossy(&shown).contains("[y/N]") {
            answered = true;
            master.write_all(answer.as_bytes()).unwrap();
        }
    }
    (child.wait().unwrap().code(), String::from_utf8_lossy(&shown).into_owned())
}

fn revocations(desk: &Desk) -> usize {
    desk.sandbox.requests().iter().filter(|seen| seen.method == "DELETE").count()
}

#[test]
fn the_question_names_the_key_and_only_a_yes_means_yes() {
    for (answer, revoked) in
        [("y\n", true), ("YES\n", true), ("\n", false), ("n\n", false), ("yeah\n", false), ("\u{4}", false)]
    {
        let desk = Desk::new();
        let (code, shown) = at_terminal(&desk, "auth revoke-key dashboard-of-a-viewer", answer);
        let question = "Revoke the API key dashboard-of-a-viewer (cmd_acme_";
        assert!(shown.contains(question) && shown.contains("stops working. [y/N]"), "{shown}");
        assert_eq!(
            (code, revocations(&desk)),
            (Some(i32::from(!revoked)), usize::from(revoked)),
            "{answer:?}"
        );
        assert_eq!(shown.contains("nothing was changed"), !revoked, "{shown}");
    }
}

#[test]
fn a_yes_on_the_command_line_asks_nothing() {
    let desk = Desk::new();
    let (code, shown) = at_terminal(&desk, "auth revoke-key dashboard-of-a-viewer --yes", "");
    assert_eq!((code, revocations(&desk)), (Some(0), 1));
    assert!(!shown.contains("[y/N]"), "{shown}");
}
