//! Writing a bundle.

use super::SCHEMA;
use super::logs::Excerpt;
use crate::engine::Symbols;
use crate::model::report::Report;
use crate::model::rulebook::Rulebook;
use crate::rulebook::identity;
use crate::source::facts;
use crate::source::json::Writer;
use crate::source::recording::Asked;

/// All that a bundle is made of. Nothing in it may hold a secret.
#[derive(Debug)]
pub struct Captured<'a> {
    /// The report of the examination that gathered the evidence.
    pub report: &'a Report,
    pub symbols: &'a Symbols,
    pub asked: &'a Asked,
    pub rulebook: &'a Rulebook,
    pub logs: &'a [Excerpt],
    /// Names of users and hosts were replaced.
    pub anonymized: bool,
}

/// Writes the document.
pub fn render(captured: &Captured<'_>) -> Vec<u8> {
    let Captured { report, symbols, asked, rulebook, logs, anonymized } = captured;
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.break_lines(0);
        json.key("tool");
        json.object(|json| {
            json.text_at("name", env!("CARGO_PKG_NAME"));
            json.text_at("version", env!("CARGO_PKG_VERSION"));
        });
        json.key("platform");
        json.object(|json| {
            json.text_at("os", std::env::consts::OS);
            json.text_at("arch", std::env::consts::ARCH);
        });
        json.time_at("started_at", report.started_at);
        json.number_at("duration_ms", report.duration_ms);
        json.flag_at("anonymized", *anonymized);
        json.key("rulebook");
        json.object(|json| {
            json.number_at("checks", rulebook.checks.len());
            json.text_at("sha256", &identity(rulebook));
        });
        asked_at(json, asked, report);
        json.break_lines(1);
        json.key("symbols");
        json.object(|json| symbols.iter().for_each(|(name, value)| json.maybe_at(name, value)));
        json.texts("remarks", &report.remarks);
        evidence_at(json, report);
        json.key("logs");
        json.list(*logs, |json, log| log.write(json));
    })
}

fn asked_at(json: &mut Writer, asked: &Asked, report: &Report) {
    json.key("asked");
    json.object(|json| {
        json.texts("only", &asked.selection.only);
        json.texts("skip", &asked.selection.skip);
        json.text_at("fail_on", report.fail_on.name());
        json.flag_at("offline", asked.offline);
        json.texts("symptoms", &asked.symptoms);
    });
}

fn evidence_at(json: &mut Writer, report: &Report) {
    json.key("evidence");
    json.object(|json| {
        for (key, found) in &report.evidence {
            json.free_key(key);
            facts::reading(json, &found.reading);
        }
    });
    json.key("readings");
    json.object(|json| {
        for (key, found) in &report.evidence {
            json.free_key(key);
            json.object(|json| {
                json.time_at("taken_at", found.taken_at);
                json.number_at("duration_ms", found.duration_ms);
            });
        }
    });
}
