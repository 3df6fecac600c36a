//! What a log tells beside the diagnosis: which run was examined, since when it fails, what happened
//! in it, and the lines that a root rests on.

use jiff::Timestamp;

use super::closing::number;
use super::page::{INDENT, Page};
use crate::model::diagnosis::Root;
use crate::model::history::{Event, EventKind, History, Moment, Outline, Time};
use crate::model::line::Line;
use crate::model::report::Report;
use crate::report::theme::{Glyph, Role};

/// So many lines are shown under a root; JSON has them all.
const SEEN: usize = 3;

/// So many points of the time line are shown from its beginning and from its end.
const POINTS: usize = 6;

/// Writes the lines that `root` rests on.
pub(super) fn seen(page: &mut Page, root: &Root, report: &Report) {
    let Some(history) = &report.history else { return };
    let text = |line: &Line| {
        let quote = history.quotes.iter().find(|quote| quote.line == *line);
        quote.map_or_else(|| line.to_string(), |quote| format!("{line}  {}", quote.text))
    };
    for (at, line) in root.lines.iter().take(SEEN).enumerate() {
        page.field(if at == 0 { "seen" } else { "" }, &text(line));
    }
    if root.lines.len() > SEEN {
        page.field("", &format!("and {} more", number(root.lines.len() - SEEN, "line")));
    }
}

/// Writes the story of the log.
pub(super) fn write(page: &mut Page, report: &Report) {
    let Some(history) = &report.history else { return };
    if history.runs == 0 {
        return;
    }
    page.gap();
    page.field("run", &examined(history));
    if let Some(since) = since(history) {
        page.field("since", &since);
    }
    time_line(page, &history.events, history.left_out);
    for error in &history.recovered {
        page.field("over", &format!("{}  {} (the run got over it)", error.line, error.text));
    }
    for one in &history.contradictions {
        let words = format!(
            "{}: {} was {} ({}), and is {} ({}); the later counts",
            one.probe, one.fact, one.before, one.before_at, one.after, one.after_at
        );
        page.field("but", &words);
    }
    if page.style.all || page.style.evidence {
        history.assumptions.iter().for_each(|assumed| page.field("assumed", assumed));
    }
}

/// `the last of 3, cmdop login (auth-debug.log:12 to 40)`.
fn examined(history: &History) -> String {
    let Outline { first, last, command, user, exit_code, .. } = &history.run;
    let which = match history.runs {
        1 => "the only one".to_owned(),
        many => format!("the last of {many}"),
    };
    let command = command.as_ref().map(|command| format!(", {command}")).unwrap_or_default();
    let user = user.as_ref().map(|user| format!(" by {user}")).unwrap_or_default();
    let place = match (first, last) {
        (Some(first), Some(last)) if first == last => format!(" ({first})"),
        (Some(first), Some(last)) if first.file == last.file => format!(" ({first} to {})", last.line),
        (Some(first), Some(last)) => format!(" ({first} to {last})"),
        _ => String::new(),
    };
    let code = exit_code.map(|code| format!(", exit code {code}")).unwrap_or_default();
    format!("{which}{command}{user}{place}{code}")
}

/// `failing since 09:14, last success 08:59`.
fn since(history: &History) -> Option<String> {
    let at = |moment: &Moment| match moment.time {
        Some(time) => format!("{} ({})", minute(time), moment.line),
        None => moment.line.to_string(),
    };
    let failing = history.failing_since.as_ref().map(|moment| format!("failing since {}", at(moment)));
    let success = history.last_success.as_ref().map(|moment| format!("last success {}", at(moment)));
    match (failing, success) {
        (Some(failing), Some(success)) => Some(format!("{failing}, {success}")),
        (Some(failing), None) => Some(format!("{failing}, no success before")),
        (None, success) => success,
    }
}

fn time_line(page: &mut Page, events: &[Event], left_out: u64) {
    let first_failure = events.iter().position(|event| event.kind == EventKind::Failed);
    let many = events.len();
    let is_shown =
        |at: usize| page_all(many) || at < POINTS || at + POINTS >= many || Some(at) == first_failure;
    let mut hidden = 0;
    for (at, event) in events.iter().enumerate() {
        if !is_shown(at) {
            hidden += 1;
            continue;
        }
        if hidden > 0 {
            let left_out = if at > POINTS { left_out } else { 0 };
            page.field("", &format!("… {} more", hidden + left_out));
            hidden = 0;
        }
        point(page, event, Some(at) == first_failure);
    }
}

/// A short story is told whole.
fn page_all(many: usize) -> bool {
    many <= 2 * POINTS + 2
}

/// `  09:12:01  ✗ GET /v1/machines 401   auth-debug.log:6`.
fn point(page: &mut Page, event: &Event, is_first_failure: bool) {
    let time = event.at.time.map_or_else(String::new, second);
    let (role, glyph) = match event.kind {
        EventKind::Began | EventKind::Ended => (Role::Faint, Glyph::Idle),
        EventKind::Succeeded => (Role::Good, Glyph::Good),
        EventKind::Failed => (Role::Error, Glyph::Error),
    };
    let glyph = page.style.glyph(glyph);
    let width = INDENT - 3;
    let at = page.lead(&[(Role::Faint, &format!("  {time:<width$} ")), (role, glyph), (Role::Plain, " ")]);
    let first = if is_first_failure { ", the first failure" } else { "" };
    page.flow(Role::Plain, &format!("{}  ({}{first})", event.what, event.at.line), at, INDENT + 2);
}

fn second(time: Time) -> String {
    formed(time, "%H:%M:%S")
}

/// `2026-11-23 09:12 UTC`, as far as the log tells.
fn minute(time: Time) -> String {
    match (time.dated, time.zoned) {
        (true, true) => formed(time, "%Y-%m-%d %H:%M UTC"),
        (true, false) => formed(time, "%Y-%m-%d %H:%M"),
        (false, _) => formed(time, "%H:%M"),
    }
}

fn formed(time: Time, form: &str) -> String {
    Timestamp::from_millisecond(time.ms).map_or_else(|_| String::new(), |at| at.strftime(form).to_string())
}
