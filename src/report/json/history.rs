//! The `history` of the JSON document: what a log tells beside the diagnosis.

use super::rows;
use super::writer::Writer;
use crate::model::diagnosis::Root;
use crate::model::history::{Contradiction, Event, History, Moment, Outline, Quote};
use crate::model::line::Line;

/// Writes the history, with the lines that roots rest on.
pub(super) fn write(json: &mut Writer, history: &History, roots: &[Root]) {
    let cited = |quote: &&Quote| roots.iter().any(|root| root.lines.contains(&quote.line));
    let quotes: Vec<&Quote> = history.quotes.iter().filter(cited).collect();
    json.key("history");
    json.object(|json| {
        json.number_at("runs", history.runs);
        json.key("run");
        outline(json, &history.run);
        json.key("failing_since");
        maybe_moment(json, history.failing_since.as_ref());
        json.key("last_success");
        maybe_moment(json, history.last_success.as_ref());
        json.key("events");
        json.list(&history.events, event);
        json.number_at("events_left_out", history.left_out);
        json.key("contradictions");
        json.list(&history.contradictions, contradiction);
        json.key("recovered");
        json.list(&history.recovered, quote);
        json.key("quotes");
        json.list(quotes, quote);
        json.texts("assumptions", &history.assumptions);
    });
}

fn outline(json: &mut Writer, run: &Outline) {
    json.object(|json| {
        let ends: Vec<&Line> = run.first.iter().chain(&run.last).collect();
        rows::lines_at(json, ends);
        json.maybe_at("command", run.command.as_deref());
        json.maybe_at("user", run.user.as_deref());
        let number = |json: &mut Writer, name, number: Option<u32>| match number {
            Some(number) => json.number_at(name, number),
            None => json.maybe_at(name, None),
        };
        number(json, "pid", run.pid);
        number(json, "exit_code", run.exit_code.map(u32::from));
    });
}

fn maybe_moment(json: &mut Writer, at: Option<&Moment>) {
    match at {
        Some(at) => json.object(|json| moment(json, at)),
        None => json.plain("null"),
    }
}

/// A time without a zone is as the log has it, and so is one without a date.
fn moment(json: &mut Writer, at: &Moment) {
    match at.time {
        Some(time) => {
            json.time_at("time", time.ms);
            json.flag_at("zoned", time.zoned);
            json.flag_at("dated", time.dated);
        }
        None => json.maybe_at("time", None),
    }
    rows::lines_at(json, [&at.line]);
}

fn event(json: &mut Writer, event: &Event) {
    json.object(|json| {
        json.text_at("kind", event.kind.name());
        json.text_at("what", &event.what);
        moment(json, &event.at);
    });
}

fn contradiction(json: &mut Writer, told: &Contradiction) {
    json.object(|json| {
        json.text_at("probe", &told.probe);
        json.text_at("fact", told.fact);
        json.text_at("before", &told.before);
        json.text_at("after", &told.after);
        rows::lines_at(json, [&told.before_at, &told.after_at]);
    });
}

fn quote(json: &mut Writer, quote: &Quote) {
    json.object(|json| {
        json.text_at("text", &quote.text);
        rows::lines_at(json, [&quote.line]);
    });
}
