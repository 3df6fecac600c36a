//! `cmdop auth list-keys` and `revoke-key`.

use super::confirm::{Consent, ask};
use super::failure::{Failure, Warning};
use super::grammar::Global;
use super::output::{complain, print};
use super::refused::{REFUSED, refuse};
use super::session::{Session, carry_out};
use super::table::Table;
use crate::auth::Api;
use crate::auth::keys::{self, Key};
use crate::engine::stamp;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::report::theme::{Glyph, Role, Style};
use crate::world::World;
use crate::world::clock::now_ms;

/// The names of the JSON documents' contracts.
const KEYS_SCHEMA: &str = "cmdop.keys/1";
const REVOKED_SCHEMA: &str = "cmdop.key.revoked/1";

/// Lists the keys that the caller may see.
pub(super) fn list(global: &Global, world: World) -> Result<u8, Failure> {
    let session = Session::open(global, world, false)?;
    carry_out(async {
        let listed = match keys::list(Api::new(&session.ctx)).await {
            Ok(listed) => listed,
            Err(refusal) => return refuse(&session, &refusal),
        };
        if listed.incomplete {
            complain(&Warning::new("the server has more keys than it lets itself be asked for"));
        }
        let shown = match session.json {
            true => document(&listed.elements, listed.incomplete),
            false => text(&listed.elements, &session.style).into_bytes(),
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
    let session = Session::open(global, world, false)?;
    carry_out(async {
        let api = Api::new(&session.ctx);
        let listed = match keys::list(api).await {
            Ok(listed) => listed,
            Err(refusal) => return refuse(&session, &refusal),
        };
        let key = match keys::meant(word, &listed.elements).as_slice() {
            [] => return Ok(nobody(word, &listed.elements)),
            [only] => *only,
            several => return Ok(ambiguous(word, several, &session.style)),
        };
        let Some(id) = key.id.as_deref() else {
            complain(&Failure::new("the server does not say which id the key has"));
            return Ok(REFUSED);
        };
        match consent(key, yes).await {
            Consent::Given => {}
            refusal => return Ok(refusal.told()),
        }
        match keys::revoke(api, id).await {
            Ok(()) => revoked(&session, key),
            Err(refusal) => refuse(&session, &refusal),
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

fn nobody(word: &str, keys: &[Key]) -> u8 {
    let shown = super::failure::conceal(word, [word]);
    let names = keys.iter().filter_map(|key| key.name.as_deref());
    let hint = match crate::rulebook::language::spell::nearest(word, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cmdop auth list-keys` shows what there is".to_owned(),
    };
    complain(&Failure::new(format!("no API key is called `{shown}`; {hint}")));
    REFUSED
}

fn ambiguous(word: &str, keys: &[&Key], style: &Style) -> u8 {
    let shown = super::failure::conceal(word, [word]);
    let mut table = Table::new(&["ID", "NAME", "PREFIX"], 1);
    for key in keys {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
        table.row([text(&key.id), text(&key.name), text(&key.prefix)]);
    }
    let many = keys.len();
    complain(&Failure::new(format!("`{shown}` means {many} API keys; none was revoked. Give the id of one:")));
    complain(&table.render(&Style { width: style.width, ..Style::PLAIN }));
    REFUSED
}

fn revoked(session: &Session, key: &Key) -> Result<u8, Failure> {
    let shown = match session.json {
        true => Writer::document(|json| {
            json.text_at("schema", REVOKED_SCHEMA);
            members(json, key);
        }),
        false => {
            let glyph = session.style.paint(Role::Good, session.style.glyph(Glyph::Good));
            format!("{glyph} API key revoked: {}\n", visible(&named(key))).into_bytes()
        }
    };
    print(&shown).map(|()| 0)
}
