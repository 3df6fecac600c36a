//! `cmdop doctor rules probes`: what rules can look at.

use crate::cli::failure::Failure;
use crate::cli::grammar::Global;
use crate::cli::output::print;
use crate::cli::screen;
use crate::model::fact::{FactSpec, FactType};
use crate::model::probe::{PRESENT, ParamSpec, ProbeKind, ProbeSpec};
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::text::wrap::columns;
use crate::report::theme::{Role, Style};
use crate::world::World;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.probes/1";

/// Prints every probe with its parameters and facts.
pub(in crate::cli) fn run(global: &Global, world: &World) -> Result<u8, Failure> {
    let style = screen::style(global.color, screen::columns(), &world.env);
    let printed = if global.json { json() } else { text(&style).into_bytes() };
    print(&printed).map(|()| 0)
}

fn text(style: &Style) -> String {
    let mut page = Page::new(style, None);
    page.flow(Role::Plain, &format!("Every probe tells `{}`: {}.", PRESENT.name, PRESENT.about), 0, 0);
    for kind in ProbeKind::ALL {
        let spec = kind.spec();
        page.gap();
        let at = page.lead(&[(Role::Strong, spec.name), (Role::Plain, "   ")]);
        page.flow(Role::Plain, &about(spec), at, 2);
        spec.params.iter().for_each(|param| asked(&mut page, param));
        facts(&mut page, spec.facts, 2);
    }
    page.finish()
}

fn about(spec: &ProbeSpec) -> String {
    let network = if spec.network { "; asks over the network" } else { "" };
    let body = match (spec.body, spec.output) {
        (false, _) => "",
        (true, false) => "; takes facts of its own under `body`",
        (true, true) => "; takes facts of its own under `body`, from text too",
    };
    format!("{}{network}{body}", spec.about)
}

fn asked(page: &mut Page, param: &ParamSpec) {
    let need = if param.required { "required" } else { "optional" };
    let choices = match param.choices {
        [] => String::new(),
        choices => format!(", one of {}", choices.join(", ")),
    };
    let at = page.lead(&[(Role::Plain, "  "), (Role::Command, param.name), (Role::Plain, ": ")]);
    let many = if param.many { ", a list of words" } else { "" };
    page.flow(Role::Plain, &format!("{need} parameter{many}{choices}"), at, 4);
}

fn facts(page: &mut Page, specs: &[FactSpec], indent: usize) {
    let longest = specs.iter().map(|fact| columns(fact.name)).max().unwrap_or(0);
    let longest_type = specs.iter().map(|fact| fact.kind.name().len()).max().unwrap_or(0);
    for fact in specs {
        let name = format!("{:indent$}{:longest$}  ", "", fact.name);
        let kind = format!("{:longest_type$}  ", fact.kind.name());
        let at = page.lead(&[(Role::Plain, &name), (Role::Faint, &kind)]);
        page.flow(Role::Plain, fact.about, at, at);
        if let FactType::Maps(fields) = fact.kind {
            facts(page, &fields, indent + 4);
        }
    }
}

fn json() -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.break_lines(1);
        json.key("probes");
        json.list(ProbeKind::ALL, |json, kind| {
            let spec = kind.spec();
            json.object(|json| {
                json.text_at("name", spec.name);
                json.text_at("about", spec.about);
                json.flag_at("network", spec.network);
                json.flag_at("body", spec.body);
                json.flag_at("output", spec.output);
                json.key("params");
                json.list(spec.params, param_object);
                json.key("facts");
                json.list(spec.facts, fact_object);
            });
        });
    })
}

fn param_object(json: &mut Writer, param: &ParamSpec) {
    json.object(|json| {
        json.text_at("name", param.name);
        json.text_at("lead", param.lead);
        json.flag_at("required", param.required);
        json.texts("choices", param.choices);
        json.flag_at("many", param.many);
    });
}

fn fact_object(json: &mut Writer, fact: &FactSpec) {
    json.object(|json| {
        json.text_at("name", fact.name);
        json.text_at("type", fact.kind.name());
        json.text_at("about", fact.about);
        if let FactType::Maps(fields) = fact.kind {
            json.key("of");
            json.list(fields, fact_object);
        }
    });
}
