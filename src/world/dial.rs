//! TCP connections.
#![expect(clippy::disallowed_methods, reason = "this is the door to the network")]

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

/// How long one address may keep the next one waiting (RFC 8305 section 8, "Connection Attempt Delay").
const STAGGER: Duration = Duration::from_millis(250);

/// How many addresses of one name are tried at most.
const MOST: usize = 16;

/// Why a connection could not be opened, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// This machine forbids it: a firewall, a sandbox.
    Denied,
    /// Nobody listens there.
    Refused,
    /// It was reset while it was being opened.
    Reset,
    /// No answer.
    Timeout,
    /// This machine has no way there.
    NoRoute,
    /// There is no address to try.
    NoAddress,
}

impl Failure {
    /// The word that facts use.
    pub fn name(self) -> &'static str {
        match self {
            Failure::Denied => "denied",
            Failure::Refused => "refused",
            Failure::Reset => "reset",
            Failure::Timeout => "timeout",
            Failure::NoRoute => "no_route",
            Failure::NoAddress => "no_address",
        }
    }

    /// What the system's error means for somebody who wanted to connect.
    pub fn of(error: &io::Error) -> Failure {
        match error.kind() {
            ErrorKind::PermissionDenied => Failure::Denied,
            ErrorKind::ConnectionRefused => Failure::Refused,
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => Failure::Reset,
            ErrorKind::TimedOut => Failure::Timeout,
            // ENETUNREACH, EHOSTUNREACH, ENETDOWN, and EADDRNOTAVAIL or EAFNOSUPPORT, which is how a
            // machine without an interface of that family answers.
            _ => Failure::NoRoute,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Failure::Denied => "this machine does not allow the connection",
            Failure::Refused => "nobody listens there",
            Failure::Reset => "the connection was reset",
            Failure::Timeout => "no answer",
            Failure::NoRoute => "there is no route to it",
            Failure::NoAddress => "the name has no address",
        })
    }
}

/// What came of trying some addresses.
#[derive(Debug)]
pub struct Dialled {
    pub stream: Result<TcpStream, Failure>,
    /// The address that the result comes from.
    pub address: Option<SocketAddr>,
    /// How many addresses were tried.
    pub tried: usize,
}

/// Connects to the first of `addresses` that answers: in their order, each a little after the one
/// before or at once when that one fails, all of them until `deadline`.
pub async fn any(addresses: &[SocketAddr], deadline: Instant) -> Dialled {
    let mut attempts = JoinSet::new();
    let mut waiting = addresses.iter().copied().take(MOST);
    let mut worst: Option<(Failure, SocketAddr)> = None;
    let mut tried = 0;
    loop {
        if let Some(address) = waiting.next() {
            tried += 1;
            attempts.spawn(async move { (address, one(address, deadline).await) });
        } else if attempts.is_empty() {
            let (failure, address) = match worst {
                Some((failure, address)) => (failure, Some(address)),
                None => (Failure::NoAddress, None),
            };
            return Dialled { stream: Err(failure), address, tried };
        }
        let ended = if waiting.len() == 0 {
            attempts.join_next().await
        } else {
            timeout(STAGGER, attempts.join_next()).await.ok().flatten()
        };
        match ended {
            Some(Ok((address, Ok(stream)))) => {
                return Dialled { stream: Ok(stream), address: Some(address), tried };
            }
            Some(Ok((address, Err(failure)))) => {
                worst = Some(worst.map_or((failure, address), |known| known.min((failure, address))));
            }
            _ => {}
        }
    }
}

async fn one(address: SocketAddr, deadline: Instant) -> Result<TcpStream, Failure> {
    match timeout_at(deadline, TcpStream::connect(address)).await {
        Ok(connected) => connected.map_err(|error| Failure::of(&error)),
        Err(_) => Err(Failure::Timeout),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    /// An address on which nobody listens: a port that was just given back.
    async fn closed() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
    }

    #[tokio::test]
    async fn goes_on_to_the_address_that_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let dialled = any(&[closed().await, open], soon()).await;
        assert!(dialled.stream.is_ok());
        assert_eq!((dialled.address, dialled.tried), (Some(open), 2));
    }

    #[tokio::test]
    async fn says_who_refused() {
        let address = closed().await;
        let dialled = any(&[address], soon()).await;
        assert_eq!(dialled.stream.err(), Some(Failure::Refused));
        assert_eq!(dialled.address, Some(address));
    }

    #[tokio::test]
    async fn nothing_to_try_is_no_address() {
        assert_eq!(any(&[], soon()).await.stream.err(), Some(Failure::NoAddress));
    }

    #[tokio::test]
    async fn a_deadline_in_the_past_ends_at_once() {
        let address: SocketAddr = "192.0.2.1:9".parse().unwrap();
        assert!(any(&[address], Instant::now()).await.stream.is_err());
    }
}
