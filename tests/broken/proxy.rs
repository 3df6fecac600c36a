//! HTTP proxies: one that works, and some that do not. A dead one is [`Refusing`], a silent one
//! [`Server::mute`].
//!
//! [`Refusing`]: super::tcp::Refusing

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;

use super::tcp::{Server, Then, note, read_head};

/// A SOCKS proxy that wants no login, and to whom the server refuses the connection (RFC 1928 section 6).
pub(crate) fn socks_refuses() -> Server {
    Server::with(|mut stream, heads| {
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting)?;
        stream.write_all(&[5, 0])?;
        note(heads, read_head(&mut stream)?);
        stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0])?;
        Ok(Then::Close)
    })
}

/// Wants a user name and a password, and takes none that it is given.
pub(crate) fn wants_auth() -> Server {
    Server::says(
        "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"office\"\r\n\
         content-length: 0\r\nconnection: close\r\n\r\n",
    )
}

/// Lets nobody through, by policy.
pub(crate) fn blocks() -> Server {
    Server::says(
        "HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 32\r\n\
         connection: close\r\n\r\n<h1>Blocked by your company</h1>\n",
    )
}

/// A web server that is no proxy.
pub(crate) fn not_a_proxy() -> Server {
    Server::says("HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

/// A proxy that works, for CONNECT and for plain HTTP. It asks for no credentials, and
/// [`Server::heads`] tells what was asked of it.
pub(crate) fn works() -> Server {
    Server::with(|mut client, heads| {
        let head = read_head(&mut client)?;
        note(heads, head.clone());
        let text = String::from_utf8_lossy(&head).into_owned();
        let mut words = text.split_ascii_whitespace();
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut server = TcpStream::connect(authority(target))?;
        match method {
            "CONNECT" => client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?,
            _ => server.write_all(&head)?,
        }
        join(client, server)?;
        Ok(Then::Close)
    })
}

/// `host:port` of a CONNECT target, or of a whole URL.
fn authority(target: &str) -> &str {
    let after_scheme = target.split_once("://").map_or(target, |(_, rest)| rest);
    after_scheme.split_once('/').map_or(after_scheme, |(authority, _)| authority)
}

/// Copies both ways until both sides are done.
fn join(client: TcpStream, server: TcpStream) -> io::Result<()> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let upward = thread::spawn(move || {
        let _cut = io::copy(&mut from_client, &mut to_server);
        to_server.shutdown(std::net::Shutdown::Write)
    });
    let (mut from_server, mut to_client) = (server, client);
    let _cut = io::copy(&mut from_server, &mut to_client);
    let _gone = to_client.shutdown(std::net::Shutdown::Both);
    let _panicked = upward.join();
    Ok(())
}
