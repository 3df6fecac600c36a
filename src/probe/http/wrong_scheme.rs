//! Plain http at a port where TLS is spoken.

use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::time::Instant;
use url::Url;

use super::Told;
use crate::credential::Context;
use crate::world::exchange::Phase;
use crate::world::tls::shake;

/// What servers of TLS answer to plain http, where they answer at all: nginx, Apache and Go say 400.
const BAD_REQUEST: u16 = 400;

/// How the library calls an answer that does not begin with the name of http, as an alert of TLS does
/// not; its other complaints are of answers that do.
const NO_HTTP: &str = "invalid HTTP version";
const BROKEN_HTTP: &str = "invalid HTTP";

/// Plain http is for this very machine, whose servers show their certificates at once.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether the server of `url`, which did not answer as http does, shows a certificate to whoever
/// speaks TLS with it. Asked only after a plain request that went wrong in this way.
pub(super) async fn speaks_tls(ctx: &Context, url: &Url, told: &Told, deadline: Instant) -> bool {
    if url.scheme() != "http" || !is_odd(told) {
        return false;
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let deadline = deadline.min(Instant::now() + PATIENCE);
    let Ok(name) = ServerName::try_from(host) else { return false };
    match ctx.world.wire(url, None, deadline).await {
        Ok(wire) => !shake(wire, name, deadline).await.chain.is_empty(),
        Err(_) => false,
    }
}

fn is_odd(told: &Told) -> bool {
    match &told.asked.answer {
        Err(fault) => {
            let words = &fault.words;
            matches!(fault.phase, Phase::Read | Phase::Send)
                && (words.starts_with(NO_HTTP) || !words.starts_with(BROKEN_HTTP))
        }
        Ok(answer) => answer.status.as_u16() == BAD_REQUEST && told.document.is_none(),
    }
}
