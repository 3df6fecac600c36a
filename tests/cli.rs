//! The real binary, in an environment of its own and a throw-away home.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make their own machines")]

use std::fs::{self, File, Permissions};
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_cmdop");
const SECRET: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

/// A home in which nothing was done yet.
struct Home(TempDir);

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a file where `name` says, for its owner alone.
    fn with(self, name: &str, text: &str) -> Home {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        self
    }

    /// `cmdop` with these words, and no variable that the test does not set.
    fn cmdop(&self, words: &str) -> Command {
        let mut command = Command::new(BINARY);
        command.args(words.split_whitespace()).env_clear().current_dir(self.0.path());
        command.env("HOME", self.0.path()).env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8");
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, words: &str) -> Said {
        Said::by(&mut self.cmdop(words))
    }
}

/// What a command said and how it ended.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn by(command: &mut Command) -> Said {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// It failed with exit code 2 and these words, and printed nothing that a program could read.
    #[track_caller]
    fn fails_with(&self, words: &str) {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert!(self.err.contains(words) && self.out.is_empty(), "{words} in {self:?}");
    }
}

#[test]
fn the_version_is_one_line() {
    let home = Home::new();
    for words in ["--version", "-V", "--debug --version"] {
        let said = home.run(words);
        let version = format!("cmdop {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!((said.code, said.out, said.err), (Some(0), version, String::new()), "{words}");
    }
}

#[test]
fn help_is_printed_when_asked_for_and_is_a_mistake_otherwise() {
    let home = Home::new();
    let asked = home.run("--help");
    assert_eq!((asked.code, asked.err.as_str()), (Some(0), ""));
    assert!(asked.out.contains("cmdop doctor auth") && asked.out.ends_with('\n'));
    home.run("").fails_with("Usage: cmdop");
    home.run("doctor authh").fails_with("authh");
    home.run("doctr").fails_with("doctor");
}

/// The words of every command that help is printed for.
fn commands(command: &clap::Command, words: &str) -> Vec<String> {
    let shown = command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help");
    let below = shown.flat_map(|verb| commands(verb, &format!("{words} {}", verb.get_name())));
    std::iter::once(words.to_owned()).chain(below).collect()
}

#[test]
fn every_line_of_help_fits_a_terminal() {
    let home = Home::new();
    let commands = commands(&cmdop_doctor::cli::grammar::command(), "");
    assert!(commands.len() > 20, "{commands:?}");
    for words in commands {
        let said = home.run(&format!("{words} --help"));
        assert_eq!(said.code, Some(0), "{said:?}");
        let long: Vec<&str> = said.out.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(long, Vec::<&str>::new(), "{words}");
    }
}

#[test]
fn help_names_every_format() {
    let help = Home::new().run("doctor --help").out;
    let at = help.find("--format ").unwrap();
    let words: Vec<&str> = help[at..].split([' ', ',', '\n']).take(200).collect();
    let missing = cmdop_doctor::report::Format::ALL.iter().find(|(name, ..)| !words.contains(name));
    assert_eq!(missing, None);
}

#[test]
fn what_was_typed_in_the_wrong_place_is_not_repeated() {
    let home = Home::new();
    for words in
        ["doctor auth KEY", "--api-key KEY doctor", "--api-key=KEY doctor", "doctor --only KEY", "KEY"]
    {
        let said = home.run(&words.replace("KEY", SECRET));
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(!said.err.contains(&SECRET[5..11]) && !said.err.contains(&SECRET[..6]), "{said:?}");
    }
}

#[test]
fn an_argument_drives_no_terminal() {
    let said = Said::by(Home::new().cmdop("doctor").arg("a\u{1b}[2J\u{202e}b"));
    assert_eq!(said.code, Some(2));
    assert!(!said.err.contains(['\u{1b}', '\u{202e}']), "{said:?}");
}

#[test]
fn product_verbs_go_to_the_next_program_of_that_name() {
    let home = Home::new().with("bin/cmdop", "#!/bin/sh\necho \"product: $*\"\nexit 7\n");
    fs::set_permissions(home.path("bin/cmdop"), Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(home.path("first")).unwrap();
    symlink(BINARY, home.path("first/cmdop")).unwrap();
    let search = format!("{}:{}", home.path("first").display(), home.path("bin").display());
    for words in ["connect --any x", "--debug connect --any x"] {
        let said = Said::by(home.cmdop(words).env("PATH", &search));
        assert_eq!((said.code, said.out), (Some(7), format!("product: {words}\n")));
    }
    home.run("terminal localhost").fails_with("no other `cmdop` follows this one on PATH");
    let only_ours = Said::by(home.cmdop("connect").env("PATH", home.path("first")));
    only_ours.fails_with("no other `cmdop`");
}

#[test]
fn json_is_exactly_one_document_and_obeys_its_schema() {
    let schema = serde_json::from_str(include_str!("../schemas/report-1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let home = Home::new();
    for words in ["doctor auth --offline --json", "--debug doctor --offline --format json auth"] {
        let said = home.run(words);
        let document: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert!(validator.is_valid(&document), "{}", said.out);
        assert_eq!(document["exit_code"].as_i64(), said.code.map(i64::from));
    }
}

#[test]
fn nothing_is_logged_unless_asked_for_and_then_on_standard_error() {
    let home = Home::new();
    let quiet = home.run("doctor auth --offline");
    assert_eq!(quiet.err, "");
    let loud = home.run("doctor auth --offline --debug --log-format json");
    assert!(loud.err.lines().count() > 0);
    for line in loud.err.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string() && line["message"].is_string() && line["time"].is_string());
    }
}

#[test]
fn the_report_is_written_to_files_as_well() {
    let home = Home::new();
    let said = home.run("doctor auth --offline --output json=a.json --output text=b.txt");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(home.path("a.json")).unwrap()).unwrap();
    assert_eq!(json["schema"], "cmdop.doctor.report/1");
    let closing =
        |text: &str| text.lines().rev().find_map(|line| Some(line.rsplit_once(" · ")?.0.to_owned()));
    let written = closing(&fs::read_to_string(home.path("b.txt")).unwrap());
    assert!(written.is_some() && written == closing(&said.out), "{written:?} {said:?}");
    assert_eq!(fs::read_dir(home.0.path()).unwrap().count(), 2, "nothing else is left behind");
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure() {
    let home = Home::new();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for words in [
        "doctor auth --offline",
        "doctor auth --offline --json",
        "--version",
        "--help",
        "doctor rules probes",
    ] {
        let said = Said::by(home.cmdop(words).stdout(full()));
        said.fails_with("cannot be written to standard output: no space left on device");
    }
    let said = home.run("doctor auth --offline --output json=no/such/folder.json");
    said.fails_with("the report cannot be written to no/such/folder.json: no such file or directory");
    home.run("doctor auth --offline --output json=/dev/full")
        .fails_with("/dev/full: no space left on device");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::new();
    for words in ["doctor auth --offline", "doctor rules probes", "--help"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let expected = home.run(words).code;
        let said = Said::by(home.cmdop(words).stdout(writer));
        assert_eq!((said.code, said.err.as_str()), (expected, ""), "{words}");
    }
}

#[test]
fn whoever_waits_for_a_slow_reader_can_still_be_stopped() {
    let home = Home::new();
    nix::unistd::mkfifo(&home.path("slow"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let mut child =
            home.cmdop("doctor auth --offline --output json=slow").stdout(Stdio::piped()).spawn().unwrap();
        wait_until_it_catches(&child, signal);
        kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}

/// Waits until the process has its own answer to `signal`, as `/proc` shows it.
fn wait_until_it_catches(child: &Child, signal: Signal) {
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    loop {
        let mut text = String::new();
        File::open(&status).unwrap().read_to_string(&mut text).unwrap();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:\t")).unwrap();
        if u64::from_str_radix(caught, 16).unwrap() & (1 << (signal as u64 - 1)) != 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn the_config_file_is_read_strictly() {
    let wrong = Home::new().with(".cmdop/config.yaml", &format!("workspace: acme\napi_key: {SECRET}\n"));
    let said = wrong.run("doctor auth --offline");
    said.fails_with(".cmdop/config.yaml:2:1: unknown field `api_key`");
    assert!(!said.err.contains(&SECRET[..12]));
    let right = Home::new().with(".cmdop/config.yaml", "workspace: acme\n");
    assert_ne!(right.run("doctor auth --offline").code, Some(2));
    let named = wrong.run("doctor auth --offline --config other.yaml");
    named.fails_with("other.yaml is not read: it is not there");
}

#[test]
fn a_config_file_that_others_can_write_is_refused() {
    let home = Home::new().with(".cmdop/config.yaml", "workspace: acme\n");
    fs::set_permissions(home.path(".cmdop/config.yaml"), Permissions::from_mode(0o666)).unwrap();
    home.run("doctor auth --offline").fails_with("others can write it");
}

#[test]
fn a_config_file_that_is_a_pipe_hangs_nobody() {
    let home = Home::new();
    fs::create_dir(home.path(".cmdop")).unwrap();
    nix::unistd::mkfifo(&home.path(".cmdop/config.yaml"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    home.run("doctor auth --offline").fails_with("it is a fifo, not a plain file");
}

#[test]
fn probes_are_documented() {
    let home = Home::new();
    let text = home.run("doctor rules probes");
    assert!(text.out.contains("\ntoken   ") && text.out.contains("expires_at"));
    let json: serde_json::Value = serde_json::from_str(&home.run("doctor rules probes --json").out).unwrap();
    assert!(json["probes"].as_array().unwrap().iter().any(|probe| probe["name"] == "token"));
}

#[test]
fn flags_of_an_examination_do_not_go_with_other_verbs() {
    let home = Home::new();
    home.run("doctor --only key list").fails_with("do not go with this");
    assert_eq!(home.run("doctor --json list").code, Some(0));
    assert_eq!(home.run("doctor list --json --no-builtin").code, Some(0));
}
