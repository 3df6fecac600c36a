//! Names and addresses: what the system's resolver says, what the hosts file says, and what each
//! configured name server says.

mod servers;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::aside::Aside;
use super::files;

pub use servers::{Answer, NameServers};

/// How long the system's answer is shared by those who ask for the same name.
const FRESH: Duration = Duration::from_secs(1);

/// The most that is read of a hosts file. Blocking lists reach some megabytes.
const HOSTS_LIMIT: u64 = 16 << 20;

/// Where the hosts file is.
#[cfg(not(windows))]
pub const HOSTS_FILE: &str = "/etc/hosts";
#[cfg(windows)]
pub const HOSTS_FILE: &str = r"C:\Windows\System32\drivers\etc\hosts";

/// Why a name has no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// The system's words.
    #[error("{0}")]
    System(String),
    #[error("the name stands for no address")]
    Empty,
    #[error("the system's resolver could not be asked")]
    NotAsked,
}

type Looked = Result<Vec<IpAddr>, NoAddress>;

/// The system's resolver. It may block for ever, so each name is asked for on a thread of its own,
/// which everybody who wants that name shares.
#[derive(Debug, Default)]
pub struct Names(Mutex<HashMap<String, Aside<Looked>>>);

impl Names {
    /// The addresses of `host` as this machine's programs see them (getaddrinfo): hosts file, name
    /// servers and whatever else the machine is told to use.
    pub async fn of(&self, host: &str) -> Looked {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        self.asked(host).result().await.unwrap_or(Err(NoAddress::NotAsked))
    }

    fn asked(&self, host: &str) -> Aside<Looked> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, looked| !looked.is_stale(FRESH));
        let start = || {
            let host = host.to_owned();
            Aside::start(move || ask_system(&host))
        };
        known.entry(host.to_owned()).or_insert_with(start).clone()
    }
}

fn ask_system(host: &str) -> Looked {
    let found = (host, 0).to_socket_addrs().map_err(|error| NoAddress::System(error.to_string()))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.map(|found| found.ip()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() { Err(NoAddress::Empty) } else { Ok(addresses) }
}

/// `addresses` with `port`.
pub fn with_port(addresses: &[IpAddr], port: u16) -> Vec<SocketAddr> {
    addresses.iter().map(|address| SocketAddr::new(*address, port)).collect()
}

/// The addresses that the hosts file at `path` gives `host`. It may lie on a dead mount, so it is
/// read aside. A file that cannot be read names nobody.
pub async fn pinned(host: &str, path: &'static str) -> Vec<IpAddr> {
    let host = host.to_owned();
    let looking = Aside::start(move || match files::read_plain(Path::new(path), HOSTS_LIMIT) {
        Ok(bytes) => named_in(&String::from_utf8_lossy(&bytes), &host),
        Err(_) => Vec::new(),
    });
    looking.result().await.unwrap_or_default()
}

/// The addresses of the lines of a hosts file (hosts(5)) that name `host`.
fn named_in(hosts: &str, host: &str) -> Vec<IpAddr> {
    let host = host.trim_end_matches('.');
    let mut addresses = Vec::new();
    for line in hosts.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let Some(Ok(address)) = words.next().map(|word| word.split('%').next().unwrap_or(word).parse())
        else {
            continue;
        };
        if words.any(|name| name.eq_ignore_ascii_case(host)) && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn hosts_lines() {
        let hosts = "127.0.0.1 localhost\n# 9.9.9.9 api.cmdop.com\n10.0.0.1\tAPI.cmdop.com api # ours\n\
                     fe80::1%lo0 api.cmdop.com\nnonsense api.cmdop.com\n10.0.0.1 api.cmdop.com\n";
        assert_eq!(named_in(hosts, "api.cmdop.com"), ips(&["10.0.0.1", "fe80::1"]));
        assert_eq!(named_in(hosts, "api.cmdop.com."), ips(&["10.0.0.1", "fe80::1"]));
        assert_eq!(named_in(hosts, "cmdop.com"), ips(&[]));
    }

    #[tokio::test]
    async fn addresses_are_not_looked_up() {
        assert_eq!(Names::default().of("::1").await, Ok(ips(&["::1"])));
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_asked_for_has_no_address() {
        let names = Names::default();
        assert!(matches!(names.of("a b\0c").await, Err(NoAddress::System(_))));
    }
}
