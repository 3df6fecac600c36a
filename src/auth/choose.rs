//! Which way of signing in: what was asked for, or else what can work here.

use super::oauth::Endpoints;
use super::person::Way;
use crate::world::surroundings::Surroundings;

/// The way that works here, and why, where this program has to choose.
pub(super) fn way(seen: &Surroundings, endpoints: &Endpoints) -> (Way, Option<String>) {
    if endpoints.authorization.is_none() && endpoints.device.is_some() {
        return (Way::Device, Some("the server describes no page for a browser that comes back".to_owned()));
    }
    match obstacle(seen).filter(|_| endpoints.device.is_some()) {
        Some(why) => (Way::Device, Some(why)),
        None => (Way::Browser, None),
    }
}

/// Why no browser can come back here. A user who names a browser that can be started means it, be it
/// one that opens nothing: then the address is copied from the terminal.
fn obstacle(seen: &Surroundings) -> Option<String> {
    let named = seen.browser.as_ref().is_some_and(|browser| browser.found);
    if seen.ssh {
        Some("this is a remote shell: a browser elsewhere cannot come back to this machine".to_owned())
    } else if let Some(ci) = seen.ci {
        Some(format!("this runs in {ci}, where no browser opens"))
    } else if seen.can_open_browser || named {
        None
    } else if let Some(container) = &seen.container {
        Some(format!("this runs in a container ({container}) without a browser"))
    } else {
        Some("no browser can open here: there is no display".to_owned())
    }
}
