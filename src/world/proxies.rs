//! Which proxy stands between this machine and a URL: a pure function of the environment.
//!
//! The precedence is the HTTP library's own, so that what is reported is what requests do: capitals
//! before small letters, the variable of the scheme before `ALL_PROXY`, set to nothing is as good as
//! unset, and loopback is not exempt unless `NO_PROXY` says so.

mod exempt;

use std::fmt;

use url::Url;
use zeroize::Zeroizing;

use super::Env;
use crate::model::secret::Secret;

/// The proxy variables, capitals first.
const SPELLINGS: [(&str, &str); 4] = [
    ("HTTPS_PROXY", "https_proxy"),
    ("HTTP_PROXY", "http_proxy"),
    ("ALL_PROXY", "all_proxy"),
    ("NO_PROXY", "no_proxy"),
];

/// Set by CGI servers. A request header `Proxy:` arrives there as `HTTP_PROXY`, so that any client
/// could choose the proxy (CVE-2016-5385, "httpoxy").
const CGI: &str = "REQUEST_METHOD";

/// A variable that is set to something. The value may carry a password.
#[derive(Debug)]
struct Setting {
    variable: &'static str,
    value: Secret<String>,
}

/// What the environment says about proxies.
#[derive(Debug)]
pub struct Proxies {
    https: Option<Setting>,
    http: Option<Setting>,
    all: Option<Setting>,
    no: Option<Setting>,
    /// The variables that are set to something.
    pub set: Vec<&'static str>,
    /// The variables whose two spellings are set to different values.
    pub conflicting: Vec<&'static str>,
    /// A variable that is set and must not be obeyed.
    pub ignored: Option<&'static str>,
}

/// How a URL is reached.
#[derive(Debug)]
pub enum Route {
    /// Without a proxy; `bypass` is the `NO_PROXY` entry that exempts the URL from one.
    Direct {
        bypass: Option<String>,
    },
    Through(ProxyServer),
    /// `variable` applies and names no usable proxy.
    Broken {
        variable: &'static str,
        fault: &'static str,
    },
}

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
    /// SOCKS 5 with names resolved here.
    Socks5,
    /// SOCKS 5 with names resolved by the proxy.
    Socks5h,
}

/// A proxy. Its `Debug` shows no credentials.
pub struct ProxyServer {
    /// The variable that names it.
    pub variable: &'static str,
    pub scheme: Scheme,
    /// A name or an address, without brackets.
    pub host: String,
    pub port: u16,
    /// The whole URL, with its user name and password.
    full: Secret<String>,
    login: Option<Login>,
}

/// What a proxy URL carries to sign in with.
#[derive(Debug)]
pub(super) struct Login {
    pub(super) user: Secret<String>,
    pub(super) password: Secret<String>,
}

impl Proxies {
    /// Reads the proxy variables of `env`.
    pub fn of(env: &Env) -> Proxies {
        let ignored = (env.is_set(CGI) && value(env, "HTTP_PROXY").is_some()).then_some("HTTP_PROXY");
        let pick = |(capitals, small): (&'static str, &'static str)| {
            [capitals, small].into_iter().filter(|name| Some(*name) != ignored).find_map(|variable| {
                value(env, variable).map(|value| Setting { variable, value: Secret::new(value) })
            })
        };
        let [https, http, all, no] = SPELLINGS.map(pick);
        let names = SPELLINGS.into_iter().flat_map(|(capitals, small)| [capitals, small]);
        Proxies {
            https,
            http,
            all,
            no,
            set: names.filter(|name| value(env, name).is_some()).collect(),
            conflicting: SPELLINGS
                .into_iter()
                .filter(|pair| disagree(env, *pair))
                .map(|pair| pair.0)
                .collect(),
            ignored,
        }
    }

    /// Whether any proxy is named at all.
    pub fn any(&self) -> bool {
        self.https.is_some() || self.http.is_some() || self.all.is_some()
    }

    /// The values of all variables that name a proxy, with the passwords in them.
    pub fn addresses(&self) -> impl Iterator<Item = &Secret<String>> {
        [&self.https, &self.http, &self.all].into_iter().flatten().map(|setting| &setting.value)
    }

    /// How `url` is reached.
    pub fn route(&self, url: &Url) -> Route {
        let own = if url.scheme() == "https" { &self.https } else { &self.http };
        let Some(setting) = own.as_ref().or(self.all.as_ref()) else {
            return Route::Direct { bypass: None };
        };
        let entry = self.no.as_ref().and_then(|no| exempt::entry(no.value.expose(), url));
        if let Some(entry) = entry {
            return Route::Direct { bypass: Some(entry.to_owned()) };
        }
        match ProxyServer::parse(setting.variable, setting.value.expose()) {
            Ok(server) => Route::Through(server),
            Err(fault) => Route::Broken { variable: setting.variable, fault },
        }
    }
}

fn value(env: &Env, name: &str) -> Option<String> {
    env.raw(name).map(|raw| raw.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

fn disagree(env: &Env, (capitals, small): (&str, &str)) -> bool {
    matches!((value(env, capitals), value(env, small)), (Some(a), Some(b)) if a != b)
}

impl ProxyServer {
    /// Reads a proxy URL; without a scheme it is http. The fault never repeats the value.
    fn parse(variable: &'static str, value: &str) -> Result<ProxyServer, &'static str> {
        if value.chars().any(|char| char.is_whitespace() || char.is_control()) {
            return Err("it contains white space");
        }
        let full = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
        let url = Url::parse(&full).map_err(|_| "it is not a URL")?;
        let (scheme, usual_port) = match url.scheme() {
            "http" => (Scheme::Http, 80),
            "https" => (Scheme::Https, 443),
            "socks5" => (Scheme::Socks5, 1080),
            "socks5h" => (Scheme::Socks5h, 1080),
            _ => return Err("its scheme is none of http, https, socks5, socks5h"),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?;
        Ok(ProxyServer {
            variable,
            scheme,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port().unwrap_or(usual_port),
            login: Login::of(&url),
            full: Secret::new(url.into()),
        })
    }

    /// The proxy's URL without credentials.
    pub fn shown(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::Socks5 => "socks5",
            Scheme::Socks5h => "socks5h",
        };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{scheme}://{host}:{}", self.port)
    }

    /// Whether its URL carries a user name or a password.
    pub fn has_login(&self) -> bool {
        self.login.is_some()
    }

    /// Whether it is spoken to in HTTP rather than SOCKS.
    pub fn speaks_http(&self) -> bool {
        matches!(self.scheme, Scheme::Http | Scheme::Https)
    }

    pub(super) fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }

    /// The URL with credentials, for the HTTP library alone.
    pub(super) fn full(&self) -> &str {
        self.full.expose()
    }
}

impl fmt::Debug for ProxyServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyServer({} by {})", self.shown(), self.variable)
    }
}

impl Login {
    fn of(url: &Url) -> Option<Login> {
        let password = url.password().unwrap_or_default();
        if url.username().is_empty() && password.is_empty() {
            return None;
        }
        Some(Login {
            user: Secret::new(unescaped(url.username())),
            password: Secret::new(unescaped(password)),
        })
    }

    /// Both with a colon between, as Basic authentication wants them (RFC 7617 section 2).
    pub(super) fn pair(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}", self.user.expose(), self.password.expose()))
    }
}

/// Undoes percent-encoding (RFC 3986 section 2.1); what is no valid escape stays as it is.
pub fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = after.get(..2).filter(|_| first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match escape.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(pairs: &[(&str, &str)], url: &str) -> Route {
        Proxies::of(&Env::made_of(pairs.iter().copied())).route(&Url::parse(url).unwrap())
    }

    /// The variable and the proxy's URL, or how it is reached instead.
    fn by(pairs: &[(&str, &str)], url: &str) -> String {
        match route(pairs, url) {
            Route::Through(server) => format!("{} {}", server.variable, server.shown()),
            Route::Direct { bypass: None } => "direct".to_owned(),
            Route::Direct { bypass: Some(entry) } => format!("direct by {entry}"),
            Route::Broken { variable, fault } => format!("{variable} broken: {fault}"),
        }
    }

    #[test]
    fn the_scheme_decides_and_capitals_precede() {
        let both = [("HTTPS_PROXY", "http://up:1"), ("https_proxy", "http://low:2"), ("ALL_PROXY", "all:3")];
        assert_eq!(by(&both, "https://x.test"), "HTTPS_PROXY http://up:1");
        assert_eq!(by(&both, "http://x.test"), "ALL_PROXY http://all:3");
        assert_eq!(by(&both[1..2], "https://x.test"), "https_proxy http://low:2");
        assert_eq!(by(&both[..2], "http://x.test"), "direct");
        assert_eq!(
            by(&[("HTTPS_PROXY", ""), ("all_proxy", "socks5://s")], "https://x.test"),
            "all_proxy socks5://s:1080"
        );
    }

    #[test]
    fn loopback_is_not_exempt_by_itself() {
        let dead = [("HTTP_PROXY", "http://127.0.0.1:9")];
        assert_eq!(by(&dead, "http://127.0.0.1:4100"), "HTTP_PROXY http://127.0.0.1:9");
        let exempt = [dead[0], ("no_proxy", "localhost, 127.0.0.0/8")];
        assert_eq!(by(&exempt, "http://127.0.0.1:4100"), "direct by 127.0.0.0/8");
    }

    #[test]
    fn a_proxy_that_a_request_could_choose_is_ignored() {
        let cgi = [("HTTP_PROXY", "http://evil"), ("REQUEST_METHOD", "GET")];
        assert_eq!(by(&cgi, "http://x.test"), "direct");
        assert_eq!(Proxies::of(&Env::made_of(cgi)).ignored, Some("HTTP_PROXY"));
        let small = [cgi[0], cgi[1], ("http_proxy", "http://mine")];
        assert_eq!(by(&small, "http://x.test"), "http_proxy http://mine:80");
    }

    #[test]
    fn what_names_no_proxy_is_broken() {
        for (value, fault) in [
            ("ftp://x", "its scheme is none of http, https, socks5, socks5h"),
            ("http://", "it is not a URL"),
            ("http://a b", "it contains white space"),
            ("http://x:99999", "it is not a URL"),
        ] {
            assert_eq!(
                by(&[("HTTPS_PROXY", value)], "https://x.test"),
                format!("HTTPS_PROXY broken: {fault}")
            );
        }
    }

    #[test]
    fn credentials_are_read_and_never_shown() {
        let Route::Through(server) = route(&[("HTTPS_PROXY", "http://ad%40a:p%3aw@[::1]:8")], "https://x")
        else {
            panic!("no proxy");
        };
        let login = server.login().unwrap();
        assert_eq!((login.user.expose().as_str(), login.password.expose().as_str()), ("ad@a", "p:w"));
        assert_eq!((server.shown().as_str(), server.host.as_str()), ("http://[::1]:8", "::1"));
        assert_eq!(
            format!("{server:?} {login:?}"),
            "ProxyServer(http://[::1]:8 by HTTPS_PROXY) Login { user: ***, password: *** }"
        );
    }

    #[test]
    fn two_spellings_with_one_value_do_not_conflict() {
        let same = Proxies::of(&Env::made_of([("NO_PROXY", "a"), ("no_proxy", "a")]));
        assert!(same.conflicting.is_empty());
        assert_eq!(same.set, ["NO_PROXY", "no_proxy"]);
        let other = Proxies::of(&Env::made_of([("NO_PROXY", "a"), ("no_proxy", "b")]));
        assert_eq!(other.conflicting, ["NO_PROXY"]);
    }
}
