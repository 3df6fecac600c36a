//! `cmdop doctor explain ID`: what a check asks, what it looks at, what it can find, what to do; and
//! `explain "Error: …"`: what a message can mean.

use super::failure::Failure;
use super::grammar::{Global, RuleFiles};
use super::list::change_at;
use super::output::print;
use super::rules::PATIENCE;
use super::settings::in_force;
use super::{message, rules, screen, select};
use crate::model::cause::Cause;
use crate::model::change::Change;
use crate::model::check::Check;
use crate::model::rulebook::Rulebook;
use crate::report::json::writer::Writer;
use crate::report::rule::{self, Told};
use crate::world::World;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.explanation/1";

/// What an id can name.
enum Rule {
    Check(&'static Check),
    Cause(&'static Cause),
}

impl Rule {
    /// What rules from outside made of it, if it is built in.
    fn change(&self, rulebook: &Rulebook) -> Option<&'static Change> {
        match self {
            Rule::Check(check) => rulebook.change(check.id),
            Rule::Cause(_) => None,
        }
    }
}

/// Explains the check or cause `id`; a report's `check/outcome[element]` will do. What is no id is taken
/// as a message.
pub(super) fn run(id: &str, files: &RuleFiles, global: &Global, world: &World) -> Result<u8, Failure> {
    let in_force = in_force(global, world, PATIENCE, true)?;
    let rulebook = rules::load(files, &in_force, PATIENCE)?.rulebook;
    let style = screen::style(global.color, screen::columns(), &world.env);
    if !is_id(id) {
        let said = message::explain(id, &rulebook, (!global.json).then_some(&style))?;
        return print(&said).map(|()| 0);
    }
    let rule = find(id, &rulebook)?;
    let change = rule.change(&rulebook);
    let told = match rule {
        Rule::Check(check) => Told::of_check(check, change),
        Rule::Cause(cause) => Told::of_cause(cause),
    };
    let shown =
        if global.json { json(&told, change) } else { rule::text::render(&told, &style).into_bytes() };
    print(&shown).map(|()| 0)
}

/// Whether `text` has the form of an id: no blank before what it may say of an outcome or element.
fn is_id(text: &str) -> bool {
    let name = text.split(['/', '[']).next().unwrap_or_default();
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    name.contains('.') && name.chars().all(in_name)
}

fn find(id: &str, rulebook: &Rulebook) -> Result<Rule, Failure> {
    let name = id.split(['/', '[']).next().unwrap_or_default();
    let check = rulebook.check(name).map(Rule::Check);
    let cause = || rulebook.causes.into_iter().find(|cause| cause.id == name).map(Rule::Cause);
    let known =
        rulebook.checks.iter().map(|check| check.id).chain(rulebook.causes.iter().map(|cause| cause.id));
    let found = check.or_else(cause);
    found.ok_or_else(|| {
        select::not_there(name, rulebook).unwrap_or_else(|| select::unknown("check or cause", name, known))
    })
}

fn json(told: &Told, change: Option<&Change>) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.break_lines(1);
        if let Some(change) = change {
            change_at(json, change);
        }
        rule::json::members(json, told);
    })
}
