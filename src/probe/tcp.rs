//! A direct TCP connection to a server, opened and closed.

use tokio::time::{Instant, timeout_at};

use super::blank::{blank, deadline};
use super::target::Target;
use super::{Call, Context};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Value};
use crate::world::dial::{self, Dialled, Failure};
use crate::world::names::with_port;
use crate::world::proxies::Route;

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let target = match Target::parse(call.required("to")) {
        Ok(target) => target,
        Err(refused) => return refused,
    };
    if !matches!(ctx.world.proxies().route(&target.url), Route::Direct { .. }) {
        return Reading::Absent;
    }
    let started = Instant::now();
    let dialled = dialled(ctx, &target).await;
    let state = dialled.stream.as_ref().map_or_else(|failure| failure.name(), |_| "open");
    let millis = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    let latency = dialled.stream.is_ok().then_some(Value::Duration(millis));
    let facts = blank(call)
        .with("host", target.host)
        .with("port", i64::from(target.port))
        .with("state", state)
        .with("address", dialled.address.map(|address| address.ip().to_string()))
        .with("tried", Fact::from(dialled.tried as i64))
        .with("latency", latency);
    Reading::Found(facts)
}

async fn dialled(ctx: &Context, target: &Target) -> Dialled {
    let deadline = deadline(ctx);
    let failed = |failure| Dialled { stream: Err(failure), address: None, tried: 0 };
    match timeout_at(deadline, ctx.world.names().of(&target.host)).await {
        Err(_) | Ok(Err(_)) => failed(Failure::NoAddress),
        Ok(Ok(addresses)) => dial::any(&with_port(&addresses, target.port), deadline).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::probe::ProbeKind;
    use crate::probe::rig::{all, call, closed_port, context, greeter, look};

    async fn dial(env: &[(&str, &str)], to: &str) -> Reading {
        look(&call(ProbeKind::Tcp, &[("to", to)]), &context(to, env)).await
    }

    #[tokio::test]
    async fn open_and_refused() {
        let open = greeter(b"", true).await;
        let reading = dial(&[], &format!("http://{open}/v1")).await;
        let facts = ["host", "port", "state", "address", "tried"];
        assert_eq!(all(&reading, facts), ["127.0.0.1", &open.port().to_string(), "open", "127.0.0.1", "1"]);
        let reading = dial(&[], &closed_port().await.to_string()).await;
        assert_eq!(all(&reading, ["state", "address", "latency"]), ["refused", "127.0.0.1", "-"]);
    }

    #[tokio::test]
    async fn a_proxy_that_stands_between_leaves_nothing_to_see() {
        assert_eq!(dial(&[("ALL_PROXY", "http://p:1")], "http://127.0.0.1:1").await, Reading::Absent);
        assert_eq!(dial(&[("ALL_PROXY", "ftp://p")], "http://127.0.0.1:1").await, Reading::Absent);
        let exempt = dial(&[("ALL_PROXY", "http://p:1"), ("NO_PROXY", "*")], "http://127.0.0.1:1").await;
        assert_ne!(exempt, Reading::Absent);
    }

    #[tokio::test]
    async fn no_address_of_a_server() {
        assert!(matches!(dial(&[], "mailto:x").await, Reading::Unavailable(_)));
    }
}
