//! A run that is killed at any instant leaves the old state or the new one, and can be taken back.

use std::time::Duration;

use crate::bench::Bench;

/// Kills per sort of fix; `cargo test` is no place for a thousand.
const KILLS: u64 = 12;

/// Has a machine fixed and kills that after a while that grows from run to run; `whole` says of what
/// it looks like then whether that is one of the two states.
fn kill(break_it: fn(&Bench), whole: fn(&Bench) -> bool) {
    for kill in 0..KILLS {
        let bench = Bench::well();
        break_it(&bench);
        let before = bench.looks();
        let run = bench.cmdop(&["doctor", "auth", "--offline", "--fix", "--yes"]);
        let mut child = run.into_command().stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(kill * 60 / KILLS));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(whole(&bench), "after {kill}: {:?}", bench.looks());
        while bench.cmdop(&["doctor", "undo"]).output().stdout != b"nothing to take back\n" {
            assert!(whole(&bench), "after {kill} and undo: {:?}", bench.looks());
        }
        assert_eq!(bench.looks(), before, "after {kill}");
    }
}

fn store(bench: &Bench) -> Option<String> {
    std::fs::read_to_string(bench.home.store()).ok()
}

#[test]
fn while_the_mode_is_changed() {
    kill(|bench| bench.home.mode(".cmdop/auth.json", 0o644), |bench| store(bench) == Some(bench.login()));
}

#[test]
fn while_a_lock_is_removed() {
    kill(
        |bench| drop(bench.home.file(".cmdop/auth.json.lock", "4194305\n")),
        |bench| store(bench) == Some(bench.login()),
    );
}

#[test]
fn while_a_byte_order_mark_is_taken_off() {
    kill(
        |bench| drop(bench.home.file(".cmdop/auth.json", format!("\u{feff}{}", bench.login()))),
        |bench| store(bench).is_some_and(|text| text.trim_start_matches('\u{feff}') == bench.login()),
    );
}

#[test]
fn while_a_whole_file_takes_the_place_of_one_that_is_cut_off() {
    kill(
        |bench| {
            bench.home.file(".cmdop/auth.json", &bench.login()[..97]);
            bench.home.file(".cmdop/auth.json.tmp", bench.login());
        },
        |bench| store(bench).is_some_and(|text| text == bench.login() || text == bench.login()[..97]),
    );
}
