//! The configured name servers, each asked by itself, so that a failure is told as it is.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::config::{
    LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::Name;
use tokio::task::JoinSet;

use crate::world::aside::Aside;

/// How many name servers a resolver asks (`MAXNS` in resolv.conf(5)).
const MOST: usize = 3;

/// What one name server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Addresses(Vec<IpAddr>),
    /// There is no such name (RFC 2308).
    NxDomain,
    /// The name is there and has no address.
    NoAddress,
    ServFail,
    /// The server does not answer us, or its machine says that none is running.
    Refused,
    Timeout,
    Unreachable,
}

impl Answer {
    /// The word that facts use.
    pub fn name(&self) -> &'static str {
        match self {
            Answer::Addresses(_) => "ok",
            Answer::NxDomain => "nxdomain",
            Answer::NoAddress => "no_address",
            Answer::ServFail => "servfail",
            Answer::Refused => "refused",
            Answer::Timeout => "timeout",
            Answer::Unreachable => "unreachable",
        }
    }

    /// Whether a resolver stops here instead of asking the next server.
    fn is_final(&self) -> bool {
        matches!(self, Answer::Addresses(_) | Answer::NxDomain | Answer::NoAddress)
    }
}

/// The name servers that this machine is told to use.
#[derive(Debug, Clone, Default)]
pub struct NameServers {
    config: ResolverConfig,
}

impl NameServers {
    /// Reads the system's configuration. One that is missing, empty or not readable names nobody.
    pub async fn configured() -> NameServers {
        Aside::start(read).result().await.unwrap_or_default()
    }

    /// Servers made up for a test.
    #[cfg(test)]
    fn made_of(servers: Vec<NameServerConfig>) -> NameServers {
        NameServers { config: ResolverConfig::from_parts(None, Vec::new(), servers) }
    }

    /// Their addresses, in the order in which they are asked.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.config.name_servers().iter().take(MOST).map(|server| server.ip)
    }

    /// Asks all servers for the addresses of `host` at once, waiting at most `patience`, and says
    /// what a resolver that asks them in their order would learn; `None` if there are none.
    pub async fn ask(&self, host: &str, patience: Duration) -> Option<Answer> {
        let name = self.name(host)?;
        let mut asked = JoinSet::new();
        for (place, server) in self.config.name_servers().iter().take(MOST).enumerate() {
            let (name, resolver) = (name.clone(), self.resolver(server, patience)?);
            asked.spawn(async move {
                let looked = tokio::time::timeout(patience, resolver.lookup_ip(name)).await;
                (
                    place,
                    looked
                        .map_or(Answer::Timeout, |looked| judged(looked.map(|found| found.iter().collect()))),
                )
            });
        }
        let mut answers = asked.join_all().await;
        answers.sort_by_key(|(place, _)| *place);
        let decided = answers.iter().position(|(_, answer)| answer.is_final()).unwrap_or(0);
        (decided < answers.len()).then(|| answers.swap_remove(decided).1)
    }

    /// `host` as a name that is asked for as it stands; search domains count for bare words alone.
    fn name(&self, host: &str) -> Option<Name> {
        let mut name = Name::from_utf8(host).ok()?;
        if name.num_labels() > 1 || self.config.search().is_empty() {
            name.set_fqdn(true);
        }
        Some(name)
    }

    fn resolver(
        &self,
        server: &NameServerConfig,
        patience: Duration,
    ) -> Option<Resolver<TokioRuntimeProvider>> {
        let (domain, search) = (self.config.domain().cloned(), self.config.search().to_vec());
        let config = ResolverConfig::from_parts(domain, search, vec![server.clone()]);
        let mut options = ResolverOpts::default();
        options.timeout = patience;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        Resolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(options)
            .build()
            .ok()
    }
}

fn judged(looked: Result<Vec<IpAddr>, NetError>) -> Answer {
    match looked {
        Ok(addresses) if addresses.is_empty() => Answer::NoAddress,
        Ok(addresses) => Answer::Addresses(addresses),
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => of_code(none.response_code),
        Err(NetError::Dns(DnsError::ResponseCode(code))) => of_code(code),
        Err(NetError::Dns(_)) => Answer::ServFail,
        Err(NetError::Timeout) => Answer::Timeout,
        Err(NetError::Io(error)) if error.kind() == ErrorKind::TimedOut => Answer::Timeout,
        Err(NetError::Io(error)) if error.kind() == ErrorKind::ConnectionRefused => Answer::Refused,
        Err(NetError::Io(_) | NetError::NoConnections) => Answer::Unreachable,
        // What cannot be read as an answer.
        Err(_) => Answer::ServFail,
    }
}

fn of_code(code: ResponseCode) -> Answer {
    match code {
        ResponseCode::NXDomain => Answer::NxDomain,
        ResponseCode::NoError => Answer::NoAddress,
        ResponseCode::Refused | ResponseCode::NotAuth => Answer::Refused,
        _ => Answer::ServFail,
    }
}

#[cfg(all(unix, not(target_vendor = "apple")))]
fn read() -> NameServers {
    use crate::world::files;
    use std::path::Path;

    /// A resolv.conf has a few lines.
    const LIMIT: u64 = 64 << 10;
    let parsed = files::read_plain(Path::new("/etc/resolv.conf"), LIMIT)
        .ok()
        .and_then(|bytes| hickory_resolver::system_conf::parse_resolv_conf(bytes).ok());
    NameServers { config: parsed.map_or_else(ResolverConfig::default, |(config, _)| config) }
}

#[cfg(not(all(unix, not(target_vendor = "apple"))))]
fn read() -> NameServers {
    let config = hickory_resolver::system_conf::read_system_conf().ok().map(|(config, _)| config);
    NameServers { config: config.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::config::ConnectionConfig;
    use tokio::net::UdpSocket;

    /// A name server on loopback that answers every question with `code` and no records, or never.
    async fn server(code: Option<u8>) -> NameServerConfig {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut connection = ConnectionConfig::udp();
        connection.port = socket.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut packet = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut packet).await {
                let Some(code) = code else { continue };
                // RFC 1035 section 4.1.1: a response, recursion available, and the code.
                packet[2] |= 0x80;
                packet[3] = 0x80 | code;
                let _ = socket.send_to(&packet[..length], from).await;
            }
        });
        let mut server = NameServerConfig::udp(IpAddr::from([127, 0, 0, 1]));
        server.connections = vec![connection];
        server
    }

    async fn ask(codes: &[Option<u8>]) -> Option<Answer> {
        let mut servers = Vec::new();
        for code in codes {
            servers.push(server(*code).await);
        }
        NameServers::made_of(servers).ask("api.cmdop.com", Duration::from_millis(300)).await
    }

    #[tokio::test]
    async fn each_failure_is_told_as_it_is() {
        assert_eq!(ask(&[Some(0)]).await, Some(Answer::NoAddress));
        assert_eq!(ask(&[Some(2)]).await, Some(Answer::ServFail));
        assert_eq!(ask(&[Some(3)]).await, Some(Answer::NxDomain));
        assert_eq!(ask(&[Some(5)]).await, Some(Answer::Refused));
        assert_eq!(ask(&[None]).await, Some(Answer::Timeout));
        assert_eq!(ask(&[]).await, None);
    }

    #[tokio::test]
    async fn the_first_server_that_decides_counts() {
        assert_eq!(ask(&[Some(2), Some(3)]).await, Some(Answer::NxDomain));
        assert_eq!(ask(&[None, Some(5)]).await, Some(Answer::Timeout));
        assert_eq!(ask(&[Some(3), Some(2)]).await, Some(Answer::NxDomain));
    }
}
