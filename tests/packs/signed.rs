//! `cmdop doctor rules keygen`, `sign` and `verify`, and who trusts a signature.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{Home, has};
use crate::{RULES, told, with_pack};

fn run(home: &Home, words: &str) -> (String, String, Option<i32>) {
    told(home.cmdop(&words.split(' ').collect::<Vec<_>>()))
}

/// A pack that `corp.key` has signed.
fn with_signed_pack() -> (Home, String) {
    let home = with_pack();
    let (public, err, code) = run(&home, "doctor rules keygen corp.key --comment corp-it");
    assert_eq!((err.as_str(), code), ("", Some(0)));
    let (out, err, code) = run(&home, "doctor rules sign corp.pack --key corp.key");
    assert_eq!((err.as_str(), code), ("", Some(0)));
    assert!(out.starts_with("corp.pack: signed by cmdop-rules-ed25519 "), "{out}");
    (home, public.trim().to_owned())
}

fn trusting(home: &Home, public: &str) {
    home.file(".cmdop/config.yaml", format!("trusted_keys: ['{public}']\n"));
}

fn remarks(home: &Home) -> String {
    let report = home.cmdop(&["doctor", "auth", "--offline", "--json", "--rules", "corp.pack"]).report();
    report.json["remarks"].to_string()
}

#[test]
fn a_key_is_private_and_not_overwritten() {
    let (home, public) = with_signed_pack();
    let file = home.path().join("corp.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    let written = std::fs::read_to_string(home.path().join("corp.key.pub")).unwrap();
    assert_eq!(written.trim(), public);
    assert!(public.starts_with("cmdop-rules-ed25519 ") && public.ends_with("= corp-it"), "{public}");
    let (_, err, code) = run(&home, "doctor rules keygen corp.key");
    assert_eq!(code, Some(2));
    assert!(err.contains("corp.key is there already"), "{err}");
    home.mode("corp.key", 0o640);
    let (out, err, code) = run(&home, "doctor rules sign corp.pack --key corp.key");
    assert_eq!((out.as_str(), code), ("", Some(2)));
    assert!(err.contains("others can read it (mode 0640)"), "{err}");
    let secret = std::fs::read_to_string(&file).unwrap();
    let secret = secret.lines().nth(1).unwrap();
    assert!(!err.contains(secret) && !public.contains(secret));
}

#[test]
fn a_signature_is_verified_by_the_key_that_is_named_or_trusted() {
    let (home, public) = with_signed_pack();
    let (out, _, code) = run(&home, "doctor rules verify corp.pack --key corp.key.pub");
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains(&format!("signed by {public}, which is trusted")), "{out}");
    let (out, _, code) = run(&home, "doctor rules verify corp.pack");
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("which is not trusted"), "{out}");
    trusting(&home, &public);
    assert_eq!(run(&home, "doctor rules verify corp.pack").2, Some(0));
    run(&home, "doctor rules keygen other.key");
    assert_eq!(run(&home, "doctor rules verify corp.pack --key other.key.pub").2, Some(1));
    let (out, _, _) = run(&home, "doctor rules verify corp.pack --json");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["trusted"], &json["compiled"]), (&true.into(), &"as the texts say".into()));
    let (_, err, code) = run(&home, "doctor rules verify corp.pack --key corp.key");
    assert_eq!(code, Some(2));
    assert!(err.contains("this is no key") && !err.contains("PRIVATE"), "{err}");
}

#[test]
fn a_trusted_signature_makes_a_pack_of_somebody_else_quick() {
    let (home, public) = with_signed_pack();
    std::fs::remove_dir_all(home.path().join(".cmdop/packs")).unwrap();
    assert!(remarks(&home).contains("you do not trust the key that signed it"));
    trusting(&home, &public);
    assert!(!remarks(&home).contains("corp.pack"), "{}", remarks(&home));
    let listed = |rules| told(home.cmdop(&["doctor", "list", "--json", "--rules", rules]));
    assert_eq!(listed("corp.pack"), listed("corp.yaml"));
}

#[test]
fn a_bad_signature_is_refused_whoever_is_trusted() {
    let (home, public) = with_signed_pack();
    trusting(&home, &public);
    let whole = std::fs::read(home.path().join("corp.pack")).unwrap();
    for at in [128, 159, 160, 223] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        home.file("corp.pack", &changed);
        for words in ["doctor list --rules corp.pack", "doctor rules verify corp.pack"] {
            let (out, err, code) = run(&home, words);
            assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
            assert!(err.contains("its signature is not of these contents"), "{err}");
        }
    }
    // A signature of one pack is none of another.
    home.file(
        "other.yaml",
        RULES.replace("corp.proxy", "corp.other").replace("corp_gateway", "other_gateway"),
    );
    run(&home, "doctor rules compile other.yaml --output other.pack");
    let mut other = std::fs::read(home.path().join("other.pack")).unwrap();
    other[128..224].copy_from_slice(&whole[128..224]);
    home.file("other.pack", &other);
    assert_eq!(run(&home, "doctor list --rules other.pack").2, Some(2));
}

#[test]
fn nothing_is_signed_whose_texts_say_something_else() {
    use ring::digest::{SHA256, digest};
    let (home, _) = with_signed_pack();
    let mut pack = std::fs::read(home.path().join("corp.pack")).unwrap();
    let at = pack.windows(10).position(|part| part == b"corp.proxy").unwrap();
    pack[at..at + 10].copy_from_slice(b"evil.proxy");
    // A small pack has one piece: its hash stands in the directory, whose hash stands in the head.
    let length = usize::try_from(u64::from_le_bytes(pack[48..56].try_into().unwrap())).unwrap();
    let piece = digest(&SHA256, &pack[224 + 42..224 + length]);
    pack[224 + 10..224 + 42].copy_from_slice(piece.as_ref());
    let directory = digest(&SHA256, &pack[224..224 + 42]);
    pack[64..96].copy_from_slice(directory.as_ref());
    pack[128..224].fill(0);
    home.file("corp.pack", &pack);
    let (_, err, code) = run(&home, "doctor rules sign corp.pack --key corp.key");
    assert_eq!(code, Some(2));
    assert!(err.contains("its compiled rules are not what its texts say"), "{err}");
    let (out, _, code) = run(&home, "doctor rules verify corp.pack --key corp.key.pub");
    assert_eq!(code, Some(1));
    assert!(out.contains("NOT what its texts say"), "{out}");
}

#[test]
fn keys_are_trusted_by_the_user_and_not_by_a_project() {
    let (home, public) = with_signed_pack();
    home.file(".cmdop-doctor.yaml", format!("trusted_keys: ['{public}']\n"));
    let (_, err, _) = run(&home, "doctor auth --offline --rules corp.pack");
    assert!(err.contains("trusted_keys"), "{err}");
    home.file(".cmdop-doctor.yaml", "");
    home.file(".cmdop/config.yaml", "trusted_keys: [ssh-ed25519 AAAA]\n");
    let (_, err, code) = run(&home, "doctor list");
    assert_eq!(code, Some(2));
    assert!(err.contains("trusted_keys, number 1: this is no key"), "{err}");
}

#[test]
fn a_key_that_openssl_made_signs_too() {
    let home = with_pack();
    let file = home.path().join("ssl.key");
    let made = Command::new("openssl").args(["genpkey", "-algorithm", "ed25519", "-out"]).arg(&file).output();
    if !has("openssl", made.is_ok_and(|made| made.status.success())) {
        return;
    }
    home.mode("ssl.key", 0o600);
    let (out, err, code) = run(&home, "doctor rules sign corp.pack --key ssl.key");
    assert_eq!(code, Some(0), "{out}{err}");
}

/// A check that looks with a program, and would notice a key in that program's environment.
const COMMAND: &str = "\
id: corp.environment
title: Programs see no key
evidence:
  env: { command: { run: [env], body: { key: { match: '^CMDOP_API_KEY=(.*)', type: text }, home: { match: '^HOME=(.*)', type: text } } } }
outcomes:
  - id: seen
    when: { env.key: { not: none } }
    severity: error
    symptom: s
    cause: c
  - id: healthy
    when: { env.exit_code: 0, env.home: { not: none } }
otherwise: unknown
";

/// Makes `corp.pack` of `corp.yaml`.
fn compiled(home: &Home) {
    let (_, err, code) = run(home, "doctor rules compile corp.yaml --output corp.pack");
    assert_eq!(code, Some(0), "{err}");
}

#[test]
fn programs_are_run_for_rules_that_a_trusted_key_signed_alone() {
    let home = Home::new();
    home.file("corp.yaml", COMMAND);
    let look = |rules: &str, more: &[&str]| {
        let words =
            [&["doctor", "auth", "--json", "--only", "corp.environment", "--rules", rules], more].concat();
        home.cmdop(&words).env("CMDOP_API_KEY", "cmd_acme_a1b2c3d4e5f6g7h8i9j0")
    };
    let (_, err, code) = told(look("corp.yaml", &[]));
    assert_eq!(code, Some(2));
    assert!(err.contains("corp.yaml:4:10") && err.contains("this rule may not have a program run"), "{err}");
    // Cases have nothing run, so they can be tried before anything is signed.
    home.file("corp.cases.yaml", "- { case: mute, evidence: {}, expect: { verdict: unknown } }\n");
    assert_eq!(run(&home, "doctor rules test corp.yaml").2, Some(0));
    compiled(&home);
    let (_, err, code) = told(look("corp.pack", &[]));
    assert_eq!(code, Some(2), "{err}");
    let (public, ..) = run(&home, "doctor rules keygen corp.key");
    run(&home, "doctor rules sign corp.pack --key corp.key");
    let (_, err, code) = told(look("corp.pack", &[]));
    assert_eq!(code, Some(2), "{err}");
    trusting(&home, public.trim());
    let report = look("corp.pack", &[]).report();
    assert_eq!(report.verdict("corp.environment"), "healthy", "{}", report.json["evidence"]);
    let report = look("corp.pack", &["--offline"]).report();
    assert_eq!(report.verdict("corp.environment"), "skipped", "{}", report.json["evidence"]);
}

#[test]
fn a_program_does_not_outlive_a_doctor_who_is_told_to_stop() {
    let home = Home::new();
    home.file("corp.yaml", COMMAND.replace("[env]", r#"[sh, -c, 'echo $$ > "$HOME/pid"; exec sleep 600']"#));
    compiled(&home);
    let (public, ..) = run(&home, "doctor rules keygen corp.key");
    run(&home, "doctor rules sign corp.pack --key corp.key");
    trusting(&home, public.trim());
    let words = ["doctor", "auth", "--timeout", "10m", "--only", "corp.environment", "--rules", "corp.pack"];
    let mut doctor = home.cmdop(&words).into_command();
    let mut doctor = doctor.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let pid = || std::fs::read_to_string(home.path().join("pid")).unwrap_or_default();
    while !pid().ends_with('\n') {
        assert_eq!(doctor.try_wait().unwrap(), None, "it waits for the program");
        std::thread::sleep(Duration::from_millis(5));
    }
    // A dead process that nobody has waited for yet is called Z (`proc_pid_stat(5)`).
    let stat = Path::new("/proc").join(pid().trim()).join("stat");
    let runs = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    assert!(runs());
    kill(Pid::from_raw(doctor.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(doctor.wait().unwrap().code(), Some(130));
    assert!(!runs(), "it is gone");
}
