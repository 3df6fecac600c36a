//! The doctor in a pipeline: what the credential must be good for, waiting, waivers, and what is made
//! of the grammar.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make their own machines")]

mod support;

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::server::Server;
use support::{CMDOP, Home, Told, far_future};

const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

fn answer(status: &str, body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n");
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A server that takes every key; `me` is what it says of it.
fn server(me: &'static str) -> Server {
    Server::answering(move |head| match head.split(' ').nth(1).unwrap_or_default() {
        "/v1/auth/me" => answer("200 OK", &format!("{{\"data\": {me}}}")),
        path if path.starts_with("/v1/machines") => answer("200 OK", "{\"data\": []}"),
        _ => answer("404 Not Found", "{\"error\": {\"code\": \"not_found\", \"message\": \"no route\"}}"),
    })
}

fn in_pipeline(home: &Home, server: &Server, words: &[&str]) -> Told {
    let run = home.cmdop(&["doctor", "auth", "--json", "--profile", "ci"]);
    let run = words.iter().fold(run, |run, word| run.argument(word));
    run.env("CMDOP_API_URL", server.url()).env("CMDOP_API_KEY", KEY).report()
}

#[test]
fn a_key_must_be_permitted_what_the_pipeline_needs() {
    let server = server(
        r#"{"kind": "api_key", "permissions": ["machines:read"], "expires_at": "2100-01-01T00:00:00Z"}"#,
    );
    let told = in_pipeline(&Home::new(), &server, &["--needs=machines:read"]);
    assert_eq!((told.roots(), told.code), (vec![], Some(0)), "{}", told.json["roots"]);
    let told = in_pipeline(&Home::new(), &server, &["--needs=machines:read,commands:execute"]);
    assert_eq!((told.roots(), told.code), (vec!["key.needs/lacking[commands:execute]".to_owned()], Some(1)));
}

#[test]
fn a_key_must_outlive_the_job() {
    let server = server(
        r#"{"kind": "api_key", "permissions": ["machines:read"], "expires_at": "2100-01-01T00:00:00Z"}"#,
    );
    assert_eq!(in_pipeline(&Home::new(), &server, &["--valid-for=2h"]).code, Some(0));
    let told = in_pipeline(&Home::new(), &server, &["--valid-for=40000d"]);
    assert_eq!((told.roots(), told.code), (vec!["key.outlives/key_ends".to_owned()], Some(1)));
}

#[test]
fn a_persons_login_is_no_credential_of_a_pipeline() {
    let (home, server) = (Home::new(), server(r#"{"kind": "user"}"#));
    home.sign_in("at-4711", far_future());
    let run = home.cmdop(&["doctor", "auth", "--json", "--profile", "ci"]).env("CMDOP_API_URL", server.url());
    assert!(run.report().roots().contains(&"key.of_a_robot/persons_token".to_owned()));
}

#[test]
fn waiting_ends_as_soon_as_the_server_is_well() {
    let asked = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&asked);
    let server = Server::answering(move |_| match seen.fetch_add(1, Ordering::Relaxed) {
        0..4 => answer("503 Service Unavailable", "{}"),
        _ => answer("200 OK", "{\"data\": []}"),
    });
    let home = Home::new();
    let words = ["doctor", "auth", "--json", "--only", "net.api_reachable", "--wait=50s"];
    let told = home.cmdop(&words).env("CMDOP_API_URL", server.url()).report();
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert!(
        told.stderr.contains("waiting 1 s, then looking again: net.api_reachable/server_fault"),
        "{}",
        told.stderr
    );
}

#[test]
fn nothing_is_waited_for_that_time_does_not_heal() {
    let server =
        Server::answering(|_| answer("401 Unauthorized", "{\"error\": {\"code\": \"unauthorized\"}}"));
    let home = Home::new();
    let run = home.cmdop(&["doctor", "auth", "--json", "--wait=50s"]).env("CMDOP_API_KEY", KEY);
    let told = run.env("CMDOP_API_URL", server.url()).report();
    assert!(told.code == Some(1) && !told.stderr.contains("waiting"), "{}", told.stderr);
}

fn loose_store() -> Home {
    let home = Home::new();
    home.sign_in("at-4711", far_future());
    home.mode(".cmdop/auth.json", 0o644);
    home.folder_in("project/.git", 0o755);
    home.folder_in("project/src", 0o755);
    home
}

fn waived(home: &Home, text: &str) -> Told {
    home.file("project/.cmdop-doctor.yaml", text);
    let words = ["doctor", "auth", "--offline", "--json", "--only", "token.file_mode", "--fail-on", "warn"];
    let mut command = home.cmdop(&words).into_command();
    let output = command.current_dir(home.path().join("project/src")).output().unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Told { json, code: output.status.code(), stderr }
}

#[test]
fn a_waived_finding_fails_nothing_and_stays_visible() {
    let home = loose_store();
    let told = waived(&home, "");
    assert_eq!((told.code, told.json["summary"]["waived"].as_u64()), (Some(1), Some(0)));
    let told = waived(
        &home,
        "ignore:\n  - { id: token.file_mode, reason: shared host, until: 2999-01-01, owner: ada }\n",
    );
    assert_eq!(
        (told.code, told.json["summary"]["waived"].as_u64()),
        (Some(0), Some(1)),
        "{}",
        told.json["roots"]
    );
    let findings = told.json["findings"].as_array().unwrap();
    let waiver = &findings.iter().find(|one| one["check"] == "token.file_mode").unwrap()["waiver"];
    assert_eq!((&waiver["reason"], &waiver["owner"]), (&"shared host".into(), &"ada".into()));
    assert!(waiver["place"].as_str().unwrap().ends_with("project/.cmdop-doctor.yaml:2"), "{waiver}");
}

#[test]
fn waivers_that_are_over_or_not_needed_are_warnings() {
    let home = loose_store();
    let told = waived(&home, "ignore:\n  - { id: token.file_mode, reason: old, until: 2020-01-01 }\n");
    let roots = told.roots();
    assert!(roots.contains(&"waiver.expired[token.file_mode]".to_owned()) && roots.len() == 2, "{roots:?}");
    home.mode(".cmdop/auth.json", 0o600);
    let told = waived(&home, "ignore:\n  - { id: token.file_mode, reason: once }\n");
    assert_eq!((told.roots(), told.code), (vec!["waiver.unused[token.file_mode]".to_owned()], Some(1)));
}

#[test]
fn severities_and_profiles_come_from_the_project_too() {
    let home = loose_store();
    let told =
        waived(&home, "severities: { token.file_mode: error }\nprofiles: [{ id: own, only: [token] }]\n");
    assert_eq!(told.json["roots"][0]["severity"], "error");
    home.file(".cmdop/config.yaml", "ignore: [{ id: token.file_mode, reason: mine }]\n");
    assert_eq!(waived(&home, "").code, Some(0));
}

#[test]
fn what_others_could_have_written_is_left_out_and_what_is_wrong_is_refused() {
    let home = loose_store();
    let all = "ignore:\n  - { id: token.file_mode, reason: mine }\n";
    home.file("project/.cmdop-doctor.yaml", all);
    for (text, fault) in [
        ("ignore: [{ id: token.file_mood, reason: x }]\n", "did you mean `token.file_mode`?"),
        ("ignore: [{ id: token.file_mode }]\n", "reason"),
        ("ignore: [{ id: token.file_mode, reason: x, until: soon }]\n", "a day is expected"),
        ("api_url: https://evil.test\n", "api_url"),
        ("severities: { token.file_mood: error }\n", "token.file_mode"),
    ] {
        let told = waived(&home, text);
        assert!(told.code == Some(2) && told.stderr.contains(fault), "{text}: {}", told.stderr);
        assert!(told.stderr.contains(".cmdop-doctor.yaml"), "{}", told.stderr);
    }
    home.file("project/.cmdop-doctor.yaml", all);
    home.mode("project/.cmdop-doctor.yaml", 0o666);
    let words = ["doctor", "auth", "--offline", "--json", "--only", "token.file_mode"];
    let mut command = home.cmdop(&words).into_command();
    let output = command.current_dir(home.path().join("project")).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        report["remarks"].to_string().contains("was left out: others can write it"),
        "{}",
        report["remarks"]
    );
    assert_eq!(report["summary"]["waived"], 0);
}

#[test]
fn a_job_summary_is_added_to_what_is_there() {
    let home = loose_store();
    let page = home.file("summary.md", "before\n");
    let run = home.cmdop(&["doctor", "auth", "--offline", "--format", "github"]);
    let output = run.env("GITHUB_STEP_SUMMARY", &page).output();
    assert!(String::from_utf8(output.stdout).unwrap().contains("::warning title=token.file_mode"));
    let text = fs::read_to_string(page).unwrap();
    assert!(text.starts_with("before\n## cmdop doctor: "), "{text}");
}

#[test]
fn events_come_as_a_stream() {
    let home = loose_store();
    let output = home.cmdop(&["doctor", "auth", "--offline", "--format", "ndjson"]).output();
    let text = String::from_utf8(output.stdout).unwrap();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!((names.first(), names.last()), (Some(&"started"), Some(&"summary")));
    assert!(names.iter().filter(|name| **name == "probe").count() > 3, "{names:?}");
}

#[test]
fn shells_complete_and_every_command_has_its_page() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = home.cmdop(&["completions", shell]).output();
        assert!(
            output.status.success() && String::from_utf8(output.stdout).unwrap().contains("cmdop"),
            "{shell}"
        );
    }
    let output = home.cmdop(&["man", "--dir", "pages"]).output();
    assert!(output.status.success(), "{output:?}");
    for page in ["cmdop", "cmdop-doctor", "cmdop-doctor-explain", "cmdop-auth-create-key"] {
        let text = fs::read_to_string(home.path().join(format!("pages/{page}.1"))).unwrap();
        assert!(text.contains(".TH") && text.contains(".SH NAME"), "{page}");
    }
}

#[test]
fn the_second_name_is_the_doctor() {
    let home = Home::new();
    let named = home.path().join("cmdop-doctor");
    std::os::unix::fs::symlink(CMDOP, &named).unwrap();
    let by = |words: &[&str]| {
        let mut command = Command::new(&named);
        command
            .args(words)
            .env_clear()
            .env("HOME", home.path())
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap()
    };
    let output = by(&["auth", "--offline", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "cmdop.doctor.report/1");
    assert!(String::from_utf8(by(&["--version"]).stdout).unwrap().starts_with("cmdop "));
}

fn integration(name: &str) -> String {
    fs::read_to_string(format!("{}/integrations/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The action's own step, as the runner would run it.
#[test]
fn the_action_runs_here() {
    let action: serde_json::Value = serde_yaml::from_str(&integration("github/action.yml")).unwrap();
    assert_eq!(action["runs"]["using"], "composite");
    let step = &action["runs"]["steps"][0];
    let home = loose_store();
    let bin = home.path().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(CMDOP, bin.join("cmdop")).unwrap();
    let server = server(
        r#"{"kind": "api_key", "permissions": ["machines:read"], "expires_at": "2100-01-01T00:00:00Z"}"#,
    );
    let mut bash = Command::new("bash");
    bash.args(["-e", "-o", "pipefail", "-c", step["run"].as_str().unwrap()]).env_clear();
    for name in step["env"].as_object().unwrap().keys() {
        bash.env(name, "");
    }
    bash.env("DOCTOR_FAIL_ON", "error").env("DOCTOR_NEEDS", "admin").env("DOCTOR_SARIF", "out.sarif");
    bash.env("PATH", format!("{}:/usr/bin:/bin", bin.display())).env("HOME", home.path());
    bash.env("CMDOP_API_URL", server.url()).env("CMDOP_API_KEY", KEY);
    let output =
        bash.env("GITHUB_OUTPUT", home.path().join("output")).current_dir(home.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(fs::read_to_string(home.path().join("output")).unwrap(), "exit-code=1\n");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("::error title=key.needs[admin]"), "{text}");
    assert!(home.path().join("out.sarif").is_file());
}

/// Every command of an integration is understood by the program itself.
#[test]
fn integrations_say_what_the_program_understands() {
    let gitlab: serde_json::Value = serde_yaml::from_str(&integration("gitlab/cmdop-doctor.yml")).unwrap();
    let script = gitlab[".cmdop-doctor"]["script"][0].as_str().unwrap();
    let script = script.replace("$DOCTOR_NEEDS", "machines:read").replace("$DOCTOR_VALID_FOR", "1h");
    let hooks: serde_json::Value =
        serde_yaml::from_str(&integration("pre-commit/.pre-commit-hooks.yaml")).unwrap();
    let unit = integration("systemd/cmdop-doctor.service").replace("%S", "/tmp");
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/cmdop-doctor ")).unwrap();
    let docker = integration("docker/Dockerfile");
    let entry = docker.lines().find_map(|line| line.strip_prefix("ENTRYPOINT ")).unwrap();
    let entry: Vec<String> = serde_json::from_str(entry).unwrap();
    for line in [
        script.replace('"', ""),
        hooks[0]["entry"].as_str().unwrap().to_owned(),
        format!("cmdop doctor {start}"),
        format!("cmdop {}", entry[1..].join(" ")),
    ] {
        let words = line.split_whitespace().map(std::ffi::OsString::from);
        assert!(cmdop_doctor::cli::grammar::parse(words).is_ok(), "{line}");
    }
}
