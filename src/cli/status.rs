//! `cmdop auth status`: which credential is in force, and whether the server accepts it.

use super::failure::Failure;
use super::grammar::Global;
use super::output::print;
use super::refused::told;
use super::session::Session;
use super::told::{REFUSED, Told};
use crate::auth::holding::{Holding, InForce};
use crate::auth::identity::{Identity, identity};
use crate::auth::refusal::{Refusal, Why};
use crate::credential::Withheld;
use crate::engine::{span, stamp};
use crate::model::address::without_credentials;
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::theme::{Glyph, Role};
use crate::world::World;
use crate::world::clock::now_ms;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.auth.status/1";

/// What came of asking.
#[derive(Debug)]
enum Verified {
    Accepted(Box<Identity>),
    Refused(Box<Refusal>),
    /// Nobody was asked.
    Unasked,
}

/// Shows the credential in force; asks the server about it unless `offline`.
pub(super) fn run(offline: bool, global: &Global, world: World) -> Result<u8, Failure> {
    Session::run(global, world, offline, async |session: &Session| {
        let held = match &session.holding {
            Holding::Credential(held) => held,
            Holding::Nothing { .. } => return signed_out(session, Why::NotSignedIn(None)),
            Holding::Unusable(why) => return signed_out(session, Why::NotSignedIn(Some(why.clone()))),
        };
        let verified = match offline {
            true => Verified::Unasked,
            false => match identity(session.api()).await {
                Ok(identity) => Verified::Accepted(Box::new(identity)),
                Err(refusal) => Verified::Refused(Box::new(refusal)),
            },
        };
        show(session, held, &verified)
    })
}

fn signed_out(session: &Session, why: Why) -> Result<u8, Failure> {
    let refusal = Refusal::unasked(why);
    let told = told(session, &refusal);
    told.complain(&session.operation);
    if session.operation.json {
        print(&document(session, None, &Verified::Refused(Box::new(refusal)), Some(&told)))?;
    }
    Ok(REFUSED)
}

fn show(session: &Session, held: &InForce, verified: &Verified) -> Result<u8, Failure> {
    let told = match verified {
        Verified::Refused(refusal) => Some(told(session, refusal)),
        Verified::Accepted(_) | Verified::Unasked => None,
    };
    let shown = match session.operation.json {
        true => document(session, Some(held), verified, told.as_ref()),
        false => text(session, held, verified).into_bytes(),
    };
    print(&shown)?;
    if let Some(told) = &told {
        told.complain(&session.operation);
    }
    let useless = told.is_some() || held.has_ended(now_ms()) && !held.refreshable || !held.sendable;
    Ok(if useless { REFUSED } else { 0 })
}

/// Whether the answer says that the credential is no good, rather than that nothing is known.
fn is_rejected(refusal: &Refusal) -> bool {
    matches!(refusal.why, Why::Unauthenticated | Why::Withheld(Withheld::NotSendable))
}

/// Who, where and until when, by the server's word or else by what is stored.
struct Summary<'s> {
    user: Option<&'s str>,
    workspace: Option<String>,
    expires_at: Option<i64>,
    glyph: Glyph,
    role: Role,
    /// What stands behind what the server did not confirm.
    note: &'static str,
}

impl<'s> Summary<'s> {
    fn of(session: &Session, held: &'s InForce, verified: &'s Verified) -> Summary<'s> {
        let chosen = session.operation.ctx.settings.workspace.as_ref().map(|set| set.value.clone());
        let (glyph, role, note) = match verified {
            Verified::Accepted(_) => (Glyph::Good, Role::Good, ""),
            Verified::Refused(refusal) if is_rejected(refusal) => {
                (Glyph::Error, Role::Error, "  (not accepted)")
            }
            Verified::Refused(_) | Verified::Unasked => (Glyph::Open, Role::Plain, "  (not verified)"),
        };
        let identity = match verified {
            Verified::Accepted(identity) => Some(identity.as_ref()),
            _ => None,
        };
        let own = identity.and_then(|it| it.workspace_name.clone().or_else(|| it.workspace_id.clone()));
        Summary {
            user: identity.and_then(|it| it.email.as_deref().or(it.id.as_deref())).or(held.user.as_deref()),
            workspace: chosen.or(own).or_else(|| held.workspace.clone()),
            expires_at: identity.and_then(|it| it.expires_at).or(held.expires_at),
            glyph,
            role,
            note,
        }
    }
}

fn text(session: &Session, held: &InForce, verified: &Verified) -> String {
    let home = session.operation.home();
    let mut page = Page::new(&session.operation.style, home.as_deref());
    let summary = Summary::of(session, held, verified);
    let glyph = session.operation.style.glyph(summary.glyph);
    let mut line = |label: &str, value: &str| {
        let text = format!(" {label}: {value}");
        page.line(&[(summary.role, glyph), (Role::Plain, &text), (Role::Faint, summary.note)]);
    };
    line("Authenticated as", summary.user.unwrap_or("?"));
    line("Workspace", summary.workspace.as_deref().unwrap_or("none in particular"));
    let what = if held.kind == "key" { "API key" } else { "Token" };
    let ends = summary.expires_at.map_or("never".to_owned(), |end| stamp(end, "%Y-%m-%d"));
    line(&format!("{what} expires"), &ends);
    details(&mut page, session, held, verified, summary.expires_at);
    page.finish()
}

fn details(page: &mut Page, session: &Session, held: &InForce, verified: &Verified, expires_at: Option<i64>) {
    let settings = &session.operation.ctx.settings;
    if let Some(end) = expires_at {
        page.field("ends", &time_left(end, held.refreshable));
    }
    let begins = if held.prefix.is_empty() { String::new() } else { format!(", {}…", held.prefix) };
    page.field("kind", &format!("{}, {} characters{begins}", kind(held), held.length));
    page.field("from", &origin(held));
    if let Some(issuer) = &held.issuer {
        page.field("issuer", issuer);
    }
    if let Some(provider) = &held.provider {
        page.field("by way of", &format!("{provider}, which renews and revokes it"));
    }
    if let Some(scope) = &held.scope {
        page.field("scope", scope);
    }
    if let Verified::Accepted(identity) = verified {
        identified(page, identity);
    }
    for hidden in &held.shadows {
        page.field("hides", &format!("the credential in {hidden}, which is not used"));
    }
    if let Some(workspace) = &settings.workspace {
        page.field("chosen", &format!("the workspace {}, by {}", workspace.value, workspace.from.name()));
    }
    let api = without_credentials(&settings.api.value);
    let asked = match verified {
        Verified::Accepted(_) => format!("{api} accepts it"),
        Verified::Refused(refusal) if is_rejected(refusal) => format!("{api} does not accept it"),
        Verified::Refused(_) => format!("not verified: {api} was asked in vain"),
        Verified::Unasked => format!("not verified: {api} was not asked (--offline)"),
    };
    page.field("server", &asked);
}

fn identified(page: &mut Page, identity: &Identity) {
    if let Some(role) = &identity.role {
        page.field("role", role);
    }
    if let Some(permissions) = &identity.permissions {
        let admin = permissions.iter().any(|permission| permission == "admin");
        page.field("may", &if admin { "everything (admin)".to_owned() } else { permissions.join(", ") });
    }
    if let (Some(enabled), Some(required)) = (identity.two_factor, identity.two_factor_required) {
        let set_up = if enabled { "set up" } else { "not set up" };
        let due = if required { "required by the workspace" } else { "not required by the workspace" };
        page.field("2FA", &format!("{set_up}, {due}"));
    }
}

fn kind(held: &InForce) -> &'static str {
    if held.kind == "key" { "API key" } else { "access token" }
}

fn origin(held: &InForce) -> String {
    match held.origin {
        "file" | "keyring" => format!("the stored login, {}", held.source),
        "flag" => format!("the flag {}", held.source),
        _ => format!("the variable {}", held.source),
    }
}

fn time_left(end: i64, refreshable: bool) -> String {
    let left = end.saturating_sub(now_ms());
    let at = stamp(end, "%Y-%m-%d %H:%M UTC");
    let renewal = if refreshable { "; it can be refreshed" } else { "" };
    match left > 0 {
        true => format!("in {} ({at}){renewal}", span(left)),
        false => format!("it ended {} ago ({at}){renewal}", span(left)),
    }
}

fn document(session: &Session, held: Option<&InForce>, verified: &Verified, told: Option<&Told>) -> Vec<u8> {
    let identity = match verified {
        Verified::Accepted(identity) => Some(identity.as_ref()),
        _ => None,
    };
    let summary = held.map(|held| Summary::of(session, held, verified));
    let rejected = matches!(verified, Verified::Refused(refusal) if is_rejected(refusal));
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.flag_at("signed_in", held.is_some() && !rejected);
        json.flag_at("verified", identity.is_some());
        json.maybe_at("user", summary.as_ref().and_then(|summary| summary.user));
        json.maybe_at("workspace", summary.as_ref().and_then(|summary| summary.workspace.as_deref()));
        json.maybe_at("role", identity.and_then(|it| it.role.as_deref()));
        json.key("permissions");
        match identity.and_then(|it| it.permissions.as_ref()) {
            Some(permissions) => json.list(permissions, |json, permission| json.text(permission)),
            None => json.plain("null"),
        }
        json.key("credential");
        match held {
            Some(held) => credential(json, held, summary.as_ref().and_then(|summary| summary.expires_at)),
            None => json.plain("null"),
        }
        json.text_at("api", &without_credentials(&session.operation.ctx.settings.api.value));
        match told {
            Some(told) => told.error_at(json),
            None => json.maybe_at("error", None),
        }
    })
}

fn credential(json: &mut Writer, held: &InForce, expires_at: Option<i64>) {
    let now = now_ms();
    json.object(|json| {
        json.text_at("kind", held.kind);
        json.text_at("origin", held.origin);
        json.text_at("source", &held.source);
        json.text_at("prefix", &held.prefix);
        json.number_at("length", held.length);
        match expires_at {
            Some(end) => {
                json.time_at("expires_at", end);
                json.number_at("expires_in_s", end.saturating_sub(now) / 1000);
            }
            None => {
                json.maybe_at("expires_at", None);
                json.maybe_at("expires_in_s", None);
            }
        }
        json.flag_at("refreshable", held.refreshable);
        json.flag_at("sendable", held.sendable);
        json.maybe_at("issuer", held.issuer.as_deref());
        json.maybe_at("provider", held.provider.as_deref());
        json.maybe_at("scope", held.scope.as_deref());
        json.texts("hides", &held.shadows);
    });
}
