//! Servers that break HTTP, or keep it to the letter and never come to an end.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::corpus::{examine, run};
use crate::support::server::{Server, answer, header, path};
use crate::support::{Home, Run, far_future};

fn signed_in() -> Home {
    let home = Home::new();
    home.sign_in("at-4711", far_future());
    home
}

/// Every form of a report over a server that answers so.
fn examined(bytes: impl Into<Vec<u8>>) {
    let bytes = bytes.into();
    let server = Server::answering(move |_| bytes.clone());
    examine(&signed_in(), |run| run.env("CMDOP_API_URL", server.url()));
}

/// One report, within a deadline, over a server that does not end.
fn endless(handle: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) {
    let server = Server::handling(move |_, stream| handle(stream));
    let words = ["doctor", "auth", "--json", "-v", "--timeout", "2s"];
    run("--json", signed_in().cmdop(&words).env("CMDOP_API_URL", server.url()));
}

#[test]
fn odd_heads() {
    let head = |lines: &str| format!("HTTP/1.1 200 OK\r\n{lines}\r\n{{}}");
    examined(head(&"X-A: b\r\n".repeat(10_000)));
    examined(head(&format!("X-A: {}\r\n", "b".repeat(2 << 20))));
    examined(head("Content-Length: -1\r\n"));
    examined(head("Content-Length: 99999999999999999999999\r\n"));
    examined(head("Content-Length: 1\r\nContent-Length: 2\r\n"));
    examined(head("Content-Length: 1\r\n"));
    examined(head("Content-Length: 18446744073709551615\r\n"));
    examined(head("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"));
    examined(head(
        "Date: Sat, 99 Foo 99999 99:99:99 GMT\r\nAge: 99999999999999999999\r\nContent-Length: 2\r\n",
    ));
    examined(head(
        "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\nAge: 9223372036854775807\r\nContent-Length: 2\r\n",
    ));
    examined(head("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nAge: -5\r\nContent-Length: 2\r\n"));
    for status in ["000 x", "099 x", "199 x", "600 x", "999 x", "20 x", "-1 x", "2000 x", "", "401"] {
        examined(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
    }
    examined("HTTP/9.9 200 OK\r\n\r\n");
    examined("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    examined("\u{1b}[2J\r\n\r\n");
    examined(Vec::new());
}

#[test]
fn odd_chunks() {
    let chunked = |body: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
    for body in [
        "ffffffffffffffff\r\n{}",
        "fffffffffffffffffffffff\r\n{}",
        "-1\r\n",
        "zz\r\n",
        "2\r\n{}x\r\n0\r\n\r\n",
        "2;a=b\r\n{}",
    ] {
        examined(chunked(body));
    }
    examined(chunked(&format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "x".repeat(1 << 20))));
}

#[test]
fn bodies_that_say_to_be_packed() {
    // A bomb is none for who does not unpack: no encoding was asked for.
    for encoding in ["gzip", "br", "deflate", "zstd", "gzip, gzip"] {
        let head = format!("Content-Type: application/json\r\nContent-Encoding: {encoding}\r\n");
        examined(answer("200 OK", &head, "\u{1f}\u{8b}\u{8}\u{0}{}"));
    }
    let server = Server::answering(|_| answer("200 OK", "", "{}"));
    examine(&signed_in(), |run| run.env("CMDOP_API_URL", server.url()));
    assert!(server.heads().iter().all(|head| header(head, "accept-encoding").is_none()));
}

#[test]
fn numbers_and_waits_out_of_range() {
    for wait in [
        "-1",
        "1e9",
        "99999999999999999999",
        "9223372036854775807",
        "9223372036854775",
        "NaN",
        "",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let head =
            format!("Content-Type: application/json\r\nRetry-After: {wait}\r\nX-RateLimit-Reset: {wait}\r\n");
        examined(answer("429 Slow", &head, "{}"));
    }
    for number in [
        "1e400",
        "-1e400",
        "1e308",
        "9e99",
        "-9223372036854775808",
        "18446744073709551616",
        "0.1e-999",
        "NaN",
        "null",
    ] {
        let body = format!(
            "{{\"data\": {{\"id\": {number}, \"expires_at\": {number}, \"workspace\": {{\"id\": {number}}}}}, \
             \"meta\": {{\"total\": {number}, \"limit\": {number}, \"offset\": {number}, \"has_more\": true}}, \
             \"error\": {{\"retry_after\": {number}, \"code\": {number}}}}}"
        );
        for status in ["200 OK", "429 Slow"] {
            examined(answer(status, "Content-Type: application/json\r\n", &body));
        }
    }
}

#[test]
fn deep_and_wide_documents() {
    let json = "Content-Type: application/json\r\n";
    examined(answer("200 OK", json, &"[".repeat(500_000)));
    examined(answer("401 No", json, &format!("{}1{}", "{\"error\":".repeat(100_000), "}".repeat(100_000))));
    examined(answer("401 No", json, &format!("{}{}", "[".repeat(120), "]".repeat(120))));
    examined(answer("200 OK", json, &format!("{{\"data\": [{}1]}}", "1,".repeat(400_000))));
    examined(answer("200 OK", json, &"x".repeat(3 << 20)));
}

#[test]
fn pages_without_end() {
    let server = Server::answering(|head| {
        let machine =
            json!({"id": format!("mach_{}", path(head).len()), "name": path(head), "workspace_id": "ws_1"});
        let me = json!({"id": "usr_1", "workspace": {"id": "ws_1", "name": "acme"}, "role": "admin", "kind": "user"});
        let data = if path(head).contains("auth/me") { me } else { json!([machine]) };
        let offset =
            path(head).split("offset=").nth(1).and_then(|rest| rest.split('&').next()?.parse::<u64>().ok());
        let meta = json!({"total": u64::MAX, "limit": 1, "offset": offset.unwrap_or(0), "has_more": true});
        answer(
            "200 OK",
            "Content-Type: application/json\r\n",
            &json!({"data": data, "meta": meta}).to_string(),
        )
    });
    examine(&signed_in(), |run| run.env("CMDOP_API_URL", server.url()));
    assert!(server.heads().len() < 1000, "{} requests", server.heads().len());
}

#[test]
fn streams_without_end() {
    endless(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(b"X-More: of the same\r\n")?;
        }
    });
    endless(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            stream.write_all(&[b' '; 4096])?;
        }
    });
    endless(|stream| {
        loop {
            stream.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")?;
        }
    });
    endless(|stream| {
        loop {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
    });
    endless(|stream| {
        loop {
            // One byte at a time, each soon enough not to look like an end.
            stream.write_all(b"H")?;
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    });
    endless(|stream| {
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".iter().chain([b' '].iter().cycle()) {
            stream.write_all(&[*byte])?;
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Ok(())
    });
}

/// What a stranger is asked is told by its own log.
fn led_astray(location: impl Fn(&str, usize) -> String + Send + Sync + 'static) -> (usize, Vec<String>) {
    let stranger = Arc::new(Server::answering(|_| {
        answer("200 OK", "Content-Type: application/json\r\n", "{\"data\": []}")
    }));
    let (there, asked) = (stranger.url(), AtomicUsize::new(0));
    let server = Server::answering(move |_| {
        let to = location(&there, asked.fetch_add(1, Ordering::Relaxed));
        answer("307 Elsewhere", &format!("Location: {to}\r\n"), "")
    });
    examine(&signed_in(), |run: Run| {
        run.env("CMDOP_API_URL", server.url()).env("CMDOP_API_KEY", "cmd_acme_a1b2c3d4e5f6g7h8i9j0")
    });
    (server.heads().len(), stranger.heads())
}

#[test]
fn a_credential_follows_no_redirect_to_strangers() {
    for to in ["/x", "/v1/machines?a=b", ""] {
        let (asked, stranger) = led_astray(move |there, _| format!("{there}{to}"));
        assert!(asked > 0);
        let taken: Vec<&String> =
            stranger.iter().filter(|head| head.to_lowercase().contains("authorization:")).collect();
        assert_eq!(taken, Vec::<&String>::new());
        assert!(stranger.iter().all(|head| !head.contains("4711") && !head.contains("a1b2c3d4")));
    }
}

#[test]
fn redirects_that_lead_nowhere() {
    for to in [
        "file:///etc/passwd",
        "ftp://x.test/",
        "javascript:alert(1)",
        "//",
        "http://",
        "",
        "data:text/html,x",
        "gopher://x:1",
        "unix:///x",
    ] {
        led_astray(move |_, _| to.to_owned());
    }
    let (asked, _) = led_astray(|_, _| "/again".to_owned());
    let (circling, _) = led_astray(|_, nth| format!("/{nth}"));
    assert!(asked < 1000 && circling < 1000, "{asked} {circling}");
}
