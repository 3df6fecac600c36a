//! `cmdop doctor list`: all checks.

use super::failure::Failure;
use super::grammar::{Global, RuleFiles};
use super::output::print;
use super::rules::PATIENCE;
use super::settings::in_force;
use super::{rules, screen, select};
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
    let mut checks: Vec<&Check> = rulebook.checks.iter().collect();
    checks.sort_by_key(|check| check.id);
    let longest = checks.iter().map(|check| columns(check.id)).max().unwrap_or(0);
    let mut page = Page::new(style, None);
    let mut area = "";
    for check in checks {
        if select::area(check.id) != area {
            area = select::area(check.id);
            page.gap();
        }
        let (role, word) = worst(check).map_or((Role::Plain, ""), |worst| (Role::of(worst), worst.name()));
        let gap = " ".repeat(longest - columns(check.id) + 2);
        let at = page.lead(&[
            (Role::Strong, check.id),
            (Role::Plain, &gap),
            (role, word),
            (Role::Plain, &" ".repeat(9 - word.len())),
        ]);
        page.flow(Role::Plain, &lowered(check.title), at, at);
    }
    page.finish()
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
                json.texts("needs", check.needs.0);
                json.key("outcomes");
                json.list(check.outcomes, |json, outcome| json.text(outcome.id));
                json.text_at("file", check.source.file);
            });
        });
        json.key("causes");
        json.list(rulebook.causes, |json, cause| {
            json.object(|json| {
                json.text_at("id", cause.id);
                json.text_at("title", cause.title);
                json.texts("explains", cause.explains.0);
            });
        });
        json.key("profiles");
        json.list(rulebook.profiles, |json, profile| {
            json.object(|json| {
                json.text_at("id", profile.id);
                json.text_at("title", profile.title);
                json.texts("only", profile.only.0);
                json.texts("skip", profile.skip.0);
            });
        });
    })
}
