//! This machine's loopback: its names, and its ports.
#![expect(clippy::disallowed_methods, reason = "this is the door to sockets")]

use std::io;
use std::net::{IpAddr, TcpListener};

/// Listens on `port` of `address` and stops at once; 0 is any free port. Nothing is sent.
pub fn try_listen(address: IpAddr, port: u16) -> io::Result<()> {
    TcpListener::bind((address, port)).map(drop)
}

/// Whether `host` is this machine: `localhost` (RFC 6761 section 6.3) or a loopback address.
pub fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').trim_matches(['[', ']']).to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Listens on `port` of `address`; 0 is any free port. Needs a runtime.
pub async fn listen(address: IpAddr, port: u16) -> io::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind((address, port)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn a_port_is_busy_while_somebody_listens() {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let taken = TcpListener::bind((here, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_eq!(try_listen(here, port).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(taken);
        try_listen(here, 0).unwrap();
    }

    #[test]
    fn loopback() {
        for host in ["localhost", "LOCALHOST.", "api.localhost", "127.8.9.1", "[::1]", "::ffff:127.0.0.1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.com", "notlocalhost", "10.0.0.1", "é.localhos"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
