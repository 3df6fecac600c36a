//! The entries of `NO_PROXY`: hosts that are reached without a proxy. No standard defines them; this
//! takes what curl and Go take: names (with all below them), addresses, networks, ports and `*`.

use std::net::IpAddr;

use url::{Host, Url};

/// The first entry of `list` that exempts `url`.
pub(super) fn entry<'a>(list: &'a str, url: &Url) -> Option<&'a str> {
    let host = url.host()?;
    let port = url.port_or_known_default();
    list.split(|char: char| char == ',' || char.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .find(|entry| covers(entry, &host, port))
}

fn covers(entry: &str, host: &Host<&str>, port: Option<u16>) -> bool {
    if entry == "*" {
        return true;
    }
    let (wanted, wanted_port) = split_port(entry);
    if wanted_port.is_some() && wanted_port != port {
        return false;
    }
    match host {
        Host::Domain(name) => covers_name(wanted, name),
        Host::Ipv4(address) => covers_address(wanted, IpAddr::V4(*address)),
        Host::Ipv6(address) => covers_address(wanted, IpAddr::V6(*address)),
    }
}

/// The entry without its port. An IPv6 address has a port only after brackets.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some((address, rest)) = entry.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return (address, rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match entry.split_once(':') {
        Some((host, port)) if !port.contains(':') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// Whether `name` is `wanted` or lies below it; a leading `.` or `*.` changes nothing.
fn covers_name(wanted: &str, name: &str) -> bool {
    let wanted = wanted.strip_prefix('*').unwrap_or(wanted).trim_matches('.');
    let name = name.trim_end_matches('.');
    let Some(start) = name.len().checked_sub(wanted.len()).filter(|_| !wanted.is_empty()) else {
        return false;
    };
    let same_end = name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(wanted));
    same_end && (start == 0 || name.as_bytes()[start - 1] == b'.')
}

fn covers_address(wanted: &str, address: IpAddr) -> bool {
    match wanted.split_once('/') {
        None => wanted.parse() == Ok(address),
        Some((network, length)) => match (network.parse(), length.parse()) {
            (Ok(network), Ok(length)) => shares_prefix(network, address, length),
            _ => false,
        },
    }
}

/// Whether both addresses are of one family and agree in their first `length` bits.
fn shares_prefix(network: IpAddr, address: IpAddr, length: u32) -> bool {
    match (network, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) if length <= 32 => {
            (u32::from(a) ^ u32::from(b)).checked_shr(32 - length).unwrap_or(0) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b)) if length <= 128 => {
            (u128::from(a) ^ u128::from(b)).checked_shr(128 - length).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exempts(list: &str, url: &str) -> bool {
        entry(list, &Url::parse(url).unwrap()).is_some()
    }

    #[test]
    fn names_cover_what_lies_below_them() {
        for entry in ["cmdop.com", ".cmdop.com", "*.cmdop.com", "CMDOP.com", "*"] {
            assert!(exempts(entry, "https://api.cmdop.com/v1"), "{entry}");
        }
        assert!(exempts(".cmdop.com", "https://cmdop.com"));
        for entry in ["mdop.com", "other.com", "api.cmdop.com.evil", "", "."] {
            assert!(!exempts(entry, "https://api.cmdop.com"), "{entry}");
        }
    }

    #[test]
    fn ports_must_agree() {
        assert!(exempts("cmdop.com:443", "https://api.cmdop.com"));
        assert!(!exempts("cmdop.com:8443", "https://api.cmdop.com"));
        assert!(exempts("[::1]:4100", "http://[::1]:4100"));
        assert!(!exempts("[::1]:4100", "http://[::1]:4101"));
    }

    #[test]
    fn addresses_and_networks() {
        assert!(exempts("10.0.0.0/8", "http://10.9.8.7"));
        assert!(!exempts("10.0.0.0/8", "http://11.0.0.1"));
        assert!(exempts("0.0.0.0/0", "http://203.0.113.5"));
        assert!(exempts("::1", "http://[::1]:1"));
        assert!(exempts("fd00::/8", "http://[fd12::1]"));
        assert!(!exempts("fd00::/129", "http://[fd12::1]"));
        assert!(!exempts("10.0.0.0/8", "http://host.test"));
        assert!(!exempts("127.0.0.1", "http://127.0.0.10"));
    }

    #[test]
    fn the_entry_that_decides_is_told() {
        let url = Url::parse("https://api.cmdop.com").unwrap();
        assert_eq!(entry("a.test,\tcmdop.com *", &url), Some("cmdop.com"));
    }
}
