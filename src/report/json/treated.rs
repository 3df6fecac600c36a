//! `treatment`: what was done about the diagnosis, for programs.

use super::writer::Writer;
use crate::model::finding::Verdict;
use crate::model::treatment::{Attempt, Fate, Taken, Treatment};

/// Writes the member `treatment`.
pub(in crate::report) fn write(json: &mut Writer, treatment: &Treatment) {
    json.key("treatment");
    json.object(|json| {
        json.flag_at("dry_run", treatment.dry_run);
        json.key("fixes");
        json.list(&treatment.attempts, attempt);
        json.texts("newly_sick", &treatment.newly_sick);
    });
}

fn attempt(json: &mut Writer, attempt: &Attempt) {
    json.object(|json| {
        json.text_at("root", &attempt.root);
        json.text_at("finding", &attempt.finding);
        json.text_at("title", &attempt.title);
        json.text_at("severity", attempt.severity.name());
        json.text_at("result", attempt.result.name());
        json.key("proof");
        json.object(|json| {
            json.text_at("before", "sick");
            json.text_at("cause", &attempt.cause);
            json.maybe_at("after", attempt.after.map(Verdict::name));
        });
        json.key("steps");
        json.list(&attempt.steps, taken);
        json.maybe_at("undo", attempt.undo.as_deref());
        json.maybe_at("message", attempt.message.as_deref());
    });
}

fn taken(json: &mut Writer, taken: &Taken) {
    let why = match &taken.fate {
        Fate::Failed(why) => Some(why.as_str()),
        _ => None,
    };
    json.object(|json| {
        json.texts("argv", &taken.step.argv);
        json.text_at("command", &taken.step.command);
        json.text_at("kind", taken.step.kind);
        json.text_at("safety", taken.step.safety.name());
        json.text_at("for", taken.step.audience.name());
        json.text_at("effect", &taken.effect);
        json.flag_at("undoable", taken.step.act.is_undoable());
        json.text_at("fate", taken.fate.name());
        json.maybe_at("why", why);
    });
}
