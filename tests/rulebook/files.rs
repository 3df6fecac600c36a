//! Rules read from files and folders, and those that are not trusted.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use cmdop_doctor::rulebook::Source;
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    chmod(folder.path(), 0o755);
    folder
}

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
    chmod(&folder.join(name), 0o644);
}

fn load(path: &Path, trust: Trust) -> Result<Rulebook, RuleFaults> {
    rulebook::load(rulebook::base(false), &[Source { path: path.to_owned(), trust }])
}

/// What is refused, without the folder's random name.
fn refusal(path: &Path) -> String {
    let fault = load(path, Trust::Named).unwrap_err().0.remove(0);
    assert_eq!((fault.line, fault.file.as_str()), (0, path.to_str().unwrap()));
    fault.what
}

#[test]
fn a_folder_is_read_with_all_below_it_but_no_cases() {
    let folder = folder();
    write(folder.path(), "a.yaml", GOOD);
    write(folder.path(), "below/b.yml", &GOOD.replace("x.good", "x.more"));
    write(folder.path(), "a.cases.yaml", "no rule");
    write(folder.path(), "notes.txt", "no rule");
    let rulebook = load(folder.path(), Trust::Config).unwrap();
    let ids: Vec<&str> = rulebook.checks.iter().map(|check| check.id).collect();
    assert_eq!(ids, ["x.good", "x.more"]);
    assert_eq!(rulebook.checks[0].source.trust, Trust::Config);
    assert_eq!(rulebook.shapes, rulebook::built_in().shapes);
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let folder = folder();
    write(folder.path(), "a.yaml", GOOD);
    let named = |path: &Path| Source { path: path.to_owned(), trust: Trust::Named };
    let file = folder.path().join("a.yaml");
    let rulebook =
        rulebook::load(rulebook::base(true), &[named(&file), named(folder.path()), named(&file)]).unwrap();
    assert_eq!(rulebook.checks.len(), rulebook::built_in().checks.len() + 1);
}

#[test]
fn what_is_not_there_is_a_fault_only_if_it_was_named() {
    let missing = folder().path().join("rules");
    assert_eq!(load(&missing, Trust::Config).unwrap().checks.len(), 0);
    assert_eq!(refusal(&missing.join("a.yaml")), "these rules are not read: it is not there");
}

#[test]
fn rules_that_others_could_have_written_are_refused() {
    let folder = folder();
    write(folder.path(), "a.yaml", GOOD);
    let file = folder.path().join("a.yaml");
    chmod(&file, 0o666);
    assert_eq!(refusal(&file), "these rules are not read: others can write it (mode 0666)");
    chmod(&file, 0o644);
    chmod(folder.path(), 0o777);
    assert_eq!(refusal(folder.path()), "these rules are not read: others can write it (mode 0777)");
    assert_eq!(refusal(&file), "these rules are not read: others can replace it (its folder has mode 0777)");
    chmod(folder.path(), 0o1777);
    assert!(load(&file, Trust::Named).is_ok());
}

#[test]
fn a_file_of_another_kind_is_not_shown() {
    let folder = folder();
    write(folder.path(), "auth.json", r#"{"access_token": "cmd_acme_0123456789abcdef", "#);
    let shown = load(&folder.path().join("auth.json"), Trust::Named).unwrap_err().to_string();
    assert!(shown.contains("not named like a file of rules") && !shown.contains("cmd_acme"), "{shown}");
}

#[test]
fn a_file_that_is_no_text_is_refused_with_its_line() {
    let folder = folder();
    std::fs::write(folder.path().join("a.yaml"), b"a: 1\nb: \xff\xfe\n").unwrap();
    chmod(&folder.path().join("a.yaml"), 0o644);
    assert_eq!(refusal(&folder.path().join("a.yaml")), "line 2 is not UTF-8");
}

#[test]
fn a_fifo_does_not_block() {
    let folder = folder();
    let fifo = folder.path().join("a.yaml");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
    assert_eq!(refusal(&fifo), "these rules are not read: it is a fifo, not a plain file");
    let fault = load(folder.path(), Trust::Config).unwrap_err().0.remove(0);
    assert!(fault.what.ends_with("it is a fifo, not a plain file"), "{fault}");
}

#[test]
fn faults_of_all_files_come_at_once() {
    let folder = folder();
    write(folder.path(), "a.yaml", &GOOD.replace("title:", "titel:"));
    write(folder.path(), "b.yaml", "a: [");
    write(folder.path(), "c.yaml", GOOD);
    chmod(&folder.path().join("c.yaml"), 0o622);
    let faults = load(folder.path(), Trust::Named).unwrap_err().0;
    let names = faults.iter().map(|fault| fault.file.rsplit('/').next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["a.yaml", "a.yaml", "b.yaml", "c.yaml"]);
}
