//! Renewing a login, and ending it: rotation, reuse, grace, expiry, revocation.

use std::collections::HashSet;

use cmdop_doctor::sandbox::Terms;

use crate::client::{Client, but, error, refused, text};
use crate::wire::Ask;

#[test]
fn every_use_replaces_the_refresh_token() {
    let client = Client::new();
    let first = client.sandbox.refresh_token().to_owned();
    let answer = client.refresh(&first);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    let second = text(&answer.json(), "refresh_token");
    assert_ne!(first, second);
    assert_ne!(text(&answer.json(), "access_token"), client.sandbox.token());
    assert_eq!(client.api(&text(&answer.json(), "access_token")).status, 200);
    assert_eq!(client.api(client.sandbox.token()).status, 200, "the older access token lives on");
    assert_eq!(client.refresh(&second).status, 200);
    assert_eq!(client.sandbox.rotations(), 2);
}

#[test]
fn a_refresh_token_that_is_used_twice_ends_the_login() {
    let client = Client::new();
    let first = client.sandbox.refresh_token().to_owned();
    let login = client.refresh(&first).json();
    let (access, second) = (text(&login, "access_token"), text(&login, "refresh_token"));
    let reuse = client.refresh(&first);
    assert_eq!(error(&reuse), refused("invalid_grant"));
    assert!(reuse.text().contains("used twice"), "{}", reuse.text());
    assert_eq!(error(&client.refresh(&second)), refused("invalid_grant"), "the successor is gone as well");
    for token in [client.sandbox.token(), &access] {
        assert_eq!(client.api(token).status, 401);
    }
    assert_eq!(client.sandbox.rotations(), 1);
}

#[test]
fn one_login_that_ends_leaves_the_others() {
    let client = Client::new();
    let other = client.login();
    let first = client.sandbox.refresh_token().to_owned();
    client.refresh(&first);
    client.refresh(&first);
    assert_eq!(client.api(&text(&other, "access_token")).status, 200);
    assert_eq!(client.refresh(&text(&other, "refresh_token")).status, 200);
}

#[test]
fn within_the_grace_the_same_successor_is_answered() {
    let client = Client::with(&[], Terms { grace: 3_600, ..Terms::default() });
    let first = client.sandbox.refresh_token().to_owned();
    let answers: Vec<_> = (0..3).map(|_| client.refresh(&first).json()).collect();
    for answer in &answers {
        assert_eq!(text(answer, "refresh_token"), text(&answers[0], "refresh_token"));
        assert_eq!(text(answer, "access_token"), text(&answers[0], "access_token"));
    }
    assert_eq!(client.sandbox.rotations(), 1);
    assert_eq!(client.refresh(&text(&answers[0], "refresh_token")).status, 200);
}

#[test]
fn access_tokens_expire_for_real_and_can_be_renewed() {
    let client = Client::with(&[], Terms { token_life: 0, ..Terms::default() });
    let answer = client.api(client.sandbox.token());
    assert_eq!(answer.status, 401);
    assert!(answer.header("www-authenticate").unwrap().contains("expired"));
    let renewed = client.refresh(client.sandbox.refresh_token());
    assert_eq!((renewed.status, &renewed.json()["expires_in"]), (200, &0.into()));
}

#[test]
fn refresh_tokens_expire_too() {
    let client = Client::with(&[], Terms { refresh_life: 0, ..Terms::default() });
    let answer = client.refresh(client.sandbox.refresh_token());
    assert_eq!(error(&answer), refused("invalid_grant"));
    assert!(answer.text().contains("expired"));
}

#[test]
fn what_is_no_refresh_token_renews_nothing() {
    let client = Client::new();
    for raw in ["made-up", client.sandbox.token(), client.sandbox.key()] {
        assert_eq!(error(&client.refresh(raw)), refused("invalid_grant"), "{raw}");
    }
    assert_eq!(error(&client.refresh("")), refused("invalid_request"));
    assert_eq!(client.refresh(client.sandbox.refresh_token()).status, 200, "guesses end nothing");
}

#[test]
fn no_renewal_asks_for_more_than_was_granted() {
    let client = Client::new();
    let raw = client.sandbox.refresh_token();
    let good = client.known(vec![("grant_type", "refresh_token"), ("refresh_token", raw)]);
    let more = but(&good, "scope", Some("workspace:access admin"));
    assert_eq!(error(&client.token(&more)), refused("invalid_scope"));
    assert_eq!(client.token(&but(&good, "scope", Some("workspace:access"))).status, 200);
}

#[test]
fn fifty_at_once_without_grace_end_the_login() {
    let client = Client::new();
    let raw = client.sandbox.refresh_token();
    let won = std::thread::scope(|scope| {
        let all: Vec<_> = (0..50).map(|_| scope.spawn(|| client.refresh(raw).status)).collect();
        all.into_iter().map(|one| one.join().unwrap()).filter(|status| *status == 200).count()
    });
    assert_eq!((won, client.sandbox.rotations()), (1, 1));
}

#[test]
fn fifty_at_once_with_grace_are_one_renewal() {
    let client = Client::with(&[], Terms { grace: 3_600, ..Terms::default() });
    let raw = client.sandbox.refresh_token();
    let answers: HashSet<String> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..50).map(|_| scope.spawn(|| client.refresh(raw).json())).collect();
        all.into_iter().map(|one| text(&one.join().unwrap(), "refresh_token")).collect()
    });
    assert_eq!((answers.len(), client.sandbox.rotations()), (1, 1));
}

#[test]
fn revoking_the_refresh_token_ends_the_login() {
    let client = Client::new();
    let login = client.login();
    let (access, refresh) = (text(&login, "access_token"), text(&login, "refresh_token"));
    let later = client.refresh(&refresh).json();
    assert_eq!(client.revoke(&refresh).status, 200, "a used one will do");
    for token in [&access, &text(&later, "access_token")] {
        assert_eq!(client.api(token).status, 401);
    }
    assert_eq!(error(&client.refresh(&text(&later, "refresh_token"))), refused("invalid_grant"));
}

#[test]
fn revoking_an_access_token_ends_that_one() {
    let client = Client::new();
    assert_eq!(client.revoke(client.sandbox.token()).status, 200);
    assert_eq!(client.api(client.sandbox.token()).status, 401);
    assert_eq!(client.refresh(client.sandbox.refresh_token()).status, 200);
}

#[test]
fn revoking_what_is_not_there_is_no_error() {
    let client = Client::new();
    for _ in 0..2 {
        assert_eq!(client.revoke(client.sandbox.refresh_token()).status, 200);
    }
    assert_eq!(client.revoke("made-up").status, 200);
    let hinted = client.known(vec![("token", client.sandbox.token()), ("token_type_hint", "refresh_token")]);
    assert_eq!(client.post("/oauth/revoke", &hinted).status, 200, "a wrong hint does not matter");
    assert_eq!(client.api(client.sandbox.token()).status, 401);
}

#[test]
fn only_the_client_revokes_and_only_its_own_tokens() {
    let client = Client::new();
    let pairs = [("token", client.sandbox.refresh_token())];
    assert_eq!(client.post("/oauth/revoke", &pairs).status, 401);
    assert_eq!(error(&client.post("/oauth/revoke", &client.known(vec![]))), refused("invalid_request"));
    let key = client.sandbox.key();
    assert_eq!(client.revoke(key).status, 200);
    assert_eq!(client.api(key).status, 200, "keys are revoked elsewhere");
    let get = Ask::new(client.sandbox.port(), "GET", "/oauth/revoke").send().unwrap();
    assert_eq!(get.status, 405);
}
