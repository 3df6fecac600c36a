//! Taking back: by id, only what is still as it was left, and what cannot be taken back says so.

use serde_json::Value;

use crate::bench::{Bench, result};

fn undo(bench: &Bench, args: &[&str]) -> (Option<i32>, String, String) {
    let all = [&["doctor", "undo"], args].concat();
    let output = bench.cmdop(&all).by_ordinary_user().output();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn loose_file() -> Bench {
    let bench = Bench::well();
    bench.home.mode(".cmdop/auth.json", 0o644);
    bench.home.give_away();
    bench
}

fn ids(bench: &Bench) -> Vec<String> {
    let list: Value = serde_json::from_str(&undo(bench, &["--list", "--json"]).1).unwrap();
    let fixes = list["fixes"].as_array().unwrap();
    fixes.iter().map(|fix| fix["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn fixes_are_listed_taken_back_by_id_and_forgotten() {
    let bench = loose_file();
    bench.fixed(&["--fix"]);
    bench.home.mode(".cmdop", 0o777);
    bench.fixed(&["--fix"]);
    let ids = ids(&bench);
    assert_eq!(ids.len(), 2);
    let (code, told, _) = undo(&bench, &[&ids[0]]);
    assert_eq!(code, Some(0));
    assert!(told.contains("undone   chmod 600 ~/.cmdop/auth.json"), "{told}");
    assert!(bench.looks()[".cmdop/auth.json"].starts_with("100644"));
    assert!(bench.looks()[".cmdop"].starts_with("40700"));
    let (code, told, _) = undo(&bench, &["--list"]);
    assert_eq!(code, Some(0));
    assert!(told.contains("token.folder_mode"), "{told}");
    assert_eq!(undo(&bench, &["--purge"]).1, "2 fixes forgotten\n");
    assert_eq!(undo(&bench, &[]).1, "nothing to take back\n");
}

#[test]
fn an_unknown_id_is_no_fix() {
    let bench = loose_file();
    bench.fixed(&["--fix"]);
    let id = &ids(&bench)[0];
    let near = format!("{}x", &id[..id.len() - 1]);
    let (code, _, error) = undo(&bench, &[&near]);
    assert_eq!(code, Some(2));
    assert!(error.contains(&format!("did you mean `{id}`?")), "{error}");
}

#[test]
fn what_was_changed_since_is_left_as_it_is() {
    let changes: [fn(&Bench); 4] = [
        |bench| bench.home.mode(".cmdop/auth.json", 0o400),
        |bench| std::fs::write(bench.home.store(), "another login").unwrap(),
        |bench| {
            let other = bench.home.file("other", bench.login());
            std::fs::rename(other, bench.home.store()).unwrap();
        },
        |bench| std::fs::remove_file(bench.home.store()).unwrap(),
    ];
    for change in changes {
        let bench = loose_file();
        assert_eq!(result(&bench.fixed(&["--fix"]), "token.file_mode"), "healed");
        change(&bench);
        bench.home.give_away();
        let before = bench.looks();
        let (code, told) = bench.taken_back();
        assert_eq!(code, Some(1));
        let why = told["steps"][0]["why"].as_str().unwrap();
        assert!(why.ends_with("is no longer what the fix left"), "{why}");
        assert_eq!(bench.looks(), before);
    }
}

#[test]
fn a_place_that_is_taken_since_stays_taken() {
    let bench = Bench::well();
    bench.home.file(".cmdop/auth.json.lock", "4194305\n");
    bench.home.give_away();
    assert_eq!(result(&bench.fixed(&["--fix"]), "token.lock"), "healed");
    bench.home.file(".cmdop/auth.json.lock", "1\n");
    let (code, told) = bench.taken_back();
    assert_eq!(code, Some(1));
    assert!(told["steps"][0]["why"].as_str().unwrap().starts_with("something else stands at"), "{told:#}");
    assert_eq!(std::fs::read_to_string(bench.home.path().join(".cmdop/auth.json.lock")).unwrap(), "1\n");
}

#[test]
fn the_journal_is_private_and_holds_no_token() {
    use std::os::unix::fs::MetadataExt;
    let bench = loose_file();
    bench.fixed(&["--fix"]);
    let folder = bench.home.path().join(".cmdop/fixes");
    assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700);
    let login: Value = serde_json::from_str(&bench.login()).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(path).unwrap();
        for secret in ["access_token", "refresh_token"] {
            assert!(!text.contains(login[secret].as_str().unwrap()));
        }
    }
}

#[test]
fn old_entries_and_more_than_ten_are_dropped() {
    let bench = loose_file();
    for _ in 0..12 {
        bench.home.mode(".cmdop/auth.json", 0o644);
        assert_eq!(result(&bench.fixed(&["--fix"]), "token.file_mode"), "healed");
    }
    // The one that is being written comes on top of the ten.
    assert!(ids(&bench).len() <= 11, "{:?}", ids(&bench));
    let folder = bench.home.path().join(".cmdop/fixes");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let mut old: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        old["at"] = (old["at"].as_i64().unwrap() - 8 * 86_400_000).into();
        std::fs::write(&path, old.to_string()).unwrap();
    }
    bench.home.mode(".cmdop/auth.json", 0o644);
    bench.fixed(&["--fix"]);
    assert_eq!(ids(&bench).len(), 1);
}
