//! Bare connections to a server: direct, or through the proxy that applies.

mod socks;

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use url::Url;
use zeroize::Zeroizing;

use super::World;
use super::dial::{self, Failure};
use super::exchange::shown;
use super::head::Head;
use super::names::with_port;
use super::proxies::{ProxyServer, Route, Scheme};
use super::roots::trusting;

/// A connection of any kind.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A connection that does not say what it is made of.
pub type AnyWire = Box<dyn Wire>;

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// To the server itself.
    #[error("{0}")]
    Server(Failure),
    #[error("the proxy: {0}")]
    Proxy(ProxyFault),
}

/// What is wrong with a proxy, with the words that came with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFault {
    #[error("{0}")]
    NotReached(Failure),
    /// It wants a user name and a password; `sent` says that it was given some.
    #[error("{words}")]
    Login { sent: bool, words: String },
    /// It answers, and refuses to go on to the server.
    #[error("{0}")]
    Refuses(String),
    /// It speaks something else.
    #[error("{0}")]
    NotAProxy(String),
    #[error("no answer in time")]
    Timeout,
    /// The variable names none that could be used.
    #[error("{0}")]
    BadUrl(&'static str),
}

impl World {
    /// A connection to the server of `url`, over which it can be spoken to as if it were direct.
    pub async fn wire(
        &self,
        url: &Url,
        ca_file: Option<&Path>,
        deadline: Instant,
    ) -> Result<AnyWire, Blocked> {
        match self.proxies().route(url) {
            Route::Direct { .. } => self.wire_to_server(url, deadline).await.map_err(Blocked::Server),
            Route::Broken { fault, .. } => Err(Blocked::Proxy(ProxyFault::BadUrl(fault))),
            Route::Through(proxy) => {
                self.tunnel(&proxy, url, ca_file, deadline).await.map_err(Blocked::Proxy)
            }
        }
    }

    async fn wire_to_server(&self, url: &Url, deadline: Instant) -> Result<AnyWire, Failure> {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        self.wire_to(host, port(url), deadline).await
    }

    async fn wire_to(&self, host: &str, port: u16, deadline: Instant) -> Result<AnyWire, Failure> {
        let found = timeout_at(deadline, self.names().of(host)).await.map_err(|_| Failure::NoAddress)?;
        let addresses = found.map_err(|_| Failure::NoAddress)?;
        let dialled = dial::any(&with_port(&addresses, port), deadline).await;
        dialled.stream.map(|stream| Box::new(stream) as AnyWire)
    }

    /// A connection to `proxy` itself; over TLS if it is an https one, so that a password in its URL
    /// reaches nobody else.
    pub async fn wire_to_proxy(
        &self,
        proxy: &ProxyServer,
        ca_file: Option<&Path>,
        deadline: Instant,
    ) -> Result<AnyWire, ProxyFault> {
        let wire = self.wire_to(&proxy.host, proxy.port, deadline).await.map_err(ProxyFault::NotReached)?;
        if proxy.scheme != Scheme::Https {
            return Ok(wire);
        }
        let no_tls = |words: String| ProxyFault::NotAProxy(format!("TLS to the proxy failed: {words}"));
        let roots = self.roots(ca_file).await.ok_or_else(|| no_tls("no root certificates".to_owned()))?;
        let config = trusting(roots.all.clone()).map_err(|error| no_tls(error.to_string()))?;
        let name = ServerName::try_from(proxy.host.clone()).map_err(|error| no_tls(error.to_string()))?;
        let shaking = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, wire);
        let shaken = timeout_at(deadline, shaking).await.map_err(|_| ProxyFault::Timeout)?;
        shaken.map(|wire| Box::new(wire) as AnyWire).map_err(|error| no_tls(error.to_string()))
    }

    /// A connection to the server of `url` through `proxy`.
    pub async fn tunnel(
        &self,
        proxy: &ProxyServer,
        url: &Url,
        ca_file: Option<&Path>,
        deadline: Instant,
    ) -> Result<AnyWire, ProxyFault> {
        let mut wire = self.wire_to_proxy(proxy, ca_file, deadline).await?;
        let opening = async {
            if proxy.speaks_http() {
                return open_http(&mut wire, proxy, url).await;
            }
            socks::greet(&mut wire, proxy.login()).await?;
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
            let found = if proxy.scheme == Scheme::Socks5 { self.names().of(host).await.ok() } else { None };
            socks::open(&mut wire, host, found.and_then(|found| found.first().copied()), port(url)).await
        };
        timeout_at(deadline, opening).await.map_err(|_| ProxyFault::Timeout)??;
        Ok(wire)
    }
}

/// Whether `proxy`, which speaks http, answers one harmless request for `url` without a credential.
pub async fn ask_proxy(
    wire: &mut AnyWire,
    proxy: &ProxyServer,
    url: &Url,
    deadline: Instant,
) -> Result<(), ProxyFault> {
    let asking = async {
        let target = shown(url);
        match request(wire, proxy, &format!("HEAD {target} HTTP/1.1"), url).await? {
            head if head.status == 407 => Err(login_fault(&head, proxy)),
            _ => Ok(()),
        }
    };
    timeout_at(deadline, asking).await.map_err(|_| ProxyFault::Timeout)?
}

/// Asks for a tunnel (RFC 9110 section 9.3.6).
async fn open_http(wire: &mut AnyWire, proxy: &ProxyServer, url: &Url) -> Result<(), ProxyFault> {
    let target = format!("{}:{}", url.host_str().unwrap_or_default(), port(url));
    let head = request(wire, proxy, &format!("CONNECT {target} HTTP/1.1"), url).await?;
    match head.status {
        200..=299 => Ok(()),
        407 => Err(login_fault(&head, proxy)),
        // A web server that knows no CONNECT.
        400 | 404 | 405 | 501 => Err(ProxyFault::NotAProxy(head.line)),
        _ => Err(ProxyFault::Refuses(head.line)),
    }
}

async fn request(wire: &mut AnyWire, proxy: &ProxyServer, line: &str, url: &Url) -> Result<Head, ProxyFault> {
    let host = url.host_str().unwrap_or_default();
    let mut text =
        Zeroizing::new(format!("{line}\r\nHost: {host}:{}\r\nUser-Agent: cmdop-doctor\r\n", port(url)));
    if let Some(login) = proxy.login() {
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(login.pair().as_bytes()));
        text.push_str(&format!("Proxy-Authorization: Basic {}\r\n", encoded.as_str()));
    }
    text.push_str("\r\n");
    let broke = |error: std::io::Error| ProxyFault::NotAProxy(format!("it hung up: {}", error.kind()));
    wire.write_all(text.as_bytes()).await.map_err(broke)?;
    let head = Head::read(wire).await.map_err(broke)?;
    head.ok_or_else(|| ProxyFault::NotAProxy("it does not speak HTTP".to_owned()))
}

/// The schemes that the proxy takes tell a person whether a password in its URL can help at all.
fn login_fault(head: &Head, proxy: &ProxyServer) -> ProxyFault {
    let schemes: Vec<&str> =
        head.header("Proxy-Authenticate").filter_map(|value| value.split_whitespace().next()).collect();
    let words = match schemes.as_slice() {
        [] => head.line.clone(),
        schemes => format!("{} (it takes {})", head.line, schemes.join(", ")),
    };
    ProxyFault::Login { sent: proxy.has_login(), words }
}

fn port(url: &Url) -> u16 {
    url.port_or_known_default().unwrap_or(443)
}
