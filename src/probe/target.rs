//! Whom a network probe asks: the host and port that its parameter names.

use url::Url;

use crate::model::evidence::{Reading, Why};

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) url: Url,
    /// A name or an address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Target {
    /// Reads an http or https URL, `host:port` or `host`. The error is the reading of a probe that
    /// cannot look.
    pub(super) fn parse(text: &str) -> Result<Target, Reading> {
        let refused = || Reading::Unavailable(Why::Refused("not the address of a server".to_owned()));
        let url = if text.contains("://") { Url::parse(text) } else { bare(text) }.map_err(|_| refused())?;
        let url = bared(url);
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(refused)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        match url.port_or_known_default() {
            Some(port) if matches!(url.scheme(), "http" | "https") => Ok(Target { host, port, url }),
            _ => Err(refused()),
        }
    }
}

/// `url` without user name and password, which the HTTP library would send.
fn bared(mut url: Url) -> Url {
    // These fail where there can be neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

fn bare(text: &str) -> Result<Url, url::ParseError> {
    let host = if text.parse::<std::net::Ipv6Addr>().is_ok() { format!("[{text}]") } else { text.to_owned() };
    Url::parse(&format!("https://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, u16)> {
        Target::parse(text).ok().map(|target| (target.host, target.port))
    }

    #[test]
    fn hosts_and_ports() {
        assert_eq!(read("https://api.cmdop.com/v1"), Some(("api.cmdop.com".to_owned(), 443)));
        assert_eq!(read("http://[::1]:4100"), Some(("::1".to_owned(), 4100)));
        assert_eq!(Target::parse("https://u:p@x.test/").unwrap().url.as_str(), "https://x.test/");
        assert_eq!(read("grpc.cmdop.com:8443"), Some(("grpc.cmdop.com".to_owned(), 8443)));
        assert_eq!(read("::1"), Some(("::1".to_owned(), 443)));
        for bad in ["", "ftp://x", "http://", "https://a b", "unix:///x"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
