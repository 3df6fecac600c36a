//! `cmdop workspace current|list|use|members`.

use super::choice;
use super::failure::{Failure, Warning, conceal};
use super::grammar::{Global, Workspace as Verb};
use super::output::{complain, print};
use super::session::Session;
use super::table::Table;
use super::told::Told;
use crate::auth::Listed;
use crate::auth::identity::identity;
use crate::auth::refusal::{Refusal, Why};
use crate::auth::workspaces::{self, Member, Workspace};
use crate::engine::stamp;
use crate::model::settings::Origin;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::report::theme::{Glyph, Role};
use crate::rulebook::language::spell::nearest;
use crate::world::World;

/// The names of the JSON documents' contracts.
const LIST_SCHEMA: &str = "cmdop.workspaces/1";
const CURRENT_SCHEMA: &str = "cmdop.workspace/1";
const MEMBERS_SCHEMA: &str = "cmdop.members/1";

/// Does what was asked for.
pub(super) fn run(verb: &Verb, global: &Global, world: World) -> Result<u8, Failure> {
    Session::run(global, world, false, async |session: &Session| match verb {
        Verb::Current => current(session).await,
        Verb::List => list(session).await,
        Verb::Use { name } => switch(session, name, global).await,
        Verb::Members => members(session).await,
    })
}

/// Why there is no workspace to show.
enum NoWorkspace {
    Refused(Box<Refusal>),
    /// One is chosen, and it is none of the caller's.
    NotYours {
        word: String,
        from: Origin,
        yours: Vec<Workspace>,
    },
    /// None is chosen, and the credential is for none in particular.
    NoneChosen,
}

impl From<Refusal> for NoWorkspace {
    fn from(refusal: Refusal) -> NoWorkspace {
        NoWorkspace::Refused(Box::new(refusal))
    }
}

/// The workspace in force: the one that is chosen, or else the credential's own. Says who chose it.
async fn in_force(session: &Session) -> Result<(Workspace, &'static str), NoWorkspace> {
    let api = session.api();
    if let Some(chosen) = &session.operation.ctx.settings.workspace {
        let yours = workspaces::list(api).await?.elements;
        let found = workspaces::meant(&chosen.value, &yours).first().map(|found| (*found).clone());
        log_choice(&chosen.value, chosen.from.name());
        return match found {
            Some(found) => Ok((found, chosen.from.name())),
            None => Err(NoWorkspace::NotYours { word: chosen.value.clone(), from: chosen.from, yours }),
        };
    }
    let me = identity(api).await?;
    let own = me.workspace_id.as_deref().or(me.workspace_name.as_deref());
    let Some(own) = own else { return Err(NoWorkspace::NoneChosen) };
    log_choice(own, "credential");
    let bare = Workspace {
        id: me.workspace_id.clone(),
        name: me.workspace_name.clone(),
        slug: None,
        kind: None,
        role: me.role.clone(),
        members: None,
        machines: None,
    };
    match workspaces::list(api).await {
        Ok(yours) => {
            let found = workspaces::meant(own, &yours.elements).first().map(|found| (*found).clone());
            Ok((found.unwrap_or(bare), "credential"))
        }
        // Who the server says one is is enough to go on with.
        Err(refusal) if matches!(refusal.why, Why::NoRoute | Why::Forbidden { .. }) => {
            Ok((bare, "credential"))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn log_choice(workspace: &str, from: &str) {
    tracing::debug!(component = "workspace", workspace, from, "workspace in force");
}

fn tell(session: &Session, why: NoWorkspace) -> Result<u8, Failure> {
    let told = match why {
        NoWorkspace::Refused(refusal) => return session.refuse(&refusal),
        NoWorkspace::NoneChosen => {
            let why = "no workspace is chosen, and the credential is for none in particular";
            Told::new("no_workspace", why).fix("cmdop workspace use NAME").fix("cmdop workspace list")
        }
        NoWorkspace::NotYours { word, from, yours } => not_yours(
            format!("the workspace {word}, chosen by {}, is none of yours", from.name()),
            &word,
            &yours,
        ),
    };
    told.refuse(&session.operation)
}

fn not_yours(headline: String, word: &str, yours: &[Workspace]) -> Told {
    let names: Vec<&str> = yours.iter().map(Workspace::called).collect();
    let hint = match nearest(word, yours.iter().flat_map(Workspace::names)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "you belong to none".to_owned(),
        None => format!("yours are {}", names.join(", ")),
    };
    Told { cause: Some(hint), ..Told::new("not_found", headline) }.fix("cmdop workspace list")
}

async fn current(session: &Session) -> Result<u8, Failure> {
    let (workspace, from) = match in_force(session).await {
        Ok(found) => found,
        Err(why) => return tell(session, why),
    };
    let number = |count: Option<u64>| count.map_or("?".to_owned(), |count| count.to_string());
    let shown = match session.operation.json {
        true => Writer::document(|json| {
            json.text_at("schema", CURRENT_SCHEMA);
            members_of(json, &workspace);
            json.text_at("from", from);
        }),
        false => format!(
            "Workspace: {}\nRole: {}\nMachines: {}\nMembers: {}\n",
            visible(workspace.called()),
            visible(workspace.role.as_deref().unwrap_or("?")),
            number(workspace.machines),
            number(workspace.members)
        )
        .into_bytes(),
    };
    print(&shown).map(|()| 0)
}

async fn list(session: &Session) -> Result<u8, Failure> {
    let listed = match workspaces::list(session.api()).await {
        Ok(listed) => listed,
        Err(refusal) => return session.refuse(&refusal),
    };
    warn_if_incomplete(&listed, "workspaces");
    let shown = match session.operation.json {
        true => Writer::document(|json| {
            json.text_at("schema", LIST_SCHEMA);
            json.flag_at("incomplete", listed.incomplete);
            json.break_lines(1);
            json.key("workspaces");
            json.list(&listed.elements, |json, workspace| json.object(|json| members_of(json, workspace)));
        }),
        false => {
            let mut table = Table::new(&["NAME", "ROLE", "MACHINES"], 0);
            for workspace in &listed.elements {
                let machines = workspace.machines.map_or("?".to_owned(), |count| count.to_string());
                let role = workspace.role.clone().unwrap_or_else(|| "?".to_owned());
                table.row([workspace.called().to_owned(), role, machines]);
            }
            table.render(&session.operation.style).into_bytes()
        }
    };
    print(&shown).map(|()| 0)
}

fn warn_if_incomplete<T>(listed: &Listed<T>, what: &str) {
    if listed.incomplete {
        complain(&Warning::new(format!("the server has more {what} than it lets itself be asked for")));
    }
}

async fn members(session: &Session) -> Result<u8, Failure> {
    let (workspace, _) = match in_force(session).await {
        Ok(found) => found,
        Err(why) => return tell(session, why),
    };
    let Some(id) = workspace.id.as_deref() else {
        let why = "the server does not say which id the workspace has";
        return Told::new("odd_answer", why).refuse(&session.operation);
    };
    let listed = match workspaces::members(session.api(), id).await {
        Ok(listed) => listed,
        Err(refusal) => return session.refuse(&refusal),
    };
    warn_if_incomplete(&listed, "members");
    let shown = match session.operation.json {
        true => members_document(&workspace, &listed),
        false => {
            let mut table = Table::new(&["EMAIL", "ROLE", "JOINED"], 0);
            for Member { email, role, joined_at, .. } in &listed.elements {
                let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
                let joined = joined_at.map_or("?".to_owned(), |time| stamp(time, "%Y-%m-%d"));
                table.row([text(email), text(role), joined]);
            }
            table.render(&session.operation.style).into_bytes()
        }
    };
    print(&shown).map(|()| 0)
}

fn members_document(workspace: &Workspace, listed: &Listed<Member>) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", MEMBERS_SCHEMA);
        json.text_at("workspace", workspace.called());
        json.flag_at("incomplete", listed.incomplete);
        json.break_lines(1);
        json.key("members");
        json.list(&listed.elements, |json, member| {
            json.object(|json| {
                json.maybe_at("user_id", member.id.as_deref());
                json.maybe_at("email", member.email.as_deref());
                json.maybe_at("role", member.role.as_deref());
                match member.joined_at {
                    Some(time) => json.time_at("joined_at", time),
                    None => json.maybe_at("joined_at", None),
                }
            });
        });
    })
}

fn members_of(json: &mut Writer, workspace: &Workspace) {
    json.maybe_at("id", workspace.id.as_deref());
    json.maybe_at("name", workspace.name.as_deref());
    json.maybe_at("slug", workspace.slug.as_deref());
    json.maybe_at("type", workspace.kind.as_deref());
    json.maybe_at("role", workspace.role.as_deref());
    for (name, count) in [("member_count", workspace.members), ("machine_count", workspace.machines)] {
        match count {
            Some(count) => json.number_at(name, count),
            None => json.maybe_at(name, None),
        }
    }
}

async fn switch(session: &Session, word: &str, global: &Global) -> Result<u8, Failure> {
    let yours = match workspaces::list(session.api()).await {
        Ok(listed) => listed.elements,
        Err(refusal) => return session.refuse(&refusal),
    };
    let workspace = match workspaces::meant(word, &yours).as_slice() {
        [only] => *only,
        [] => {
            let headline = format!("the workspace {} is none of yours", conceal(word, [word]));
            return not_yours(headline, word, &yours).refuse(&session.operation);
        }
        several => {
            let ids: Vec<&str> = several.iter().filter_map(|it| it.id.as_deref()).collect();
            let headline = format!("{} of your workspaces are called {word}", several.len());
            let told = Told::new("ambiguous", headline);
            let cause = Some(format!("give the id of one: {}", ids.join(", ")));
            return Told { cause, ..told }.refuse(&session.operation);
        }
    };
    let file =
        choice::keep(choice::lasting_name(workspace, &yours), &session.operation.ctx.settings, global)?;
    let called = workspace.called();
    tracing::info!(component = "workspace", workspace = called, file = %file.display(), "workspace chosen");
    warn_if_overruled(session, called);
    let shown = match session.operation.json {
        true => Writer::document(|json| {
            json.text_at("schema", CURRENT_SCHEMA);
            members_of(json, workspace);
            json.text_at("from", "config");
        }),
        false => {
            let good = session.operation.style.paint(Role::Good, session.operation.style.glyph(Glyph::Good));
            format!("{good} Switched to workspace: {}\n", visible(called)).into_bytes()
        }
    };
    print(&shown).map(|()| 0)
}

/// What precedes the config file is still in force.
fn warn_if_overruled(session: &Session, chosen: &str) {
    let Some(set) = &session.operation.ctx.settings.workspace else { return };
    let (who, remedy) = match set.from {
        Origin::Env => ("CMDOP_WORKSPACE", ": `unset CMDOP_WORKSPACE`"),
        Origin::Flag => ("--workspace", ""),
        Origin::Config | Origin::Default => return,
    };
    if set.value != chosen {
        complain(&Warning::new(format!("{who} says {} and precedes this choice{remedy}", set.value)));
    }
}
