//! `cmdop auth list-keys` and `revoke-key`.

use super::confirm::{Consent, ask};
use super::failure::{Failure, Warning, conceal};
use super::grammar::Global;
use super::output::{complain, print};
use super::session::Session;
use super::table::Table;
use super::told::Told;
use crate::auth::keys::{self, Key};
use crate::engine::stamp;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::report::theme::{Glyph, Role, Style};
use crate::rulebook::language::spell::nearest;
use crate::world::World;
use crate::world::clock::now_ms;

/// The names of the JSON documents' contracts.
const KEYS_SCHEMA: &str = "cmdop.keys/1";
const REVOKED_SCHEMA: &str = "cmdop.key.revoked/1";

/// Lists the keys that the caller may see.
pub(super) fn list(global: &Global, world: World) -> Result<u8, Failure> {
    Session::run(global, world, false, async |session: &Session| {
        let listed = match keys::list(session.api()).await {
            Ok(listed) => listed,
            Err(refusal) => return session.refuse(&refusal),
        };
        if listed.incomplete {
            complain(&Warning::new("the server has more keys than it lets itself be asked for"));
        }
        let shown = match session.operation.json {
            true => document(&listed.elements, listed.incomplete),
            false => text(&listed.elements, &session.operation.style).into_bytes(),
        };
        print(&shown).map(|()| 0)
    })
}

fn text(keys: &[Key], style: &Style) -> String {
    if keys.is_empty() {
        return "no API keys\n".to_owned();
    }
    table(keys).render(style)
}

fn table(keys: &[Key]) -> Table {
    let mut table = Table::new(&["NAME", "PREFIX", "PERMISSIONS", "EXPIRES", "LAST USED"], 2);
    let date = |time: Option<i64>| time.map_or("never".to_owned(), |time| stamp(time, "%Y-%m-%d"));
    for key in keys {
        let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
        let ended = key.expires_at.is_some_and(|end| end <= now_ms());
        let expires = date(key.expires_at) + if ended { " (over)" } else { "" };
        table.row([
            or_unknown(&key.name),
            or_unknown(&key.prefix),
            permissions(key),
            expires,
            date(key.last_used_at),
        ]);
    }
    table
}

/// What a key may do, in few words.
fn permissions(key: &Key) -> String {
    match &key.permissions {
        None => "?".to_owned(),
        Some(all) if all.iter().any(|permission| permission == "admin") => "full access".to_owned(),
        Some(some) => some.join(", "),
    }
}

fn document(keys: &[Key], incomplete: bool) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", KEYS_SCHEMA);
        json.flag_at("incomplete", incomplete);
        json.break_lines(1);
        json.key("keys");
        json.list(keys, |json, key| json.object(|json| members(json, key)));
    })
}

/// The members of a key's object.
pub(super) fn members(json: &mut Writer, key: &Key) {
    json.maybe_at("id", key.id.as_deref());
    json.maybe_at("name", key.name.as_deref());
    json.maybe_at("key_prefix", key.prefix.as_deref());
    json.key("permissions");
    match &key.permissions {
        Some(permissions) => json.list(permissions, |json, permission| json.text(permission)),
        None => json.plain("null"),
    }
    let times =
        [("created_at", key.created_at), ("expires_at", key.expires_at), ("last_used_at", key.last_used_at)];
    for (name, time) in times {
        match time {
            Some(time) => json.time_at(name, time),
            None => json.maybe_at(name, None),
        }
    }
}

/// Revokes the one key that `word` means, after a yes.
pub(super) fn revoke(word: &str, yes: bool, global: &Global, world: World) -> Result<u8, Failure> {
    if keys::is_raw(word) {
        complain(&Warning::new(
            "a whole key stood on the command line, where others can read it; its prefix is enough",
        ));
    }
    Session::run(global, world, false, async |session: &Session| {
        let listed = match keys::list(session.api()).await {
            Ok(listed) => listed,
            Err(refusal) => return session.refuse(&refusal),
        };
        let key = match keys::meant(word, &listed.elements).as_slice() {
            [] => return nobody(word, &listed.elements).refuse(&session.operation),
            [only] => *only,
            several => return ambiguous(word, several).refuse(&session.operation),
        };
        let Some(id) = key.id.as_deref() else {
            let told = Told::new("odd_answer", "the server does not say which id the key has");
            return told.refuse(&session.operation);
        };
        if let Some(told) = consent(key, yes).await.missing() {
            return told.refuse(&session.operation);
        }
        match keys::revoke(session.api(), id).await {
            Ok(()) => revoked(session, key),
            Err(refusal) => session.refuse(&refusal),
        }
    })
}

async fn consent(key: &Key, yes: bool) -> Consent {
    if yes {
        return Consent::Given;
    }
    ask(format!("Revoke the API key {}? Whatever uses it stops working.", named(key))).await
}

/// A key as sentences name it.
fn named(key: &Key) -> String {
    let name = key.name.as_deref().unwrap_or("?");
    match &key.prefix {
        Some(prefix) => format!("{name} ({prefix}…)"),
        None => name.to_owned(),
    }
}

fn nobody(word: &str, keys: &[Key]) -> Told {
    let told = Told::new("not_found", format!("no API key is called `{}`", conceal(word, [word])));
    match nearest(word, keys.iter().filter_map(|key| key.name.as_deref())) {
        Some(near) => Told { cause: Some(format!("did you mean `{near}`?")), ..told },
        None => told,
    }
    .fix("cmdop auth list-keys")
}

fn ambiguous(word: &str, keys: &[&Key]) -> Told {
    let of = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    let shown = conceal(word, [word]);
    let told = Told::new("ambiguous", format!("`{shown}` means {} API keys; none was revoked", keys.len()));
    let candidates = keys.iter().map(|key| format!("{} is {}", of(&key.id), named(key)));
    let candidates = candidates.collect::<Vec<_>>().join(", ");
    Told { cause: Some(format!("give the id of one: {candidates}")), ..told }
}

fn revoked(session: &Session, key: &Key) -> Result<u8, Failure> {
    let shown = match session.operation.json {
        true => Writer::document(|json| {
            json.text_at("schema", REVOKED_SCHEMA);
            members(json, key);
        }),
        false => {
            let glyph = session.operation.style.paint(Role::Good, session.operation.style.glyph(Glyph::Good));
            format!("{glyph} API key revoked: {}\n", visible(&named(key))).into_bytes()
        }
    };
    print(&shown).map(|()| 0)
}
