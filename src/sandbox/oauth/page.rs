//! A page as it is sent: plain HTML that needs no script and nothing from elsewhere.

use std::sync::LazyLock;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest;

use super::refusal::unstored;
use crate::report::hidden::visible;

/// The style of all pages.
const STYLE: &str = include_str!("style.css");

/// What a Content-Security-Policy calls it (CSP level 3, section 2.3.1).
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| {
    let hash = digest::digest(&digest::SHA256, STYLE.as_bytes());
    format!("'sha256-{}'", STANDARD.encode(hash))
});

/// A page to be. The body is HTML, the title is not.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) title: String,
    pub(super) body: String,
    /// Where else than here the answer to its form may lead.
    pub(super) leads_to: Option<String>,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let policy = self.policy();
        let title = escaped(&self.title);
        let html = format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title} · CMDOP sandbox</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<p class="brand">CMDOP <span>sandbox</span></p>
<h1>{title}</h1>
{}
</main>
<footer>
<p>A make-believe CMDOP on this computer. No real account is behind it, and it asks for no password.</p>
</footer>
</body>
</html>
"#,
            self.body
        );
        let mut response = unstored((self.status, Html(html)).into_response());
        let fixed = [
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ];
        for (name, value) in fixed {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

impl Page {
    /// Nothing is loaded, nothing runs, nobody frames it, and forms lead only where they should.
    fn policy(&self) -> String {
        let leads_to = self.leads_to.as_deref().unwrap_or_default();
        format!(
            "default-src 'none'; style-src {}; img-src data:; form-action 'self' {leads_to}; \
             base-uri 'none'; frame-ancestors 'none'",
            *STYLE_HASH
        )
    }
}

/// `text` as the text of a page: no markup, and nothing that cannot be seen.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            plain => safe.push(plain),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
        assert!(!escaped("\u{1b}[2J\u{202e}x").contains(['\u{1b}', '\u{202e}']));
    }
}
