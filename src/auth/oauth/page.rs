//! What a browser shows at the end of a sign-in: one page, complete in itself, without scripts and
//! without anything that was sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

/// The look of all pages, in light and in dark.
const STYLE: &str = ":root{color-scheme:light dark;font:18px/1.5 system-ui,sans-serif}\
    body{margin:0;min-height:100vh;display:grid;place-items:center}\
    main{max-width:32rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:.5rem 0}\
    .good h1::before{content:'\\2713  ';color:#16803c}.bad h1::before{content:'\\2717  ';color:#c02626}\
    @media (prefers-color-scheme:dark){.good h1::before{color:#4ade80}.bad h1::before{color:#f87171}}";

/// A page and the status that it comes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    status: &'static str,
    good: bool,
    title: String,
    words: String,
}

impl Page {
    pub(super) fn signed_in(email: Option<&str>) -> Page {
        let title = match email {
            Some(email) => format!("You are signed in as {email}"),
            None => "You are signed in".to_owned(),
        };
        Page::new("200 OK", true, title, "You can close this page and go back to the terminal.")
    }

    /// It did not work, for the reason `why`.
    pub(super) fn failed(why: &str) -> Page {
        Page::new("200 OK", false, "You are not signed in".to_owned(), why)
    }

    pub(super) fn over() -> Page {
        let words = "This sign-in was answered already. The terminal shows what came of it.";
        Page::new("200 OK", true, "Nothing more to do here".to_owned(), words)
    }

    /// A request that is no answer to the sign-in under way; says what is wrong with it.
    pub(super) fn refused(status: &'static str, why: &str) -> Page {
        Page::new(status, false, "This is no answer to the sign-in in the terminal".to_owned(), why)
    }

    fn new(status: &'static str, good: bool, title: String, words: &str) -> Page {
        Page { status, good, title, words: words.to_owned() }
    }

    /// The whole answer. Nobody keeps it, frames it, or loads anything for it.
    pub(super) fn answer(&self) -> Vec<u8> {
        let body = self.html();
        let style = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
        format!(
            "HTTP/1.1 {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n{body}",
            self.status,
            body.len()
        )
        .into_bytes()
    }

    fn html(&self) -> String {
        let (title, words) = (escaped(&self.title), escaped(&self.words));
        let class = if self.good { "good" } else { "bad" };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} - CMDOP</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<main class=\"{class}\">\n<h1>{title}</h1>\n\
             <p>{words}</p>\n</main>\n</body>\n</html>\n"
        )
    }
}

/// `text` as text of a page: no tag, no entity, no sign that is not seen or changes the direction.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                escaped.push('\u{fffd}');
            }
            sign if sign.is_control() => escaped.push(' '),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_page_is_active() {
        let page = Page::failed("<script>alert('x')</script>\u{202e}\u{1b}[2J & co");
        let text = String::from_utf8(page.answer()).unwrap();
        assert!(
            !text.contains("<script") && !text.contains('\u{202e}') && !text.contains('\u{1b}'),
            "{text}"
        );
        assert!(text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"), "{text}");
    }

    #[test]
    fn the_style_is_the_one_that_the_policy_allows() {
        let text = String::from_utf8(Page::over().answer()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let style = body.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()));
        assert!(head.contains(&format!("style-src 'sha256-{hash}'")), "{head}");
        assert!(head.contains(&format!("Content-Length: {}", body.len())) && head.contains("no-store"));
        assert!(body.contains("<html lang=\"en\">") && body.contains("color-scheme:light dark"));
    }
}
