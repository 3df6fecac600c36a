//! The desk against browsers, scanners and other people's pages.
#![expect(clippy::disallowed_methods, reason = "a test is its own browser")]

use super::*;

const STATE: &str = "expected-state";

fn expected(iss_sent: bool) -> Expected {
    Expected { state: Secret::new(STATE.to_owned()), issuer: "https://id.test".to_owned(), iss_sent }
}

async fn desk(iss_sent: bool) -> (Attended, u16) {
    let desk = Desk::open(LoopbackHost::V4, 0).await.unwrap();
    let port = desk.listeners[0].local_addr().unwrap().port();
    assert_eq!(desk.redirect_uri(), format!("http://127.0.0.1:{port}/callback"));
    (desk.attend(expected(iss_sent)), port)
}

/// Sends `request` and reads what comes.
async fn sent(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

fn get(port: u16, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
}

async fn status(port: u16, request: &str) -> String {
    sent(port, request).await.split(' ').nth(1).unwrap_or("-").to_owned()
}

#[tokio::test]
async fn whatever_is_no_answer_is_refused_and_the_waiting_goes_on() {
    let (mut attended, port) = desk(false).await;
    let good = format!("/callback?code=c&state={STATE}");
    for (request, expected) in [
        (format!("GET {good} HTTP/1.1\r\nHost: evil.test\r\n\r\n"), "421"),
        (format!("GET {good} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"), "421"),
        (format!("GET {good} HTTP/1.1\r\n\r\n"), "421"),
        (format!("GET {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n\r\n"), "421"),
        (format!("POST {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), "405"),
        (get(port, &format!("/favicon.ico?code=c&state={STATE}")), "404"),
        (get(port, "/callback"), "400"),
        (get(port, "/callback?code=c"), "400"),
        (get(port, "/callback?code=c&state=other"), "400"),
        (get(port, &format!("/callback?code=c&state={STATE}&state=x")), "400"),
        (get(port, &format!("/callback?state={STATE}")), "400"),
        (get(port, "/callback?error=access_denied"), "400"),
        ("nonsense\r\n\r\n".to_owned(), "400"),
        (format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(LARGEST_HEAD)), "-"),
    ] {
        assert_eq!(status(port, &request).await, expected, "{}", &request[..request.len().min(80)]);
    }
    assert!(matches!(attended.next().await, Event::Stray("It has no state.")));
    let browser = tokio::spawn(async move { sent(port, &get(port, &good)).await });
    let arrival = loop {
        match attended.next().await {
            Event::Arrived(arrival) => break arrival,
            Event::Stray(_) => {}
        }
    };
    assert!(matches!(&arrival.brought, Ok(code) if code.expose() == "c"));
    arrival.signed_in(Some("ada@example.test")).await;
    assert!(browser.await.unwrap().contains("You are signed in as ada@example.test"));
}

#[tokio::test]
async fn a_second_answer_is_told_that_it_is_over() {
    let (mut attended, port) = desk(false).await;
    let target = format!("/callback?code=c&state={STATE}");
    let first = {
        let request = get(port, &target);
        tokio::spawn(async move { sent(port, &request).await })
    };
    let Event::Arrived(arrival) = attended.next().await else { panic!() };
    let second = sent(port, &get(port, &format!("/callback?code=other&state={STATE}"))).await;
    assert!(second.contains("answered already"), "{second}");
    arrival.failed("<b>no</b>").await;
    assert!(first.await.unwrap().contains("&lt;b&gt;no"));
}

#[tokio::test]
async fn idle_connections_hold_nobody_up() {
    let (mut attended, port) = desk(false).await;
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap());
    }
    let request = get(port, &format!("/callback?error=access_denied&error_description=no+way&state={STATE}"));
    let browser = tokio::spawn(async move { sent(port, &request).await });
    let Event::Arrived(arrival) = attended.next().await else { panic!() };
    assert!(matches!(&arrival.brought, Err(NoCode::Error { code, description })
        if code == "access_denied" && description.as_deref() == Some("no way")));
    drop(arrival);
    assert!(browser.await.unwrap().contains("You are not signed in"));
}

async fn issuer(iss_sent: bool, iss: &str) -> Result<Secret<String>, NoCode> {
    let (mut attended, port) = desk(iss_sent).await;
    let request = get(port, &format!("/callback?code=c&state={STATE}{iss}"));
    tokio::spawn(async move { sent(port, &request).await });
    let Event::Arrived(arrival) = attended.next().await else { panic!() };
    arrival.brought
}

#[tokio::test]
async fn the_sender_of_the_answer_is_compared() {
    let right = "&iss=https%3A%2F%2Fid.test";
    assert!(issuer(false, "").await.is_ok());
    assert!(issuer(false, right).await.is_ok());
    assert!(issuer(true, right).await.is_ok());
    assert!(matches!(issuer(true, "").await, Err(NoCode::OtherIssuer(None))));
    assert!(matches!(issuer(false, &right.repeat(2)).await, Err(NoCode::OtherIssuer(None))));
    for wrong in
        ["&iss=https%3A%2F%2Fevil.test", "&iss=https%3A%2F%2Fid.test%2F", "&iss=x&iss=https%3A%2F%2Fid.test"]
    {
        let brought = issuer(true, wrong).await;
        assert!(matches!(brought, Err(NoCode::OtherIssuer(_))), "{wrong}: {brought:?}");
    }
}

#[tokio::test]
async fn a_busy_port_is_an_error() {
    let first = Desk::open(LoopbackHost::V4, 0).await.unwrap();
    let port = first.listeners[0].local_addr().unwrap().port();
    let busy = Desk::open(LoopbackHost::V4, port).await.unwrap_err();
    assert_eq!(busy.kind(), io::ErrorKind::AddrInUse);
}
