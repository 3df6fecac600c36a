//! Whether a person is there, and whether a browser can open for them.

use super::{Call, Context};
use crate::model::evidence::Reading;
use crate::model::fact::Facts;
use crate::redact::mention;
use crate::world::surroundings::Surroundings;

pub(super) fn look(_call: &Call, ctx: &Context) -> Reading {
    Reading::Found(describe(Surroundings::of_machine(&ctx.world)))
}

fn describe(seen: Surroundings) -> Facts {
    let interactive = seen.is_interactive();
    let Surroundings { terminals, browser, .. } = seen;
    Facts::new()
        .with("platform", seen.platform)
        .with("stdin_tty", terminals.stdin)
        .with("stdout_tty", terminals.stdout)
        .with("stderr_tty", terminals.stderr)
        .with("interactive", interactive)
        .with("display", seen.display)
        .with("browser_found", browser.as_ref().map(|browser| browser.found))
        .with("browser_useless", browser.as_ref().map(|browser| browser.useless))
        .with("browser", browser.map(|browser| browser.command).filter(|text| !mention::is_secret(text)))
        .with("can_open_browser", seen.can_open_browser)
        .with("ssh", seen.ssh)
        .with("container", seen.container)
        .with("ci", seen.ci)
        .with("wsl", seen.wsl)
}

#[cfg(test)]
mod tests;
