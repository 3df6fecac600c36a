//! What `curl -v` says, line by line, put together into the one line that our own log would have of
//! the same request, so that the same rules read both.

use super::entry::{Entry, Form};

/// A request under way.
#[derive(Debug, Default)]
pub(super) struct Curl {
    method: String,
    path: String,
    host: String,
    credential: bool,
    plain: bool,
}

/// No part of a request is longer.
const LONGEST: usize = 2048;

impl Curl {
    /// Takes a line; the request, once the line tells how it was answered.
    pub(super) fn take(&mut self, entry: &Entry) -> Option<Entry> {
        let (mark, words) = entry.message.split_at_checked(2)?;
        if words.len() > LONGEST {
            return None;
        }
        match mark {
            "> " => self.asked(words),
            "* " => self.told(words),
            "< " => return self.answered(words, entry),
            _ => {}
        }
        None
    }

    fn asked(&mut self, words: &str) {
        let mut parts = words.split(' ');
        if let (Some(method), Some(path), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
            && version.starts_with("HTTP/")
        {
            let plain = self.plain;
            *self = Curl { method: method.to_owned(), path: path.to_owned(), plain, ..Curl::default() };
            return;
        }
        let Some((name, value)) = words.split_once(':') else { return };
        match name.to_ascii_lowercase().as_str() {
            "host" => value.trim().clone_into(&mut self.host),
            "authorization" | "x-api-key" => self.credential = true,
            _ => {}
        }
    }

    fn told(&mut self, words: &str) {
        // `Connected to api.cmdop.com (192.0.2.1) port 80`.
        if words.starts_with("Connected to ") || words.starts_with("Established connection to ") {
            self.plain = words.contains("port 80 ") || words.ends_with("port 80");
        } else if words.starts_with("SSL connection using") {
            self.plain = false;
        }
    }

    fn answered(&self, words: &str, entry: &Entry) -> Option<Entry> {
        let mut parts = words.strip_prefix("HTTP/")?.split(' ');
        let status: u16 = parts.nth(1)?.parse().ok()?;
        // 1xx is no answer yet, and a proxy's answer to CONNECT is no answer of the server.
        if self.path.is_empty() || self.host.is_empty() || status < 200 || self.method == "CONNECT" {
            return None;
        }
        let scheme = if self.plain { "http" } else { "https" };
        let fields = [
            ("method", self.method.clone()),
            ("url", format!("{scheme}://{}{}", self.host, self.path)),
            ("status", status.to_string()),
            ("credential", self.credential.to_string()),
        ];
        Some(Entry {
            form: Form::Curl,
            component: Some("http".to_owned()),
            message: "request answered".to_owned(),
            fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
            ..entry.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_put_together() {
        let told = |entry: Entry| {
            let fields: Vec<String> =
                entry.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {}", entry.message, fields.join(" "))
        };
        let said = "*   Trying 192.0.2.1:443...\n\
            * Connected to api.cmdop.com (192.0.2.1) port 443 (#0)\n\
            * SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n\
            > GET /v1/machines HTTP/2\n\
            > Host: api.cmdop.com\n\
            > authorization: Bearer ***\n\
            > \n\
            < HTTP/2 100 \n\
            < HTTP/2 401 \n\
            < content-type: application/json";
        let mut curl = Curl::default();
        let requests: Vec<(u64, String)> = (1..)
            .zip(said.lines())
            .filter_map(|(line, text)| curl.take(&Entry::read(line, text.as_bytes())))
            .map(|entry| (entry.line, told(entry)))
            .collect();
        let expected = "request answered method=GET url=https://api.cmdop.com/v1/machines \
                        status=401 credential=true";
        assert_eq!(requests, [(9, expected.to_owned())]);
    }
}
