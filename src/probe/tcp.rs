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
        Err(_) => failed(Failure::Timeout),
        Ok(Err(_)) => failed(Failure::NoAddress),
        Ok(Ok(addresses)) => dial::any(&with_port(&addresses, target.port), deadline).await,
    }
}
