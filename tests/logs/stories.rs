//! Logs written by hand: what they accuse, and what they must not.

use crate::{accused, examined, in_words};

/// A key that nobody has; it stands in every story, and in no report.
const SECRET: &str = concat!("cmd_acme_", "z9y8x7w6v5u4t3s2r1q0");

const DENIED: &str = "Error: permission denied";

#[track_caller]
fn accuses_nobody(log: &str) {
    let told = examined(format!("{log}\nCMDOP_API_KEY={SECRET}\n"));
    assert_eq!(accused(&told), [""; 0], "{log}\n{}", told.json);
    assert_eq!((told.code, told.json["verdict"].as_str()), (Some(3), Some("inconclusive")), "{log}");
    assert!(!told.json.to_string().contains(SECRET), "{log}");
}

#[track_caller]
fn accuses(log: &str) {
    let told = examined(format!("CMDOP_API_KEY={SECRET}\n{log}\n"));
    assert_ne!(accused(&told), [""; 0], "{log}\n{}", told.json);
    assert_ne!(told.code, Some(0), "{log}");
    assert!(!told.json.to_string().contains(SECRET), "{log}");
    let lines = told.json["roots"][0]["lines"].as_array().unwrap();
    assert!(!lines.is_empty(), "{log}");
}

#[test]
fn a_message_is_heard_in_every_form() {
    for log in [
        "Error: permission denied",
        "\u{1b}[31mError:\u{1b}[0m permission denied",
        "^[[31mError:^[[0m permission denied",
        "$ cmdop terminal prod\r\nError: permission denied\r\n$ ",
        "ada@laptop:~$ cmdop terminal prod\nError: permission denied\n",
        "PS C:\\Users\\ada> cmdop terminal prod\nError: permission denied\n",
        "2026-11-23T09:12:00Z ERR Error: permission denied component=cli why=forbidden",
        r#"{"level":"error","time":"2026-11-23T09:12:00Z","component":"cli","message":"Error: permission denied"}"#,
        r#"time=2026-11-23T09:12:00Z level=error component=cli msg="Error: permission denied""#,
        "2026-11-23 09:12:00 | ERROR    | cmdop.client:12 - Error: permission denied",
        "Nov 23 09:12:00 box cmdop[12]: Error: permission denied",
        "2026-11-23T09:12:00.123456789Z stderr F Error: permission denied",
        r#"{"log":"Error: permission denied\n","stream":"stderr","time":"2026-11-23T09:12:00.1Z"}"#,
        "Fehler beim Start\nПривет\n你好\nError: permission denied\n",
    ] {
        accuses(log);
    }
}

#[test]
fn a_broken_line_is_put_together() {
    let width = 40;
    let long =
        "2026-11-23T09:12:00Z ERR Error: permission denied component=cli why=forbidden request=\"GET /v1/x\"";
    let paste = format!("$ cmdop terminal prod\n{long}\n{long}\n{DENIED}");
    let broken = paste.lines().map(|line| {
        let letters: Vec<char> = line.chars().collect();
        letters.chunks(width).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
    });
    accuses(&broken.collect::<Vec<_>>().join("\n"));
}

#[test]
fn words_about_an_error_accuse_nobody() {
    for log in [
        "bob: I get Error: permission denied all day",
        "> Error: permission denied",
        "If you see \"Error: permission denied\", ask an admin",
        "| Error: permission denied | ask an admin |",
        "Error: permission denied   you lack a role",
        "$ cmdop --help\nError: permission denied\n",
        "$ cat README.md\nError: permission denied\n",
        "$ kubectl get pods\nError: permission denied\n",
        "Nov 23 09:12:00 box sshd[12]: Error: permission denied",
        "gitlab-1  | Error: permission denied",
        r#"{"level":"error","service":"vault","message":"Error: permission denied"}"#,
        "2026-11-23 09:12:00 | ERROR    | django.request:12 - Error: permission denied",
        "2026-11-23T09:12:00Z INF hint shown text=\"Error: permission denied\" component=cli",
    ] {
        accuses_nobody(log);
    }
}

#[test]
fn silence_is_not_health() {
    for log in ["", "\n\n\n", "2026-11-23T09:12:00Z INF all is well component=cli", "hello"] {
        accuses_nobody(log);
        assert!(in_words(log).contains("cmdop --debug login 2>&1 | tee auth-debug.log"), "{log}");
    }
}

/// A run that ends like this.
fn run(pid: u32, minute: u32, end: &str) -> String {
    format!(
        "2026-11-23T09:{minute:02}:00Z INF === CMDOP SESSION START === component=cli pid={pid} argv=\"cmdop workspace list\"\n{end}"
    )
}

const FAILS: &str = "2026-11-23T09:14:01Z DBG request answered component=http method=GET url=https://api.cmdop.com/v1/workspaces status=403 credential=true\n\
    2026-11-23T09:14:02Z ERR Error: permission denied component=cli why=forbidden\n\
    2026-11-23T09:14:03Z INF === CMDOP SESSION END === component=cli pid=2 exit_code=1\n";

const WORKS: &str = "2026-11-23T08:59:01Z DBG request answered component=http method=GET url=https://api.cmdop.com/v1/workspaces status=200 credential=true\n\
    2026-11-23T08:59:02Z INF === CMDOP SESSION END === component=cli pid=1 exit_code=0\n";

#[test]
fn the_last_run_is_examined() {
    accuses(&format!("{}{}", run(1, 1, WORKS), run(2, 14, FAILS)));
    accuses_nobody(&format!("{}{}", run(2, 14, FAILS), run(1, 20, WORKS)));
}

#[test]
fn since_when_it_fails_is_told() {
    let words = in_words(format!("{}{}", run(1, 1, WORKS), run(2, 14, FAILS)));
    let plain: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain.contains("failing since 2026-11-23 09:14 UTC"), "{words}");
    assert!(plain.contains("last success 2026-11-23 08:59 UTC"), "{words}");
    assert!(plain.contains("the first failure"), "{words}");
    assert!(plain.contains("the last of 2, cmdop workspace list"), "{words}");
}

#[test]
fn an_error_that_the_same_command_got_over_is_history() {
    let log = "$ cmdop workspace list\nError: permission denied\n$ cmdop workspace list\nNAME  ROLE\n$ ";
    accuses_nobody(log);
    let other =
        "$ cmdop terminal prod\nError: permission denied\n$ cmdop workspace current\nWorkspace: acme\n";
    accuses(other);
}

#[test]
fn a_uid_mismatch_is_evidence() {
    let told = examined(
        "2026-11-23T09:12:00Z ERR UID mismatch (agent UID: 1000, caller UID: 1001) component=agent\n",
    );
    assert!(accused(&told).iter().any(|id| id.starts_with("agent.socket_owner")), "{}", told.json);
    let evidence = told.json["evidence"].as_array().unwrap();
    let account = evidence.iter().find(|read| read["probe"] == "account").unwrap();
    assert_eq!((&account["origin"], &account["facts"]["euid"]), (&"log".into(), &1001.into()));
    assert_eq!(account["lines"][0]["line"], 1);
}

#[test]
fn a_fix_is_refused() {
    let home = crate::support::Home::new();
    let file = home.file("x.log", DENIED);
    let output = home.cmdop(&["doctor", "auth", "--fix", "--from", &file.to_string_lossy()]).output();
    assert_eq!(output.status.code(), Some(2));
}
