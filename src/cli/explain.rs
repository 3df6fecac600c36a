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
use crate::model::check::{Check, Outcome, ProbeCall};
use crate::model::fix::{Action, AuthAction, FileAction, FileVerb, ShellAction, ShellVerb, Step};
use crate::model::list::List;
use crate::model::rulebook::Rulebook;
use crate::model::template::Template;
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::text::wrap::lowered;
use crate::report::theme::{Role, Style};
use crate::rulebook::key;
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
    if global.json {
        return print(&json(&rule, change)).map(|()| 0);
    }
    print(text(&rule, change, &style).as_bytes()).map(|()| 0)
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

fn text(rule: &Rule, change: Option<&Change>, style: &Style) -> String {
    let mut page = Page::new(style, None);
    match rule {
        Rule::Check(check) => {
            heading(&mut page, check.id, check.title, check.about);
            if let Some(change) = change {
                page.field("built in", &change.to_string());
            }
            if check.on_request {
                page.field("judged", "on request alone: where --only, or the `only` of a profile, names it");
            }
            let keys: Vec<String> = check.evidence.iter().map(|decl| probe_key(&decl.probe)).collect();
            let looks = keys.iter().enumerate();
            looks.for_each(|(at, key)| page.field(if at == 0 { "looks at" } else { "" }, key));
            if !check.needs.is_empty() {
                page.field("needs", &check.needs.join(", "));
            }
            check.outcomes.iter().for_each(|outcome| finding(&mut page, outcome));
        }
        Rule::Cause(cause) => {
            heading(&mut page, cause.id, cause.title, cause.about);
            page.field("explains", &cause.explains.join(", "));
            words(&mut page, &cause.symptom, &cause.cause, cause.fix);
        }
    }
    page.finish()
}

fn heading(page: &mut Page, id: &str, title: &str, about: &str) {
    let at = page.lead(&[(Role::Strong, id), (Role::Plain, "   ")]);
    page.flow(Role::Plain, &lowered(title), at, 2);
    if !about.is_empty() {
        page.field("about", about);
    }
}

fn finding(page: &mut Page, outcome: &Outcome) {
    let Some(severity) = outcome.severity else { return };
    page.gap();
    page.line(&[
        (Role::of(severity), page.style.glyph(crate::report::theme::Glyph::of(severity))),
        (Role::Plain, " "),
        (Role::of(severity), severity.name()),
        (Role::Plain, "  "),
        (Role::Strong, outcome.id),
    ]);
    words(page, &outcome.symptom, &outcome.cause, outcome.fix);
}

fn words(page: &mut Page, symptom: &Template, cause: &Template, fix: List<Step>) {
    for (label, words) in [("symptom", symptom), ("cause", cause)] {
        if !words.is_empty() {
            page.field(label, words.written);
        }
    }
    for (number, step) in fix.iter().enumerate() {
        page.field(if number == 0 { "fix" } else { "" }, &step_words(step));
    }
}

fn json(rule: &Rule, change: Option<&Change>) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.break_lines(1);
        match rule {
            Rule::Check(check) => {
                json.text_at("id", check.id);
                json.text_at("title", check.title);
                json.text_at("about", check.about);
                if let Some(change) = change {
                    change_at(json, change);
                }
                json.flag_at("on_request", check.on_request);
                let probes: Vec<String> = check.evidence.iter().map(|decl| probe_key(&decl.probe)).collect();
                json.texts("looks_at", &probes);
                json.texts("needs", check.needs.members());
                json.key("outcomes");
                json.list(check.outcomes, |json, outcome| {
                    json.object(|json| {
                        json.text_at("id", outcome.id);
                        json.maybe_at("severity", outcome.severity.map(|severity| severity.name()));
                        words_at(json, &outcome.symptom, &outcome.cause, outcome.fix);
                    });
                });
            }
            Rule::Cause(cause) => {
                json.text_at("id", cause.id);
                json.text_at("title", cause.title);
                json.text_at("about", cause.about);
                json.texts("explains", cause.explains.members());
                words_at(json, &cause.symptom, &cause.cause, cause.fix);
            }
        }
    })
}

fn words_at(json: &mut Writer, symptom: &Template, cause: &Template, fix: List<Step>) {
    json.text_at("symptom", symptom.written);
    json.text_at("cause", cause.written);
    json.texts("fix", &fix.iter().map(step_words).collect::<Vec<String>>());
}

/// The key of a probe as a rule writes it, references and all.
fn probe_key(call: &ProbeCall) -> String {
    let args: Vec<_> = call.args.iter().map(|arg| (arg.name, arg.value.written.to_owned())).collect();
    key::write(call.kind, &args)
}

/// A step before anything is filled in.
pub(super) fn step_words(step: &Step) -> String {
    let written = |words: List<Template>| words.iter().map(|word| word.written).collect::<Vec<_>>().join(" ");
    match &step.action {
        Action::Auth(AuthAction { operation, args }) => {
            format!("cmdop {} {}", operation.argv().join(" "), written(*args)).trim_end().to_owned()
        }
        Action::File(action) => file_words(action),
        Action::Shell(ShellAction { verb: ShellVerb::Unset, variable, .. }) => {
            format!("unset {}", variable.written)
        }
        Action::Shell(ShellAction { verb: ShellVerb::Export, variable, value }) => {
            format!("export {}={}", variable.written, value.written)
        }
        Action::Restart(process) => format!("kill {} && cmdop connect", process.written),
        Action::Run(argv) => written(*argv),
        Action::Manual(words) => words.written.to_owned(),
    }
}

fn file_words(action: &FileAction) -> String {
    let (path, to) = (action.path.written, action.to.written);
    match action.verb {
        FileVerb::Chmod => format!("chmod {} {path}", to.trim_start_matches('0')),
        FileVerb::Chown => format!("chown {to} {path}"),
        FileVerb::Move => format!("mv {path} {to}"),
        FileVerb::Remove => format!("rm {path}"),
        FileVerb::Mkdir => format!("mkdir {path}"),
        FileVerb::StripMark => format!(r"sed -i '1s/^\xEF\xBB\xBF//' {path}"),
    }
}
