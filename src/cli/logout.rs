//! `cmdop logout`: the stored login is revoked and removed.

use super::failure::Failure;
use super::grammar::Global;
use super::operation::{Ended, Listener, Operation, carry_out};
use super::output::{complain, print};
use super::told::Told;
use crate::auth::logout::{LoggedOut, Removed, log_out};
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::theme::{Glyph, Role, Style};
use crate::world::World;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.logout/1";

/// What to do where the server could not be told (facts: the table of authentication issues,
/// "revoke").
const END_ALL: &str = "the tokens stay good until they end by themselves; to end them now: dashboard, \
                       Settings > Security > Revoke All Sessions";

/// The same for a login by way of an identity provider, whose name follows.
const END_AT_PROVIDER: &str = "the tokens stay good until they end by themselves; to end them now, take \
                               this program's access back in the settings of your account at";

/// Signs out, and says what is left.
pub(super) fn run(global: &Global, world: World) -> Result<u8, Failure> {
    let mut operation = Operation::begin(global, world, false)?;
    let listener = Listener::default();
    let logged_out = match carry_out(&listener, log_out(&mut operation.ctx))? {
        Ended::Done(Ok(logged_out)) => logged_out,
        Ended::Done(Err(why)) => {
            return Told::new("not_signed_out", why.to_string()).fix(why.remedy()).refuse(&operation);
        }
        Ended::Stopped(interrupt) => return Ok(interrupt.exit_code()),
    };
    complain(&warnings(&operation, &logged_out));
    let shown = if operation.json { json(&logged_out) } else { text(&operation, &logged_out).into_bytes() };
    print(&shown).map(|()| 0)
}

fn text(operation: &Operation, logged_out: &LoggedOut) -> String {
    let home = operation.home();
    let mut page = Page::new(&operation.style, home.as_deref());
    let line = match &logged_out.removed {
        None => "Nobody is signed in on this machine".to_owned(),
        Some(removed) => {
            let whom = removed.user.as_ref().map(|user| format!(" {user}")).unwrap_or_default();
            let revoked = if removed.untold.is_none() { "revoked at the server and " } else { "" };
            format!("Signed out{whom}: the tokens were {revoked}removed from {}", removed.store)
        }
    };
    let good = operation.style.glyph(Glyph::Good);
    let at = page.lead(&[(Role::Good, good), (Role::Plain, " ")]);
    page.flow(Role::Plain, &line, at, at);
    page.finish()
}

/// What somebody who signs out should know, on standard error.
fn warnings(operation: &Operation, logged_out: &LoggedOut) -> String {
    let home = operation.home();
    let style = Style { color: false, ..operation.style };
    let mut page = Page::new(&style, home.as_deref());
    if let Some(Removed { untold: Some(why), provider, .. }) = &logged_out.removed {
        page.flow(Role::Plain, &format!("warning: the server could not be told: {why}"), 0, 2);
        match provider {
            None => page.field("left", END_ALL),
            Some(provider) => page.field("left", &format!("{END_AT_PROVIDER} {provider}")),
        }
    }
    if let Some(variable) = logged_out.still_in_force {
        page.flow(
            Role::Plain,
            &format!("warning: {variable} is set, and the key in it is still in force"),
            0,
            2,
        );
        page.field("fix", &format!("unset {variable}"));
    }
    page.finish()
}

fn json(logged_out: &LoggedOut) -> Vec<u8> {
    Writer::document(|json| {
        let removed = logged_out.removed.as_ref();
        let untold = removed.and_then(|removed| removed.untold.as_deref());
        json.text_at("schema", SCHEMA);
        json.flag_at("signed_out", removed.is_some());
        json.flag_at("revoked", removed.is_some() && untold.is_none());
        json.maybe_at("why_not_revoked", untold);
        json.maybe_at("user", removed.and_then(|removed| removed.user.as_deref()));
        json.maybe_at("store", removed.map(|removed| removed.store.as_str()));
        json.maybe_at("still_in_force", logged_out.still_in_force);
    })
}
