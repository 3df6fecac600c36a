//! TCP servers: closed, full, silent, cutting, and talking nonsense.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpSocket;

/// How long a server waits for a client that says nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection over loopback takes at most, where the queue has room for it.
const QUEUED: Duration = Duration::from_millis(300);

/// What becomes of a connection when its handler is done.
pub(crate) enum Then {
    Close,
    /// Nothing more happens on it until the server stops.
    Hold(TcpStream),
}

/// A server whose connections are handled by a function, each on a thread of its own.
pub(crate) struct Server {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
    heads: Heads,
}

/// The first bytes of each connection, as text.
type Heads = Arc<Mutex<Vec<String>>>;

impl Server {
    /// A server that lets `handle` do what it wants with each connection.
    pub(crate) fn with(
        handle: impl Fn(TcpStream, &Heads) -> io::Result<Then> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let stopping = Arc::new(AtomicBool::new(false));
        let heads = Heads::default();
        let acceptor = {
            let (stopping, heads) = (stopping.clone(), heads.clone());
            std::thread::spawn(move || accept(&listener, &stopping, &heads, Arc::new(handle)))
        };
        Server { address, stopping, acceptor: Some(acceptor), heads }
    }

    /// Accepts and never answers.
    pub(crate) fn mute() -> Server {
        Server::with(|stream, _| Ok(Then::Hold(stream)))
    }

    /// Accepts and closes at once.
    pub(crate) fn closes() -> Server {
        Server::with(|_, _| Ok(Then::Close))
    }

    /// Accepts, lets the client speak, and resets the connection: closing with bytes unread makes
    /// the kernel send RST.
    pub(crate) fn resets() -> Server {
        Server::with(|stream, _| {
            stream.peek(&mut [0])?;
            Ok(Then::Close)
        })
    }

    /// Reads a request, answers with exactly these bytes, and closes. For answers that are no
    /// HTTP, and for HTTP that no library would write: without a Date, in version 1.0, garbled.
    pub(crate) fn says(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = bytes.into();
        Server::with(move |mut stream, heads| {
            note(heads, read_head(&mut stream)?);
            stream.write_all(&bytes)?;
            Ok(Then::Close)
        })
    }

    /// Like [`Server::says`], but then holds the connection: an answer that never ends.
    pub(crate) fn says_and_stalls(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = bytes.into();
        Server::with(move |mut stream, heads| {
            note(heads, read_head(&mut stream)?);
            stream.write_all(&bytes)?;
            Ok(Then::Hold(stream))
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The server's URL in the given scheme.
    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    /// What clients sent first, oldest first.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _wake_the_acceptor = TcpStream::connect(self.address);
        let _panicked = self.acceptor.take().map(JoinHandle::join);
    }
}

fn accept<H>(listener: &TcpListener, stopping: &AtomicBool, heads: &Heads, handle: Arc<H>)
where
    H: Fn(TcpStream, &Heads) -> io::Result<Then> + Send + Sync + 'static,
{
    let held = Arc::new(Mutex::new(Vec::new()));
    for stream in listener.incoming() {
        if stopping.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let _unsupported = stream.set_read_timeout(Some(PATIENCE));
        let (handle, heads, held) = (handle.clone(), heads.clone(), held.clone());
        std::thread::spawn(move || {
            if let Ok(Then::Hold(stream)) = handle(stream, &heads) {
                held.lock().unwrap().push(stream);
            }
        });
    }
    held.lock().unwrap().clear();
}

/// Remembers what a client sent.
pub(crate) fn note(heads: &Mutex<Vec<String>>, head: Vec<u8>) {
    heads.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
}

/// The head of an HTTP request, or whatever else comes first, at most 64 KiB.
pub(crate) fn read_head(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while head.len() < 64 * 1024 {
        let count = stream.read(&mut chunk)?;
        head.extend_from_slice(&chunk[..count]);
        let speaks_http = head.first().is_some_and(u8::is_ascii_uppercase);
        if count == 0 || !speaks_http || head.windows(4).any(|end| end == b"\r\n\r\n") {
            break;
        }
    }
    Ok(head)
}

/// A port where connections are refused, kept from others for as long as this lives: it is bound,
/// and nobody listens.
pub(crate) struct Refusing {
    port: u16,
    _bound: TcpSocket,
}

impl Refusing {
    pub(crate) fn start() -> Refusing {
        let bound = TcpSocket::new_v4().unwrap();
        bound.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let port = bound.local_addr().unwrap().port();
        Refusing { port, _bound: bound }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL in the given scheme.
    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}", self.port)
    }
}

/// A port that neither takes nor refuses a connection: its queue is full, and the kernel drops what
/// comes after.
pub(crate) struct Full {
    address: SocketAddr,
    _listener: TcpListener,
    _queued: Vec<TcpStream>,
}

impl Full {
    pub(crate) fn start() -> Full {
        // Only the runtime's sockets let one choose how long the queue is.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let inside = runtime.enter();
        let bound = TcpSocket::new_v4().unwrap();
        bound.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let listener = bound.listen(0).and_then(tokio::net::TcpListener::into_std).unwrap();
        drop(inside);
        let address = listener.local_addr().unwrap();
        let queued = std::iter::from_fn(|| TcpStream::connect_timeout(&address, QUEUED).ok()).collect();
        Full { address, _listener: listener, _queued: queued }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The URL in the given scheme.
    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }
}
