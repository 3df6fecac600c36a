//! The place on this machine's loopback where the browser comes back to (RFC 8252 section 7.3).
//! Whoever else knocks (a scanner, a page of somebody else, a browser that asks for an icon) is
//! shown the door, and the waiting goes on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::page::Page;
use super::secrets;
use crate::model::secret::Secret;
use crate::world::loopback::listen;

/// The path of the callback.
const PATH: &str = "/callback";

/// A request's head beyond this is not read; browsers send a few hundred bytes.
const LARGEST_HEAD: usize = 16 * 1024;

/// How long a connection may take for its request.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many connections are looked at side by side; the others wait.
const SIDE_BY_SIDE: usize = 32;

/// How long the end of a sign-in waits for the browser to take its last page.
const LAST_PAGE: Duration = Duration::from_secs(2);

/// By which name the browser finds this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoopbackHost {
    /// 127.0.0.1, as RFC 8252 section 7.3 has it.
    #[default]
    V4,
    /// \[::1\], for servers that want it.
    V6,
    /// The name, which RFC 8252 section 8.3 advises against and some servers insist on.
    Name,
}

impl LoopbackHost {
    fn text(self) -> &'static str {
        match self {
            LoopbackHost::V4 => "127.0.0.1",
            LoopbackHost::V6 => "[::1]",
            LoopbackHost::Name => "localhost",
        }
    }
}

/// What the browser brought in place of a code.
#[derive(Debug)]
pub(in crate::auth) enum NoCode {
    /// The server says no (RFC 6749 section 4.1.2.1).
    Error { code: String, description: Option<String> },
    /// The answer names another server as its sender, or none though one was promised (RFC 9207).
    OtherIssuer(Option<String>),
}

/// A callback that belongs to this sign-in. The browser waits for a page.
#[derive(Debug)]
pub(in crate::auth) struct Arrival {
    /// The code, or why there is none.
    pub(in crate::auth) brought: Result<Secret<String>, NoCode>,
    page: oneshot::Sender<Page>,
    shown: oneshot::Receiver<()>,
}

impl Arrival {
    /// Shows that it worked.
    pub(in crate::auth) async fn signed_in(self, email: Option<&str>) {
        self.show(Page::signed_in(email)).await;
    }

    /// Shows that it did not, and why.
    pub(in crate::auth) async fn failed(self, why: &str) {
        self.show(Page::failed(why)).await;
    }

    async fn show(self, page: Page) {
        // A browser that has gone away misses the page and nothing else.
        if self.page.send(page).is_ok() {
            let _gone = timeout(LAST_PAGE, self.shown).await;
        }
    }
}

/// What a callback has to show.
#[derive(Debug)]
pub(in crate::auth) struct Expected {
    pub(in crate::auth) state: Secret<String>,
    pub(in crate::auth) issuer: String,
    /// The server promised to name itself.
    pub(in crate::auth) iss_sent: bool,
}

/// A port that is listened on, and the address that leads there.
#[derive(Debug)]
pub(in crate::auth) struct Desk {
    listeners: Vec<TcpListener>,
    /// Host and port as a browser writes them.
    authority: String,
}

impl Desk {
    /// Listens on `port`, 0 for any free one.
    pub(in crate::auth) async fn open(host: LoopbackHost, port: u16) -> io::Result<Desk> {
        let (v4, v6) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
        let first = listen(if host == LoopbackHost::V6 { v6 } else { v4 }, port).await?;
        let port = first.local_addr()?.port();
        let mut listeners = vec![first];
        if host == LoopbackHost::Name {
            // A browser takes either address for the name; without IPv6 there is one.
            listeners.extend(listen(v6, port).await);
        }
        Ok(Desk { listeners, authority: format!("{}:{port}", host.text()) })
    }

    /// Where the server shall send the browser.
    pub(in crate::auth) fn redirect_uri(&self) -> String {
        format!("http://{}{PATH}", self.authority)
    }

    /// Answers browsers until what this gives is dropped.
    pub(in crate::auth) fn attend(self, expected: Expected) -> Attended {
        let (found, arrivals) = mpsc::channel(1);
        let (strays, stray) = mpsc::channel(8);
        let asked = Asked {
            authority: self.authority,
            expected,
            taken: AtomicBool::new(false),
            found,
            strays,
            room: Semaphore::new(SIDE_BY_SIDE),
        };
        let asked = Arc::new(asked);
        let mut doors = JoinSet::new();
        for listener in self.listeners {
            doors.spawn(attend(listener, Arc::clone(&asked)));
        }
        Attended { arrivals, stray, _doors: doors }
    }
}

/// A desk at work; it closes when this is dropped.
#[derive(Debug)]
pub(in crate::auth) struct Attended {
    arrivals: mpsc::Receiver<Arrival>,
    stray: mpsc::Receiver<&'static str>,
    _doors: JoinSet<()>,
}

/// What happens at a desk.
#[derive(Debug)]
pub(in crate::auth) enum Event {
    /// The answer to this sign-in.
    Arrived(Arrival),
    /// A callback that was refused; says why.
    Stray(&'static str),
}

impl Attended {
    /// Waits for the next event. The first arrival is the only one.
    pub(in crate::auth) async fn next(&mut self) -> Event {
        tokio::select! {
            Some(arrival) = self.arrivals.recv() => Event::Arrived(arrival),
            Some(why) = self.stray.recv() => Event::Stray(why),
            else => std::future::pending().await,
        }
    }
}

/// What all connections share.
#[derive(Debug)]
struct Asked {
    authority: String,
    expected: Expected,
    /// The answer has come.
    taken: AtomicBool,
    found: mpsc::Sender<Arrival>,
    strays: mpsc::Sender<&'static str>,
    room: Semaphore,
}

async fn attend(listener: TcpListener, asked: Arc<Asked>) {
    let mut visitors = JoinSet::new();
    loop {
        // Too many open files, or a visitor who is gone again: the next one may fare better.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while visitors.try_join_next().is_some() {}
        let asked = Arc::clone(&asked);
        visitors.spawn(async move {
            let Ok(_place) = asked.room.acquire().await else { return };
            serve(stream, &asked).await;
        });
    }
}

async fn serve(mut stream: TcpStream, asked: &Asked) {
    let head = match timeout(PATIENCE, head(&mut stream)).await {
        Ok(Some(head)) => head,
        _ => return,
    };
    match judge(&head, asked) {
        Judged::Refused(page) => say(stream, &page).await,
        Judged::Callback(_) if asked.taken.swap(true, Ordering::AcqRel) => say(stream, &Page::over()).await,
        Judged::Callback(brought) => {
            let ((page, wanted), (done, shown)) = (oneshot::channel(), oneshot::channel());
            if asked.found.send(Arrival { brought, page, shown }).await.is_err() {
                return;
            }
            // Whoever drops the arrival shows nothing.
            let page = wanted.await.unwrap_or_else(|_| Page::failed("The terminal says why."));
            say(stream, &page).await;
            let _nobody_waits = done.send(());
        }
    }
}

/// The head of a request; `None` where it does not end, or is too large.
async fn head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut chunk = [0; 2048];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 && head.len() + read <= LARGEST_HEAD => {
                head.extend_from_slice(&chunk[..read])
            }
            _ => return None,
        }
    }
    Some(head)
}

async fn say(mut stream: TcpStream, page: &Page) {
    let all = async {
        stream.write_all(&page.answer()).await?;
        stream.shutdown().await?;
        // Closing with unread bytes would reset the connection before the page is read.
        let mut rest = [0; 2048];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _gone = timeout(LAST_PAGE, all).await;
}

/// What a request is.
enum Judged {
    Refused(Page),
    Callback(Result<Secret<String>, NoCode>),
}

/// Judges a request: Host, method, path and `state`, in this order, before anything else is looked
/// at. A page elsewhere that has this browser ask here has another Host (DNS rebinding) or no state.
fn judge(head: &[u8], asked: &Asked) -> Judged {
    let refused = |status, why| Judged::Refused(Page::refused(status, why));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    if !version.is_some_and(|version| version.starts_with("HTTP/1.")) || words.next().is_some() {
        return refused("400 Bad Request", "It is no HTTP request.");
    }
    let headers = lines.filter_map(|line| line.split_once(':'));
    let hosts: Vec<&str> = headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim())
        .collect();
    if hosts.len() != 1 || !hosts.iter().all(|host| host.eq_ignore_ascii_case(&asked.authority)) {
        return refused("421 Misdirected Request", "It was sent to another host.");
    }
    if method != Some("GET") {
        return refused("405 Method Not Allowed", "Only GET is answered here.");
    }
    let (path, query) =
        target.unwrap_or_default().split_once('?').unwrap_or((target.unwrap_or_default(), ""));
    match path {
        PATH => callback(query, asked),
        _ => refused("404 Not Found", "There is nothing at this address."),
    }
}

fn callback(query: &str, asked: &Asked) -> Judged {
    let stray = |why| {
        // Full means that strays enough were told of.
        let _told_enough = asked.strays.try_send(why);
        Judged::Refused(Page::refused("400 Bad Request", why))
    };
    let fields: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    // "MUST NOT be included more than once" (RFC 6749 section 3.1): then it is none.
    let field = |name: &str| {
        let mut values = fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_ref());
        values.next().filter(|value| !value.is_empty() && values.next().is_none())
    };
    match field("state") {
        None => return stray("It has no state."),
        Some(state) if !secrets::is(&asked.expected.state, state) => {
            return stray("It belongs to another sign-in (its state is another).");
        }
        Some(_) => {}
    }
    let mut named = fields.iter().filter(|(name, _)| name == "iss").map(|(_, value)| value.as_ref());
    let wrong = match (named.next(), named.next()) {
        (None, _) => asked.expected.iss_sent.then_some(None),
        (Some(iss), None) => (iss != asked.expected.issuer).then(|| Some(iss.to_owned())),
        (Some(_), Some(_)) => Some(None),
    };
    if let Some(named) = wrong {
        return Judged::Callback(Err(NoCode::OtherIssuer(named)));
    }
    match (field("error"), field("code")) {
        (Some(code), _) => Judged::Callback(Err(NoCode::Error {
            code: code.to_owned(),
            description: field("error_description").map(str::to_owned),
        })),
        (None, Some(code)) => Judged::Callback(Ok(Secret::new(code.to_owned()))),
        (None, None) => stray("It brings neither a code nor an error."),
    }
}

#[cfg(test)]
#[path = "callback_tests.rs"]
mod tests;
