//! A small HTTP/1.1 client for tests: one request per connection, and nothing hidden, neither
//! redirects nor broken bodies.
#![expect(clippy::disallowed_methods, reason = "tests open connections of their own")]

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A request to be.
pub(crate) struct Ask<'a> {
    port: u16,
    method: &'a str,
    target: &'a str,
    headers: Vec<(&'a str, String)>,
    body: Option<String>,
    patience: Duration,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The body came to its end, as stated or by the last chunk.
    pub(crate) complete: bool,
}

impl<'a> Ask<'a> {
    /// A request of loopback, `target` being path and query.
    pub(crate) fn new(port: u16, method: &'a str, target: &'a str) -> Ask<'a> {
        let headers = vec![("host", format!("127.0.0.1:{port}")), ("connection", "close".to_owned())];
        Ask { port, method, target, headers, body: None, patience: Duration::from_secs(10) }
    }

    /// Replaces or adds a header.
    pub(crate) fn header(mut self, name: &'a str, value: impl Into<String>) -> Ask<'a> {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn bearer(self, raw: &str) -> Ask<'a> {
        self.header("authorization", format!("Bearer {raw}"))
    }

    pub(crate) fn json(self, body: &Value) -> Ask<'a> {
        self.text(&body.to_string()).header("content-type", "application/json")
    }

    pub(crate) fn text(mut self, body: &str) -> Ask<'a> {
        self.body = Some(body.to_owned());
        self.header("content-length", body.len().to_string())
    }

    pub(crate) fn form(self, pairs: &[(&str, &str)]) -> Ask<'a> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.text(&body).header("content-type", "application/x-www-form-urlencoded")
    }

    /// How long to wait for the next bytes.
    pub(crate) fn patience(self, patience: Duration) -> Ask<'a> {
        Ask { patience, ..self }
    }

    /// Sends it. Fails if not even a head comes back.
    pub(crate) fn send(self) -> io::Result<Answer> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(self.patience))?;
        let mut request = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        request.push_str(self.body.as_deref().unwrap_or_default());
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes);
        Answer::read(&bytes).ok_or_else(|| match ended {
            Err(error) => error,
            Ok(_) => io::Error::other("no head of an answer"),
        })
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Answer> {
        let end = bytes.windows(4).position(|end| end == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        let mut answer = Answer { status, headers: headers.collect(), body: Vec::new(), complete: false };
        answer.read_body(&bytes[end + 4..]);
        Some(answer)
    }

    fn read_body(&mut self, rest: &[u8]) {
        if self.header("transfer-encoding") == Some("chunked") {
            (self.body, self.complete) = unchunked(rest);
            return;
        }
        let length: usize = self.header("content-length").map_or(0, |length| length.parse().unwrap());
        self.complete = rest.len() >= length;
        self.body = rest.to_vec();
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// The contents of a chunked body, and whether its last chunk came.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(line) = rest.windows(2).position(|end| end == b"\r\n") else { return (body, false) };
        let size = std::str::from_utf8(&rest[..line]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size, 16).ok()).unwrap_or(0);
        if size == 0 {
            return (body, true);
        }
        let Some(chunk) = rest.get(line + 2..line + 2 + size) else { return (body, false) };
        body.extend_from_slice(chunk);
        rest = rest.get(line + 4 + size..).unwrap_or_default();
    }
}
