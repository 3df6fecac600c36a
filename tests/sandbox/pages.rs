//! The pages: what they say, what they forbid a browser to do, and whom they belong to.

use cmdop_doctor::sandbox::Fault;

use crate::client::{Client, but, said, text, value};
use crate::visit::Visit;
use crate::wire::Answer;

/// A page as a person reads it: its text, labels and buttons, a line each.
fn read(page: &Answer) -> String {
    let html = page.text();
    let (_, main) = html.split_once("<main>").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    let mut lines = String::new();
    let mut inside = false;
    for letter in main.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => lines.push(letter),
            _ => {}
        }
    }
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

macro_rules! assert_page {
    ($name:literal, $page:expr) => {
        insta::with_settings!({ snapshot_path => "../../snapshots/sandbox", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $page);
        });
    };
}

fn allowed(client: &Client) -> Visit {
    let mut visit = Visit::of(client);
    visit.press("allow", &[("user", "user_ada")]);
    visit
}

#[test]
fn the_pages_of_a_sign_in_read_well() {
    assert_page!("page_consent", read(&Visit::of(&Client::new()).answer));
    let factor = allowed(&Client::with(&[Fault::TwoFactorRequired], Default::default()));
    assert_page!("page_second_factor", read(&factor.answer).replace(&factor.digits(), "123456"));
    let unset = allowed(&Client::with(&[Fault::TwoFactorUnset], Default::default()));
    assert_page!("page_first_factor", read(&unset.answer).replace(&unset.digits(), "123456"));
    let sign_on = allowed(&Client::with(&[Fault::SsoEnforced], Default::default()));
    assert_page!("page_sign_on", read(&sign_on.answer));
}

#[test]
fn the_pages_of_a_device_read_well() {
    let client = Client::new();
    assert_page!("page_type_code", read(&client.get("/device")));
    assert_page!("page_wrong_code", read(&client.get("/device?user_code=AAA-AAA")));
    let code = text(&client.device(), "user_code");
    let mut visit = Visit::open(&client.sandbox, &format!("/device?user_code={code}"));
    assert_page!("page_device", read(&visit.answer).replace(&code, "ABC-XYZ"));
    visit.press("deny", &[]);
    assert_page!("page_device_denied", read(&visit.answer));
}

#[test]
fn the_pages_of_trouble_read_well() {
    let client = Client::new();
    let trap =
        client.authorization_url(&but(&client.request(), "redirect_uri", Some("https://evil.example/")));
    assert_page!("page_problem", read(&client.get(trap.strip_prefix(client.sandbox.base_url()).unwrap())));
    let mut visit = Visit::of(&client);
    visit.submit(&[("csrf", "made-up"), ("decision", "allow")]);
    assert_page!("page_out_of_date", read(&visit.answer));
}

#[test]
fn a_page_loads_nothing_runs_nothing_and_is_nobodys_frame() {
    let client = Client::with(&[Fault::TwoFactorRequired], Default::default());
    for page in [Visit::of(&client).answer, allowed(&client).answer, client.get("/device")] {
        let policy = page.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "style-src 'sha256-", "base-uri 'none'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        let html = page.text();
        assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
        assert!(html.contains("name=\"viewport\"") && html.contains("<title>"));
        for outside in ["<script", "src=", "http://", "https://", "url(", "@import", " style=", " onclick="] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}

#[test]
fn every_field_has_a_label() {
    let client = Client::with(&[Fault::TwoFactorRequired], Default::default());
    for page in [Visit::of(&client).answer, allowed(&client).answer, client.get("/device")] {
        let html = page.text();
        let fields = html.split("<select id=\"").skip(1).chain(html.split("<input id=\"").skip(1));
        let ids: Vec<_> = fields.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        assert!(!ids.is_empty());
        for id in ids {
            assert!(html.contains(&format!("<label for=\"{id}\">")), "{id}");
        }
    }
}

#[test]
fn a_form_leads_back_here_or_to_the_client() {
    let client = Client::new();
    let policy = |visit: &Visit| visit.answer.header("content-security-policy").unwrap().to_owned();
    assert!(policy(&Visit::of(&client)).contains("form-action 'self' http://127.0.0.1:9;"));
    let code = text(&client.device(), "user_code");
    let device = Visit::open(&client.sandbox, &format!("/device?user_code={code}"));
    assert!(policy(&device).contains("form-action 'self' ;"));
}

#[test]
fn a_form_of_another_browser_or_of_none_does_nothing() {
    let client = Client::new();
    let mine = Visit::of(&client);
    let mut other = Visit::of(&client);
    other.submit(&[("csrf", &mine.csrf()), ("decision", "allow"), ("user", "user_ada")]);
    assert_eq!((other.answer.status, other.location()), (403, None));
    let mut blank = Visit::of(&client);
    let csrf = blank.csrf();
    blank.cookie = None;
    blank.submit(&[("csrf", &csrf), ("decision", "allow"), ("user", "user_ada")]);
    assert_eq!((blank.answer.status, blank.location()), (403, None));
    let mut forged = Visit::of(&client);
    forged.submit(&[("decision", "allow"), ("user", "user_ada")]);
    assert_eq!((forged.answer.status, forged.location()), (403, None));
}

#[test]
fn the_cookie_is_for_this_browser_and_port_alone() {
    let client = Client::new();
    let cookie = Visit::of(&client).answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with(&format!("cmdop-sandbox-{}=", client.sandbox.port())), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
}

#[test]
fn a_button_that_is_pressed_twice_answers_twice_the_same() {
    let client = Client::new();
    let mut visit = Visit::of(&client);
    let csrf = visit.csrf();
    let fields = [("csrf", csrf.as_str()), ("decision", "allow"), ("user", "user_ada")];
    visit.submit(&fields);
    let first = visit.location().unwrap().to_owned();
    visit.submit(&fields);
    assert_eq!(visit.location(), Some(first.as_str()));
    assert!(value(&said(&first), "code").is_some());
}

#[test]
fn pressing_nothing_grants_nothing() {
    let client = Client::new();
    for decision in ["", "yes", "deny"] {
        let mut visit = Visit::of(&client);
        visit.press(decision, &[("user", "user_ada")]);
        assert_eq!(value(&said(visit.location().unwrap()), "error").as_deref(), Some("access_denied"));
    }
    let mut nobody = Visit::of(&client);
    nobody.press("allow", &[("user", "user_nobody")]);
    assert_eq!((nobody.answer.status, nobody.location()), (400, None));
}

#[test]
fn whoever_is_chosen_is_signed_in() {
    let client = Client::new();
    let mut visit = Visit::of(&client);
    visit.press("allow", &[("user", "user_sam")]);
    let code = value(&said(visit.location().unwrap()), "code").unwrap();
    let login = client.token(&client.redemption(&code)).json();
    assert_eq!(
        (&login["user_email"], &login["workspace_name"]),
        (&"sam@acme.example".into(), &"staging".into())
    );
}

#[test]
fn names_from_outside_stay_text() {
    let client = Client::with(&[Fault::HostileText, Fault::SsoEnforced], Default::default());
    let page = allowed(&client).text();
    assert!(page.contains("acme-corp") && page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("<script") && !page.contains('\u{1b}') && !page.contains('\u{202e}'));
    let typed = client.get("/device?user_code=%22%3E%3Cscript%3E").text();
    assert!(typed.contains("value=\"&quot;&gt;&lt;script&gt;\""), "{typed}");
}
