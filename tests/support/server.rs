//! A server of one's own on loopback: a function makes the answer from the request's head.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Serves until it is dropped, one request per connection.
pub struct Server {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    stopping: Arc<AtomicBool>,
}

/// How a connection is handled, given the request's head.
type Handler = dyn Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync;

impl Server {
    /// Answers each request with the bytes that `answer` makes of its head, and closes.
    pub fn answering(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Server {
        Server::handling(move |head, stream| stream.write_all(&answer(head)))
    }

    /// Lets `handle` do what it wants with each connection.
    pub fn handling(
        handle: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            heads: Arc::default(),
            stopping: Arc::default(),
        };
        let (heads, stopping) = (Arc::clone(&server.heads), Arc::clone(&server.stopping));
        let handle: Arc<Handler> = Arc::new(handle);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::Acquire) {
                    return;
                }
                let (heads, handle) = (Arc::clone(&heads), Arc::clone(&handle));
                // A client that goes away in the middle is what some tests are about.
                std::thread::spawn(move || stream.and_then(|stream| serve(stream, &heads, &*handle)));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Release);
        let _woken = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, heads: &Mutex<Vec<String>>, handle: &Handler) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut chunk)? {
            0 => return Ok(()),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    heads.lock().unwrap().push(head.clone());
    handle(&head, &mut stream)
}

/// An answer with these header lines and this body, whose length and end are stated.
pub fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

/// An answer in JSON.
pub fn json(status: &str, body: &serde_json::Value) -> Vec<u8> {
    answer(status, "Content-Type: application/json\r\n", &body.to_string())
}

/// What the header `name` of a request says.
pub fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

/// The path of a request, with its query.
pub fn path(head: &str) -> &str {
    head.split_whitespace().nth(1).unwrap_or_default()
}
