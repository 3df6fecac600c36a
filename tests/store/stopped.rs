//! Ctrl-C in the middle of a renewal: the answer to what was sent is stored first.

use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::lab::Lab;
use crate::support::server::{Server, answer, json as answer_json, path};

#[test]
fn whoever_is_stopped_while_the_answer_is_due_stores_it_and_then_stops() {
    let (asked, was_asked) = mpsc::sync_channel(1);
    let (release, released) = mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let server = Server::answering(move |head| {
        if !path(head).ends_with("/oauth/token") {
            return answer("404 Not Found", "", "");
        }
        asked.send(()).unwrap();
        // The answer waits for the signal to be there.
        let _now = released.lock().unwrap().recv_timeout(Duration::from_secs(10));
        answer_json(
            "200 OK",
            &json!({ "access_token": "at-new", "refresh_token": "rt-new", "expires_in": 3600 }),
        )
    });
    let lab = Lab::new();
    lab.sign_in(&json!({ "issuer": server.url() }));
    let mut command = lab.cmdop(&["auth", "refresh"]).env("CMDOP_API_URL", server.url()).into_command();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    was_asked.recv_timeout(Duration::from_secs(30)).unwrap();
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    release.send(()).unwrap();
    // 130, unless the answer was there before the signal was heard.
    assert!(matches!(child.wait().unwrap().code(), Some(130 | 0)));
    assert_eq!(lab.store()["refresh_token"], "rt-new");
}
