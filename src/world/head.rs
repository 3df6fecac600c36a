//! The head of an HTTP/1 answer, read from a bare connection.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The most that is read while looking for the head's end.
const LIMIT: usize = 8 << 10;

/// A status and its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    /// The status with its words: `403 Forbidden`.
    pub(super) line: String,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Reads up to the end of a head; `None` if what comes is no HTTP. What comes after the head in
    /// the same packet is lost: use this where the other side then waits.
    pub(super) async fn read(wire: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Head>> {
        let mut bytes = Vec::with_capacity(1024);
        loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                return Ok(Head::parse(&String::from_utf8_lossy(&bytes[..end])));
            }
            if bytes.len() >= LIMIT || !b"HTTP/1.".starts_with(&bytes[..bytes.len().min(7)]) {
                return Ok(None);
            }
            if wire.read_buf(&mut bytes).await? == 0 {
                return if bytes.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(None) };
            }
        }
    }

    fn parse(text: &str) -> Option<Head> {
        let mut lines = text.lines();
        let (_, line) = lines.next()?.split_once(' ')?;
        let status = line.get(..3)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let owned = |(name, value): (&str, &str)| (name.trim().to_owned(), value.trim().to_owned());
        Some(Head { status, line: line.trim().to_owned(), headers: headers.map(owned).collect() })
    }

    /// All values of the header `name`.
    pub(super) fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let wanted = name.to_owned();
        let named = move |(known, _): &&(String, String)| known.eq_ignore_ascii_case(&wanted);
        self.headers.iter().filter(named).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> io::Result<Option<Head>> {
        Head::read(&mut &bytes[..]).await
    }

    #[tokio::test]
    async fn a_head_and_its_headers() {
        let head = read(b"HTTP/1.0 407 Who are you\r\nVia: a\r\nproxy-authenticate: NTLM\r\n\r\nbody").await;
        let head = head.unwrap().unwrap();
        assert_eq!((head.status, head.line.as_str()), (407, "407 Who are you"));
        assert_eq!(head.header("Proxy-Authenticate").collect::<Vec<_>>(), ["NTLM"]);
    }

    #[tokio::test]
    async fn what_is_no_http() {
        assert_eq!(read(b"SSH-2.0-OpenSSH_9.2\r\n").await.unwrap(), None);
        assert_eq!(read(b"HTTP/1.1 200 OK\r\n").await.unwrap(), None);
        assert_eq!(read(&[b"HTTP/1.1 ".to_vec(), vec![b'x'; 20_000]].concat()).await.unwrap(), None);
        assert_eq!(read(b"HTTP/1.1 \xff\xff\xff\r\n\r\n").await.unwrap(), None);
        assert!(read(b"").await.is_err());
    }
}
