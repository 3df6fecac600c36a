//! A host name, asked of the system's resolver and of each configured name server.

use std::net::IpAddr;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::blank::{blank, deadline};
use super::reach::Reach;
use super::target::Target;
use super::{Call, Context};
use crate::model::evidence::Reading;
use crate::model::fact::Facts;
use crate::world::loopback::is_loopback;
use crate::world::names::{self, Answer, HOSTS_FILE, NameServers};

/// How long name servers are waited for where the hosts file has the answer already.
const SECOND_OPINION: Duration = Duration::from_secs(1);

/// All that was learned of a name.
struct Looked {
    /// None where the system's resolver did not answer in time.
    system: Option<Vec<IpAddr>>,
    servers: Vec<IpAddr>,
    answer: Option<Answer>,
    pinned: Vec<IpAddr>,
}

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let host = match Target::parse(call.required("of")) {
        Ok(target) => target.host,
        Err(refused) => return refused,
    };
    let facts = blank(call).with("host", host.as_str()).with("hosts_file", HOSTS_FILE);
    if let Ok(address) = host.parse::<IpAddr>() {
        return Reading::Found(literal(facts, address));
    }
    let looked = ask(ctx, &host, deadline(ctx)).await;
    Reading::Found(told(facts, &looked))
}

fn literal(facts: Facts, address: IpAddr) -> Facts {
    facts
        .with("literal", true)
        .with("answer", "ok")
        .with("addresses", vec![address.to_string()])
        .with("pinned", false)
        .with("system_ok", true)
        .with("differs", false)
        .with("sinkhole", Reach::of(address) == Reach::Nobody)
        .with("private", Reach::of(address).is_inside())
}

async fn ask(ctx: &Context, host: &str, deadline: Instant) -> Looked {
    let system = timeout_at(deadline, ctx.world.names().of(host));
    let configured = async {
        let asked = async {
            let pinned = names::pinned(host, HOSTS_FILE).await;
            let servers = NameServers::configured().await;
            (pinned, servers)
        };
        let (pinned, servers) = timeout_at(deadline, asked).await.unwrap_or_default();
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = if pinned.is_empty() { left.mul_f32(0.8) } else { left.min(SECOND_OPINION) };
        let answer = if is_loopback(host) { None } else { servers.ask(host, patience).await };
        (pinned, servers.addresses().collect(), answer)
    };
    let (system, (pinned, servers, answer)) = tokio::join!(system, configured);
    Looked { system: system.ok().map(Result::unwrap_or_default), servers, answer, pinned }
}

fn told(facts: Facts, looked: &Looked) -> Facts {
    let texts = |addresses: &[IpAddr]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>();
    let system = looked.system.as_deref().unwrap_or_default();
    let differs = match &looked.answer {
        Some(Answer::Addresses(theirs)) if !system.is_empty() => {
            Some(!system.iter().any(|address| theirs.contains(address)))
        }
        _ => None,
    };
    facts
        .with("literal", false)
        .with("answer", answer(looked))
        .with("addresses", texts(system))
        .with("servers", texts(&looked.servers))
        .with("pinned", !looked.pinned.is_empty())
        .with("pinned_to", (!looked.pinned.is_empty()).then(|| texts(&looked.pinned)))
        .with("system_ok", !system.is_empty())
        .with("differs", differs)
        .with("sinkhole", !system.is_empty() && system.iter().all(|it| Reach::of(*it) == Reach::Nobody))
        .with("private", system.iter().any(|address| Reach::of(*address).is_inside()))
}

/// What this machine's programs meet. The name servers' answers explain a failure; where the system
/// finds an address without them (hosts file, multicast DNS), there is none.
fn answer(looked: &Looked) -> &'static str {
    match (&looked.system, &looked.answer) {
        (Some(found), _) if !found.is_empty() => "ok",
        _ if looked.servers.is_empty() => "no_server",
        // Where the servers know the name and the system does not, `system_ok` tells.
        (_, Some(answer)) => answer.name(),
        (Some(_), None) => "no_address",
        (None, None) => "timeout",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(system: Option<&[&str]>, servers: usize, answer: Option<Answer>) -> &'static str {
        let ips = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let servers = vec![IpAddr::from([192, 0, 2, 53]); servers];
        super::answer(&Looked { system: system.map(ips), servers, answer, pinned: Vec::new() })
    }

    #[test]
    fn the_systems_answer_counts_and_the_servers_explain() {
        assert_eq!(looked(Some(&["192.0.2.1"]), 0, None), "ok");
        assert_eq!(looked(Some(&["192.0.2.1"]), 1, Some(Answer::ServFail)), "ok");
        assert_eq!(looked(Some(&[]), 0, None), "no_server");
        assert_eq!(looked(Some(&[]), 1, Some(Answer::NxDomain)), "nxdomain");
        assert_eq!(looked(None, 1, Some(Answer::Refused)), "refused");
        assert_eq!(looked(None, 1, Some(Answer::Addresses(Vec::new()))), "ok");
        assert_eq!(looked(Some(&[]), 1, None), "no_address");
        assert_eq!(looked(None, 1, None), "timeout");
    }

    #[tokio::test]
    async fn addresses_and_this_machine_need_no_server() {
        use crate::model::probe::ProbeKind;
        use crate::probe::rig::{all, call, context, look};
        let of = async |host: &str| look(&call(ProbeKind::Dns, &[("of", host)]), &context(host, &[])).await;
        let facts = ["host", "literal", "answer", "addresses", "private", "sinkhole"];
        assert_eq!(all(&of("http://[::1]:4100").await, facts), ["::1", "true", "ok", "::1", "true", "false"]);
        assert_eq!(all(&of("localhost").await, ["host", "literal", "answer"]), ["localhost", "false", "ok"]);
    }
}
