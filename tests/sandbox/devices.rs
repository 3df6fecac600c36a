//! The device flow: what a device is told, and what a person has to do for it.

use cmdop_doctor::sandbox::Terms;

use crate::client::{Client, DEVICE, error, refused, text};
use crate::visit::Visit;

/// A client that may poll as often as it likes.
fn impatient(terms: Terms) -> Client {
    Client::with(&[], Terms { device_interval: 0, ..terms })
}

#[test]
fn a_device_is_told_what_to_show() {
    let client = Client::new();
    let device = client.device();
    let (code, page) = (text(&device, "user_code"), text(&device, "verification_uri"));
    assert_eq!(page, format!("{}/device", client.sandbox.base_url()));
    assert_eq!(text(&device, "verification_uri_complete"), format!("{page}?user_code={code}"));
    assert_eq!((&device["expires_in"], &device["interval"]), (&900.into(), &5.into()));
    let (left, right) = code.split_once('-').unwrap();
    assert_eq!((left.len(), right.len()), (3, 3), "{code}");
}

#[test]
fn an_approved_device_gets_tokens_once() {
    let client = impatient(Terms::default());
    let device = client.device();
    assert_eq!(error(&client.poll(&device)), refused("authorization_pending"));
    client.sandbox.approve_device(&text(&device, "user_code")).unwrap();
    let login = client.poll(&device);
    assert_eq!(login.status, 200, "{}", login.text());
    assert_eq!(login.json()["user_email"], "ada@acme.example");
    assert_eq!(client.api(&text(&login.json(), "access_token")).status, 200);
    assert_eq!(client.refresh(&text(&login.json(), "refresh_token")).status, 200);
    assert_eq!(error(&client.poll(&device)), refused("invalid_grant"));
}

#[test]
fn a_denied_device_gets_nothing() {
    let client = impatient(Terms::default());
    let device = client.device();
    client.sandbox.deny_device(&text(&device, "user_code")).unwrap();
    assert_eq!(error(&client.poll(&device)), refused("access_denied"));
    assert!(client.sandbox.approve_device(&text(&device, "user_code")).is_err(), "it is too late");
    assert_eq!(error(&client.poll(&device)), refused("access_denied"));
}

#[test]
fn of_two_people_the_first_decides() {
    let client = impatient(Terms::default());
    let device = client.device();
    let target = format!("/device?user_code={}", text(&device, "user_code"));
    let (mut first, mut second) =
        (Visit::open(&client.sandbox, &target), Visit::open(&client.sandbox, &target));
    first.press("deny", &[]);
    second.press("allow", &[("user", "user_ada")]);
    assert_eq!(second.heading(), "It is too late");
    assert_eq!(error(&client.poll(&device)), refused("access_denied"));
}

#[test]
fn whoever_polls_too_often_is_slowed_down() {
    let client = Client::with(&[], Terms { device_interval: 3_600, ..Terms::default() });
    let device = client.device();
    assert_eq!(error(&client.poll(&device)), refused("authorization_pending"), "the first may come at once");
    for seconds in [3_605, 3_610] {
        let answer = client.poll(&device);
        assert_eq!(error(&answer), refused("slow_down"));
        assert!(answer.text().contains(&seconds.to_string()), "{}", answer.text());
    }
    client.sandbox.approve_device(&text(&device, "user_code")).unwrap();
    assert_eq!(error(&client.poll(&device)), refused("slow_down"), "an approval changes nothing about that");
}

#[test]
fn a_device_code_expires_approved_or_not() {
    let client = impatient(Terms { device_life: 0, ..Terms::default() });
    let device = client.device();
    assert_eq!(error(&client.poll(&device)), refused("expired_token"));
    assert!(client.sandbox.approve_device(&text(&device, "user_code")).is_err());
}

#[test]
fn only_the_device_that_asked_is_answered() {
    let client = impatient(Terms::default());
    let device = client.device();
    let made_up = client.known(vec![("grant_type", DEVICE), ("device_code", "made-up")]);
    assert_eq!(error(&client.token(&made_up)), refused("invalid_grant"));
    let user_code = text(&device, "user_code");
    let typed = client.known(vec![("grant_type", DEVICE), ("device_code", &user_code)]);
    assert_eq!(error(&client.token(&typed)), refused("invalid_grant"));
    assert_eq!(error(&client.token(&client.known(vec![("grant_type", DEVICE)]))), refused("invalid_request"));
    let unnamed = client.post("/oauth/device", &[]);
    assert_eq!(error(&unnamed), (401, "invalid_client".to_owned()));
    assert_eq!(client.post("/oauth/device", &[("client_id", "another")]).status, 401);
}

#[test]
fn a_user_code_may_be_typed_carelessly() {
    let client = impatient(Terms::default());
    let device = client.device();
    let typed = text(&device, "user_code").to_lowercase().replace('-', " ");
    client.sandbox.approve_device(&typed).unwrap();
    assert_eq!(client.poll(&device).status, 200);
}

#[test]
fn a_link_with_the_code_in_it_grants_nothing_by_itself() {
    let client = impatient(Terms::default());
    let device = client.device();
    let link = text(&device, "verification_uri_complete");
    let page = client.get(link.strip_prefix(client.sandbox.base_url()).unwrap());
    assert!(page.status == 200 && page.text().contains(&text(&device, "user_code")));
    assert_eq!(error(&client.poll(&device)), refused("authorization_pending"));
}

#[test]
fn whoever_guesses_codes_is_stopped_and_a_right_one_is_not_looked_at_then() {
    let client = impatient(Terms::default());
    let device = client.device();
    let right = format!("/device?user_code={}", text(&device, "user_code"));
    // A minute of the clock may end in between, and counting begins anew.
    let stopped = (0..40).find_map(|_| {
        let answer = client.get("/device?user_code=AAA-AAA");
        (answer.status == 429).then_some(answer)
    });
    let stopped = stopped.expect("40 wrong codes are too many");
    let wait: u32 = stopped.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait) && stopped.text().contains("Too many codes"), "{}", stopped.text());
    let answer = client.get(&right);
    assert!(answer.status == 429 || wait == 1, "{}", answer.status);
}

#[test]
fn a_code_that_no_device_shows_is_said_to_be_wrong() {
    let client = Client::new();
    let page = client.get("/device?user_code=AAA-AAA");
    assert_eq!(page.status, 404);
    assert!(page.text().contains("No device waits with this code"));
    assert!(client.sandbox.approve_device("AAA-AAA").is_err());
}
