//! Where a browser is sent back to: only to this machine, by its address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The beginnings of loopback redirect URIs, written as addresses (RFC 8252, section 7.3: any port;
/// section 8.3: not `localhost`).
const LOOPBACK: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];

/// Where to send a browser back to, as it was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(in crate::sandbox) struct RedirectUri {
    /// Character by character, for the comparison at the token endpoint.
    pub(super) text: String,
    url: Url,
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> String {
        uri.text
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = &'static str;

    fn try_from(text: String) -> Result<RedirectUri, &'static str> {
        RedirectUri::parse(&text)
    }
}

impl RedirectUri {
    /// The redirect URI `text`; fails with why it is none that a native client may have.
    pub(super) fn parse(text: &str) -> Result<RedirectUri, &'static str> {
        let url = Url::parse(text).map_err(|_| "it is no URL")?;
        let rest = LOOPBACK.iter().find_map(|start| text.strip_prefix(start));
        let literal = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']));
        // The prefix tells how it is written, the parsed host what it means: both have to agree.
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        if !literal || !ip.is_some_and(|ip| here.contains(&ip)) {
            return Err("it must begin with http://127.0.0.1 or http://[::1]");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not name a user");
        }
        if url.fragment().is_some() {
            return Err("it must have no fragment");
        }
        Ok(RedirectUri { text: text.to_owned(), url })
    }

    /// The URI with these answers added to its query.
    pub(super) fn with(&self, answers: &[(&str, &str)]) -> String {
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(answers);
        url.into()
    }

    /// What a form's Content-Security-Policy has to name, so that a browser follows the answer to a
    /// form there. An IPv6 address cannot be written in one, so all of http is named for it.
    pub(super) fn policy_source(&self) -> String {
        match self.url.host() {
            Some(Host::Ipv6(_)) => "http:".to_owned(),
            _ => self.url.origin().ascii_serialization(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_with_any_port_and_path_are_good() {
        for good in [
            "http://127.0.0.1:4711/callback",
            "http://127.0.0.1/",
            "http://127.0.0.1",
            "http://[::1]:4711/",
            "http://127.0.0.1:1/any/path?and=query",
        ] {
            assert!(RedirectUri::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in [
            "http://localhost:4711/callback",
            "https://127.0.0.1:4711/callback",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1:80@evil.example/",
            "http://127.1:4711/",
            "http://2130706433/",
            "http://127.0.0.2/",
            "http://[::ffff:127.0.0.1]/",
            "http://127.0.0.1:4711/#there",
            "http://user@127.0.0.1/",
            "cmdop://callback",
            "urn:ietf:wg:oauth:2.0:oob",
            "/callback",
            "",
        ] {
            assert!(RedirectUri::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn answers_are_added_to_the_query_that_is_there() {
        let uri = RedirectUri::parse("http://127.0.0.1:1/cb?a=1").unwrap();
        assert_eq!(uri.with(&[("state", "x&y z")]), "http://127.0.0.1:1/cb?a=1&state=x%26y+z");
    }
}
