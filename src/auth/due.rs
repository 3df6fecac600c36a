//! What a server may want besides a credential: a second factor, or a single sign-on anew. This
//! drives what clears it, and proves that it is cleared.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use url::Url;

use super::NotSignedIn;
use super::identity::Identity;
use super::oauth::Endpoints;
use super::person::{Due, Notice, Person};
use super::prove::{Standing, prove};
use crate::credential::destination::is_this_machine;
use crate::credential::{Context, Grant};
use crate::world::browser::Opened;

/// How often the API is asked whether it is cleared.
const BETWEEN: Duration = Duration::from_secs(2);

/// How long one question may take.
const REQUEST: Duration = Duration::from_secs(20);

/// The page where what is due can be given, if a browser may be sent there: https, or this machine.
pub(super) fn page(text: Option<&str>) -> Option<Url> {
    let url = Url::parse(text?).ok()?;
    let bare = url.username().is_empty() && url.password().is_none();
    (bare && (url.scheme() == "https" || url.scheme() == "http" && is_this_machine(&url))).then_some(url)
}

/// Sends the person to `page`, and asks the API with the new token until nothing is due any more.
pub(super) async fn cleared_at(
    ctx: &Context,
    endpoints: &Endpoints,
    (due, page): (Due, &Url),
    grant: &Grant,
    open: bool,
    patience: Duration,
    person: &dyn Person,
) -> Result<Box<Identity>, NotSignedIn> {
    person.tell(&Notice::Page { url: page.to_string(), foreign_host: endpoints.foreign_host(page) });
    if open {
        match ctx.world.open_browser(page).await {
            Opened::By(by) => person.tell(&Notice::Opened { by, running: false }),
            Opened::Running(by) => person.tell(&Notice::Opened { by, running: true }),
            Opened::Nobody(why) => person.tell(&Notice::NotOpened(why)),
        }
    }
    let ends = Instant::now() + patience;
    loop {
        match prove(ctx, &grant.access, Instant::now() + REQUEST).await {
            Standing::Accepted(me) => return Ok(me),
            Standing::Refused(refusal) => return Err(NotSignedIn::NotAccepted(refusal)),
            Standing::Due { .. } | Standing::Unknown(_) if Instant::now() >= ends => {
                return Err(NotSignedIn::StillDue(due));
            }
            Standing::Due { .. } | Standing::Unknown(_) => sleep(BETWEEN).await,
        }
    }
}
