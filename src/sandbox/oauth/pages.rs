//! The pages: choose who you are, prove it where that is due, and read what came of it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::issuer::Issuer;
use super::page::{Page, escaped};
use super::visit::{Purpose, Step, Visit, home};
use crate::sandbox::records::{Records, User};
use crate::sandbox::seed::ADA;

/// The page of a step.
pub(super) fn of(step: Step, visit: &Visit, records: &Records) -> Response {
    match step {
        Step::Consent | Step::Done => consent(visit, records),
        Step::SecondFactor => second_factor(visit, records),
        Step::SignOn => sign_on(visit, records),
    }
}

/// Who are you, and may this program act for you?
pub(super) fn consent(visit: &Visit, records: &Records) -> Response {
    let issuer = visit.issuer;
    let (title, asks) = match &visit.purpose {
        Purpose::Client { .. } => (
            format!("Sign in with {}", issuer.name),
            format!(
                "<p><strong>{}</strong>, a program on this computer, asks to act for you.</p>",
                issuer.client
            ),
        ),
        Purpose::Device(code) => (
            format!("Sign in a device with {}", issuer.name),
            format!(
                "<p><strong>{}</strong> on another device asks to act for you. Does it show this code?</p>\
                 \n<p class=\"code\">{}</p>\
                 \n<p>If you see another code, or have not started anything, press Deny.</p>",
                issuer.client,
                escaped(code)
            ),
        ),
        Purpose::SignOn => (
            "Sign on at your identity provider".to_owned(),
            "<p>Your workspace asks for a new single sign-on. This page plays the identity provider.</p>"
                .to_owned(),
        ),
    };
    let options: String = records.users.iter().map(option).collect();
    let scope = match visit.purpose {
        Purpose::SignOn => String::new(),
        _ => format!(
            "<p class=\"note\">It may do what you may do (<code>{}</code>), until you sign out.</p>\n",
            issuer.scope
        ),
    };
    let fields = format!(
        "<label for=\"user\">Your account</label>\n<select id=\"user\" name=\"user\">\n{options}</select>\n{scope}"
    );
    let yes = if matches!(visit.purpose, Purpose::SignOn) { "Continue" } else { "Allow" };
    form(visit, StatusCode::OK, title, &asks, &fields, [yes, "Deny"])
}

fn option(user: &User) -> String {
    let selected = if user.id == ADA { " selected" } else { "" };
    format!("<option value=\"{}\"{selected}>{}</option>\n", escaped(&user.id), escaped(&user.email))
}

/// The second factor, with the authenticator that shows it.
pub(super) fn second_factor(visit: &Visit, records: &Records) -> Response {
    let known = visit.user.as_deref().and_then(|id| records.user(id)).is_some_and(|user| user.two_factor);
    let asks = match known {
        true => "<p>Your workspace asks for a second factor.</p>",
        false => "<p>Your workspace asks for a second factor, and you have none yet. This sets it up.</p>",
    };
    let wrong = visit.wrong > 0;
    let alert =
        if wrong { "<p role=\"alert\" id=\"wrong\">That was not the code. Try again.</p>\n" } else { "" };
    let described = if wrong { " aria-describedby=\"wrong\" aria-invalid=\"true\"" } else { "" };
    let fields = format!(
        "{alert}<p>Your make-believe authenticator shows</p>\n<p class=\"code\" id=\"authenticator\">{}</p>\n\
         <label for=\"otp\">Six-digit code</label>\n\
         <input id=\"otp\" name=\"otp\" inputmode=\"numeric\" autocomplete=\"one-time-code\" \
         pattern=\"[0-9]{{6}}\" maxlength=\"6\" required autofocus{described}>\n",
        visit.digits
    );
    let status = if wrong { StatusCode::FORBIDDEN } else { StatusCode::OK };
    form(visit, status, "Second factor".to_owned(), asks, &fields, ["Continue", "Cancel"])
}

/// The single sign-on of the person's workspace.
fn sign_on(visit: &Visit, records: &Records) -> Response {
    let user = visit.user.as_deref().and_then(|id| records.user(id));
    let email = user.map(|user| escaped(&user.email)).unwrap_or_default();
    let workspace = user.and_then(|user| home(&user.id, records));
    let name = workspace.map(|workspace| escaped(&workspace.name)).unwrap_or_default();
    let provider = workspace.and_then(|workspace| workspace.sso.provider.as_deref());
    let provider = escaped(provider.unwrap_or("your identity provider"));
    let asks = format!(
        "<p>The workspace <strong>{name}</strong> asks for a single sign-on. This page plays {provider}.</p>\n\
         <p>Sign on as <strong>{email}</strong>?</p>"
    );
    form(visit, StatusCode::OK, "Single sign-on".to_owned(), &asks, "", ["Sign on", "Cancel"])
}

/// A form that goes on with `visit`, by a button for yes and one for no.
fn form(
    visit: &Visit,
    status: StatusCode,
    title: String,
    asks: &str,
    fields: &str,
    [yes, no]: [&str; 2],
) -> Response {
    let body = format!(
        "{asks}\n<form method=\"post\" action=\"/oauth/visit\">\n\
         <input type=\"hidden\" name=\"csrf\" value=\"{}\">\n{fields}\
         <div class=\"buttons\">\n\
         <button name=\"decision\" value=\"allow\">{yes}</button>\n\
         <button name=\"decision\" value=\"deny\" class=\"quiet\" formnovalidate>{no}</button>\n\
         </div>\n</form>",
        visit.id
    );
    let leads_to = match &visit.purpose {
        Purpose::Client { redirect_uri, .. } => Some(redirect_uri.policy_source()),
        Purpose::Device(_) | Purpose::SignOn => None,
    };
    Page { status, title, body, leads_to }.into_response()
}

/// Type what your device shows; `wrong` is what was typed in vain.
pub(super) fn type_code(issuer: &Issuer, wrong: Option<&str>) -> Response {
    let alert = wrong.map_or("", |_| {
        "<p role=\"alert\" id=\"wrong\">No device waits with this code: it was mistyped, used, or is too old.</p>\n"
    });
    let described = if wrong.is_some() { " aria-describedby=\"wrong\" aria-invalid=\"true\"" } else { "" };
    let body = format!(
        "<p>Type the code that your device shows.</p>\n<form method=\"get\" action=\"{}\">\n{alert}\
         <label for=\"user_code\">Code</label>\n\
         <input id=\"user_code\" name=\"user_code\" value=\"{}\" placeholder=\"ABC-XYZ\" autocomplete=\"off\" \
         autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"16\" required autofocus{described}>\n\
         <div class=\"buttons\">\n<button>Continue</button>\n</div>\n</form>",
        issuer.device_page,
        escaped(wrong.unwrap_or_default())
    );
    let status = if wrong.is_some() { StatusCode::NOT_FOUND } else { StatusCode::OK };
    Page { status, title: "Sign in a device".to_owned(), body, leads_to: None }.into_response()
}

/// Codes are not looked at for so many seconds: too many were typed in vain.
pub(super) fn too_many(wait: i64) -> Response {
    let body = format!(
        "<p role=\"alert\">Too many codes were typed that no device shows. Try again in {wait} seconds.</p>"
    );
    let (status, title) = (StatusCode::TOO_MANY_REQUESTS, "Too many wrong codes".to_owned());
    let mut page = Page { status, title, body, leads_to: None }.into_response();
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    page
}

/// What came of it.
pub(super) fn told(title: &str, words: &str) -> Response {
    let body = format!("<p role=\"status\">{}</p>", escaped(words));
    Page { status: StatusCode::OK, title: title.to_owned(), body, leads_to: None }.into_response()
}

/// A request that must not be answered to where it asks to.
pub(super) fn problem(why: &str) -> Response {
    let body = format!(
        "<p role=\"alert\">The program that sent you here has made a mistake: {}.</p>\n\
         <p>Nothing was granted. Go back and start again.</p>",
        escaped(why)
    );
    let title = "This request cannot be answered".to_owned();
    Page { status: StatusCode::BAD_REQUEST, title, body, leads_to: None }.into_response()
}

/// A form that belongs to no visit of this browser.
pub(super) fn outdated() -> Response {
    let body = "<p role=\"alert\">It was answered already, is too old, or was opened in another browser.</p>\n\
                <p>Nothing was granted. Start again where you came from.</p>";
    let title = "This page is out of date".to_owned();
    Page { status: StatusCode::FORBIDDEN, title, body: body.to_owned(), leads_to: None }.into_response()
}
