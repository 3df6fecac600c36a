//! Ports on this machine's loopback.
#![expect(clippy::disallowed_methods, reason = "this is the door to sockets")]

use std::io;
use std::net::{IpAddr, TcpListener};

/// Listens on `port` of `address` and stops at once; 0 is any free port. Nothing is sent.
pub fn try_listen(address: IpAddr, port: u16) -> io::Result<()> {
    TcpListener::bind((address, port)).map(drop)
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
}
