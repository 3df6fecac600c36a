//! kill -9 at any instant of a renewal: the store is whole afterwards, and the session lives on
//! where the server makes that possible.

use std::process::Stdio;
use std::time::Duration;

use cmdop_doctor::sandbox::{Fault, Terms};

use crate::lab::Lab;

/// How often each is tried. The scripts of the project's history do it a thousand times.
const KILLS: u64 = 40;

/// Renews again and again, each time killed a little later, and then once in peace. Whether a kill
/// hits the middle is a matter of luck; that the store is whole after every one is not.
fn killed(faults: &[Fault], terms: Terms) -> Lab {
    let lab = Lab::with(faults, terms);
    for delay in 0..KILLS {
        let mut command = lab.cmdop(&["auth", "refresh"]).into_command();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        let store = lab.store();
        for token in ["access_token", "refresh_token"] {
            assert!(store[token].as_str().is_some_and(|text| !text.is_empty()), "after {delay} ms: {store}");
        }
        forget_when(&lab, store);
    }
    lab
}

/// As if the last renewal were long past, so that the next is one too.
fn forget_when(lab: &Lab, mut store: serde_json::Value) {
    store.as_object_mut().unwrap().remove("refreshed_at");
    lab.home.file(".cmdop/auth.json", store.to_string());
}

#[test]
fn where_nothing_rotates_nothing_is_lost() {
    let lab = killed(&[Fault::RotationOff], Terms::default());
    lab.refresh().good();
}

#[test]
fn where_the_server_forgives_a_second_use_nothing_is_lost() {
    let lab = killed(&[], Terms { grace: 3600, ..Terms::default() });
    lab.refresh().good();
}

#[test]
fn where_it_does_not_a_lost_session_is_explained() {
    let lab = killed(&[], Terms::default());
    let told = lab.refresh();
    if told.code != Some(0) {
        told.refused(&["cmdop login"]);
        assert!(lab.store()["refresh_rejected_at"].is_string());
    }
}
