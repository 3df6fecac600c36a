//! `cmdop auth refresh`: new tokens for the refresh token.

use super::failure::Failure;
use super::grammar::Global;
use super::operation::{Ended, Listener, Operation, carry_out};
use super::output::print;
use super::told::Told;
use crate::auth::refresh::{NotRefreshed, Refreshed, refresh};
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::theme::{Glyph, Role};
use crate::report::value::minute;
use crate::world::World;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.refresh/1";

/// Renews the stored tokens, and says until when they are good.
pub(super) fn run(global: &Global, world: World) -> Result<u8, Failure> {
    let mut operation = Operation::begin(global, world, false)?;
    let listener = Listener::default();
    let ended = carry_out(&listener, refresh(&mut operation.ctx, &listener))?;
    let refreshed = match ended {
        Ended::Done(Ok(refreshed)) => refreshed,
        Ended::Done(Err(why)) => {
            return Told::new("not_refreshed", words(&why)).fix(why.remedy()).refuse(&operation);
        }
        Ended::Stopped(interrupt) => return Ok(interrupt.exit_code()),
    };
    let shown = if operation.json { json(&refreshed) } else { text(&operation, &refreshed).into_bytes() };
    print(&shown).map(|()| 0)
}

fn words(why: &NotRefreshed) -> String {
    match why {
        NotRefreshed::Interrupted { started_at, .. } => {
            format!("{why} (it was begun {})", minute(*started_at))
        }
        _ => why.to_string(),
    }
}

fn text(operation: &Operation, refreshed: &Refreshed) -> String {
    let home = operation.home();
    let mut page = Page::new(&operation.style, home.as_deref());
    let good = operation.style.glyph(Glyph::Good);
    let mut line = |text: &str| page.line(&[(Role::Good, good), (Role::Plain, " "), (Role::Plain, text)]);
    line(match refreshed.by_another {
        true => "Token was refreshed by another process just now",
        false => "Token refreshed",
    });
    if let Some(user) = &refreshed.user {
        line(&format!("Authenticated as: {user}"));
    }
    match refreshed.expires_at {
        Some(end) => line(&format!("Token expires: {}", minute(end))),
        None => line("Token expires: the server did not say when"),
    }
    page.finish()
}

fn json(refreshed: &Refreshed) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.flag_at("refreshed", !refreshed.by_another);
        json.flag_at("by_another_process", refreshed.by_another);
        match refreshed.expires_at {
            Some(end) => json.time_at("expires_at", end),
            None => json.maybe_at("expires_at", None),
        }
        json.maybe_at("user", refreshed.user.as_deref());
        json.maybe_at("workspace", refreshed.workspace.as_deref());
        json.text_at("store", &refreshed.store);
    })
}
