//! `cmdop auth create-key`: the key is shown once, or written to a file that only its owner can read.

use std::path::Path;

use super::failure::{Failure, Warning};
use super::grammar::{CreateKey, Global, Life};
use super::keys::members;
use super::output::{complain, print};
use super::session::Session;
use super::told::Told;
use crate::auth::Api;
use crate::auth::keys::{self, Key, PERMISSIONS, Wish};
use crate::auth::refusal::{Refusal, Why};
use crate::model::secret::Secret;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::report::theme::{Glyph, Role};
use crate::world::World;
use crate::world::draft::Draft;
use crate::world::guarded::is_there;
use crate::world::place::Place;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.key.created/1";

/// Room for any key: a full disk has to show before there is one to lose.
const RESERVE: usize = 1024;

/// Makes a key and shows it, or writes it to the file that was asked for.
pub(super) fn run(args: &CreateKey, global: &Global, world: World) -> Result<u8, Failure> {
    let file = args.output.as_deref().map(|file| begin(file, args.force)).transpose()?;
    let undocumented = args.permissions.iter().filter(|name| !PERMISSIONS.contains(&name.as_str()));
    for permission in undocumented {
        complain(&Warning::new(format!("{permission} is no documented permission; the server decides")));
    }
    let wish = Wish {
        name: args.name.clone(),
        permissions: args.permissions.clone(),
        days: match args.expires {
            Some(Life::Days(days)) => Some(days),
            Some(Life::Never) | None => None,
        },
    };
    Session::run(global, world, false, async |session: &Session| {
        // Whoever stops this now still gets the key that the server is making.
        let whole = async {
            match keys::create(session.api(), &wish).await {
                Ok((key, raw)) => deliver(session, args.output.as_deref().zip(file), &key, &raw).await,
                Err(refusal) => {
                    let code = session.refuse(&refusal)?;
                    perhaps_made(&refusal, &wish.name);
                    Ok(code)
                }
            }
        };
        session.committed(whole).await
    })
}

/// Begins the file before there is a key: what cannot be written shows now.
fn begin(file: &Path, force: bool) -> Result<Draft, Failure> {
    let shown = file.display();
    let failed = |why: &dyn std::fmt::Display| Failure::new(format!("the key cannot be written: {why}"));
    if !force && is_there(file) {
        return Err(Failure::new(format!("{shown} is there already; --force replaces it")));
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".tmp");
    if is_there(Path::new(&beside)) {
        let beside = Path::new(&beside).display();
        return Err(failed(&format!("{beside} is in the way, where the file is prepared; move it")));
    }
    let place = Place::of(file).map_err(|refused| failed(&refused))?;
    Draft::begin(&place, RESERVE).map_err(|refused| failed(&refused))
}

/// An answer that did not come, or makes no sense, does not say that nothing was made.
fn perhaps_made(refusal: &Refusal, name: &str) {
    if matches!(refusal.why, Why::Unanswered(_) | Why::Odd(_) | Why::ServerFault { .. }) {
        complain(&Warning::new(format!(
            "the server may have made the key all the same: see `cmdop auth list-keys`, and revoke {name}"
        )));
    }
}

async fn deliver(
    session: &Session,
    file: Option<(&Path, Draft)>,
    key: &Key,
    raw: &Secret<String>,
) -> Result<u8, Failure> {
    let Some((file, draft)) = file else {
        let shown = if session.operation.json {
            document(key, Some(raw), None)
        } else {
            text(session, raw).into_bytes()
        };
        return print(&shown).map(|()| 0);
    };
    let line = zeroize::Zeroizing::new(format!("{}\n", raw.expose()));
    if let Err(refused) = draft.publish(line.as_bytes()) {
        take_back(session.api(), key).await;
        return Told::new("not_written", format!("the key cannot be written: {refused}"))
            .refuse(&session.operation);
    }
    tracing::info!(component = "keys", file = %file.display(), mode = "0600", "API key written");
    let shown = match session.operation.json {
        true => document(key, None, Some(file)),
        false => written(session, key, file).into_bytes(),
    };
    print(&shown).map(|()| 0)
}

/// A key that nobody has is revoked again.
async fn take_back(api: Api<'_>, key: &Key) {
    let done = match &key.id {
        Some(id) => keys::revoke(api, id).await.is_ok(),
        None => false,
    };
    let name = key.name.as_deref().unwrap_or("?");
    complain(&Warning::new(match done {
        true => format!("the key {name} was made and revoked again, since nobody would have had it"),
        false => {
            format!("the key {name} was made, and nobody has it: revoke it with `cmdop auth revoke-key`")
        }
    }));
}

fn text(session: &Session, raw: &Secret<String>) -> String {
    let sign = if session.operation.style.ascii { "!" } else { "⚠" };
    let sign = session.operation.style.paint(Role::Warning, sign);
    format!("API Key created: {}\n{sign} Copy this key now. It won't be shown again.\n", raw.expose())
}

fn written(session: &Session, key: &Key, file: &Path) -> String {
    let good = session.operation.style.paint(Role::Good, session.operation.style.glyph(Glyph::Good));
    let prefix = key.prefix.as_deref().map(|prefix| format!(" ({prefix}…)")).unwrap_or_default();
    let name = format!("{}{prefix}", key.name.as_deref().unwrap_or("?"));
    let (name, file) = (visible(&name), file.display().to_string());
    let file = visible(&file);
    format!(
        "{good} API key created: {name}\n{good} Written to {file}, which only you can read. It won't be shown again.\n"
    )
}

fn document(key: &Key, raw: Option<&Secret<String>>, file: Option<&Path>) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        members(json, key);
        if let Some(raw) = raw {
            json.text_at("raw_key", raw.expose());
        }
        json.maybe_at("file", file.map(|file| file.display().to_string()).as_deref());
    })
}
