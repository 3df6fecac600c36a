//! `cmdop doctor list`: all checks.

use super::failure::Failure;
use super::grammar::{Global, RuleFiles};
use super::output::print;
use super::rules::PATIENCE;
use super::settings::in_force;
use super::{rules, screen, select};
use crate::model::change::{Change, How};
use crate::model::check::Check;
use crate::model::rulebook::Rulebook;
use crate::model::severity::Severity;
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::text::wrap::{columns, lowered};
use crate::report::theme::{Role, Style};
use crate::world::World;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.list/1";

/// Prints all checks by area, with the worst that each can find.
pub(super) fn run(files: &RuleFiles, global: &Global, world: &World) -> Result<u8, Failure> {
    let in_force = in_force(global, world, PATIENCE, true)?;
    let rulebook = rules::load(files, &in_force, PATIENCE)?.rulebook;
    let style = screen::style(global.color, screen::columns(), &world.env);
    let listed = if global.json { json(&rulebook) } else { text(&rulebook, &style).into_bytes() };
    print(&listed).map(|()| 0)
}

/// The worst that a check can find.
fn worst(check: &Check) -> Option<Severity> {
    check.outcomes.iter().filter_map(|outcome| outcome.severity).max()
}

fn text(rulebook: &Rulebook, style: &Style) -> String {
    let rows = rows(rulebook);
    let longest = rows.iter().map(|row| columns(row.id)).max().unwrap_or(0);
    let mut page = Page::new(style, None);
    let mut area = "";
    for row in rows {
        if select::area(row.id) != area {
            area = select::area(row.id);
            page.gap();
        }
        let (role, word) = row.worst.map_or((Role::Plain, ""), |worst| (Role::of(worst), worst.name()));
        let gap = " ".repeat(longest - columns(row.id) + 2);
        let at = page.lead(&[
            (Role::Strong, row.id),
            (Role::Plain, &gap),
            (role, word),
            (Role::Plain, &" ".repeat(9 - word.len())),
        ]);
        let asked = if row.on_request { " (on request)" } else { "" };
        let change = row.change.map(|change| format!(" ({change})")).unwrap_or_default();
        page.flow(Role::Plain, &format!("{}{asked}{change}", lowered(row.title)), at, at);
    }
    page.finish()
}

/// A line of the list.
struct Row {
    id: &'static str,
    title: &'static str,
    worst: Option<Severity>,
    on_request: bool,
    change: Option<&'static Change>,
}

/// All checks by id, those that rules took away among them.
fn rows(rulebook: &Rulebook) -> Vec<Row> {
    let there = rulebook.checks.into_iter().map(|check| Row {
        id: check.id,
        title: check.title,
        worst: worst(check),
        on_request: check.on_request,
        change: rulebook.change(check.id),
    });
    let gone = rulebook.changes.into_iter().filter(|change| change.how == How::Disabled);
    let gone = gone.map(|change| Row {
        id: change.check,
        title: change.title,
        worst: None,
        on_request: false,
        change: Some(change),
    });
    let mut rows: Vec<Row> = there.chain(gone).collect();
    rows.sort_by_key(|row| row.id);
    rows
}

/// What rules from outside made of a built-in check.
pub(super) fn change_at(json: &mut Writer, change: &Change) {
    json.key("built_in");
    json.object(|json| {
        json.text_at("is", change.how.name());
        json.text_at("file", change.file);
        json.number_at("line", change.line);
        json.text_at("reason", change.reason);
    });
}

fn json(rulebook: &Rulebook) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.break_lines(1);
        json.key("checks");
        json.list(rulebook.checks, |json, check| {
            json.object(|json| {
                json.text_at("id", check.id);
                json.text_at("title", check.title);
                json.maybe_at("severity", worst(check).map(Severity::name));
                json.texts("needs", check.needs.members());
                json.flag_at("on_request", check.on_request);
                json.key("outcomes");
                json.list(check.outcomes, |json, outcome| json.text(outcome.id));
                json.text_at("file", check.source.file);
                if let Some(change) = rulebook.change(check.id) {
                    change_at(json, change);
                }
            });
        });
        json.key("disabled");
        json.list(rulebook.changes.iter().filter(|change| change.how == How::Disabled), |json, change| {
            json.object(|json| {
                json.text_at("id", change.check);
                json.text_at("title", change.title);
                change_at(json, change);
            });
        });
        json.key("causes");
        json.list(rulebook.causes, |json, cause| {
            json.object(|json| {
                json.text_at("id", cause.id);
                json.text_at("title", cause.title);
                json.texts("explains", cause.explains.members());
            });
        });
        json.key("profiles");
        json.list(rulebook.profiles, |json, profile| {
            json.object(|json| {
                json.text_at("id", profile.id);
                json.text_at("title", profile.title);
                json.texts("only", profile.only.members());
                json.texts("skip", profile.skip.members());
            });
        });
    })
}
