//! What is told of a rule, before any format shows it.

use super::steps::step_words;
use crate::model::cause::Cause;
use crate::model::change::Change;
use crate::model::check::{Check, EvidenceDecl, Otherwise, ProbeCall};
use crate::model::fix::Step;
use crate::model::list::{List, Str};
use crate::model::log_rule::LogRule;
use crate::model::rulebook::{Profile, Shape};
use crate::model::severity::Severity;
use crate::model::symptom::{Suggestion, Symptom};
use crate::model::template::Template;
use crate::rulebook::key;
use crate::rulebook::spelling::{condition, fact};

/// When a check is judged that is not always.
pub(super) const ON_REQUEST: &str = "on request alone: where --only, or the `only` of a profile, names it";

/// Everything about one rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    pub id: Str,
    pub title: Str,
    /// Full sentences, or nothing.
    pub about: Str,
    /// What rules from outside made of it, if it is built in.
    pub change: Option<String>,
    /// Of a check: whether it is judged on request alone.
    pub on_request: Option<bool>,
    /// What is looked at: the evidence's name, by which conditions and texts call it, and the probe's key.
    pub evidence: Vec<(Str, String)>,
    /// What it rests on, be it nothing.
    pub rests: Vec<Rest>,
    /// What it can find; of a cause the one thing, without a name.
    pub answers: Vec<Answer>,
}

/// One thing that a rule rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Rest {
    pub label: &'static str,
    pub lines: Vec<String>,
    /// Whether the lines are names, which stand in one line.
    pub names: bool,
}

/// One thing that a rule can find.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub id: Str,
    pub severity: Option<Severity>,
    /// All must hold.
    pub when: Vec<String>,
    pub symptom: Str,
    pub cause: Str,
    pub fix: Vec<String>,
}

impl Told {
    fn rest(&mut self, label: &'static str, lines: Vec<String>) {
        self.rests.push(Rest { label, lines, names: false });
    }

    fn names(&mut self, label: &'static str, names: List<Str>) {
        let lines = names.iter().map(|name| (*name).to_owned()).collect();
        self.rests.push(Rest { label, lines, names: true });
    }

    /// What is to be said of a check.
    pub fn of_check(check: &Check, change: Option<&Change>) -> Told {
        let (id, title, about) = (check.id, check.title, check.about);
        let mut told = Told { id, title, about, ..Told::default() };
        told.change = change.map(ToString::to_string);
        told.on_request = Some(check.on_request);
        told.evidence = keys(check.evidence);
        told.rest("asks", requests(check.evidence));
        told.rest("applies", check.applies.iter().map(condition).collect());
        told.names("needs", check.needs);
        told.names("hosts", check.source.hosts);
        told.rest("each", check.each.map(fact).into_iter().collect());
        told.answers = check
            .outcomes
            .iter()
            .map(|outcome| Answer {
                id: outcome.id,
                severity: outcome.severity,
                when: outcome.when.iter().map(condition).collect(),
                ..words(&outcome.symptom, &outcome.cause, outcome.fix)
            })
            .collect();
        let otherwise = match check.otherwise {
            Otherwise::Total => None,
            Otherwise::Undecided => Some("unknown".to_owned()),
            Otherwise::Falls(at) => check.outcomes.get(at).map(|outcome| outcome.id.to_owned()),
        };
        told.rest("otherwise", otherwise.into_iter().collect());
        told
    }

    /// What is to be said of a cause.
    pub fn of_cause(cause: &Cause) -> Told {
        let mut told = Told { id: cause.id, title: cause.title, about: cause.about, ..Told::default() };
        told.names("explains", cause.explains);
        told.rest("when", cause.when.iter().map(condition).collect());
        told.evidence = keys(cause.evidence);
        told.rest("asks", requests(cause.evidence));
        told.rest("words of", cause.root.map(str::to_owned).into_iter().collect());
        let corrects = cause.corrects.iter();
        told.rest("corrects", corrects.map(|c| format!("{} by {}", fact(c.wrong), fact(c.right))).collect());
        let answer = Answer { severity: cause.severity, ..words(&cause.symptom, &cause.cause, cause.fix) };
        told.answers = vec![answer];
        told
    }

    /// What is to be said of a message.
    pub fn of_symptom(symptom: &Symptom) -> Told {
        let mut told = Told { id: symptom.id, title: symptom.says, about: symptom.about, ..Told::default() };
        told.rest("match", vec![symptom.pattern.to_owned()]);
        told.rest("unless", symptom.unless.map(str::to_owned).into_iter().collect());
        told.rest("suggests", suggested(symptom.suggests));
        told
    }

    /// What is to be said of a line of a log.
    pub fn of_log(rule: &LogRule) -> Told {
        let mut told = Told { id: rule.id, ..Told::default() };
        told.rest("match", vec![rule.pattern.to_owned()]);
        told.rest("unless", rule.unless.map(str::to_owned).into_iter().collect());
        told.rest("fields", rule.fields.iter().map(|field| field.name.to_owned()).collect());
        let witness = rule.witness.iter();
        let names = |witness: &crate::model::log_rule::Witness| {
            let facts: Vec<&str> = witness.facts.into_iter().flatten().map(|fact| fact.name).collect();
            let facts = if facts.is_empty() { "absent".to_owned() } else { facts.join(", ") };
            format!("{}: {facts}", witness.probe.kind.spec().name)
        };
        told.rest("shows", witness.map(names).collect());
        told.rest("suggests", suggested(rule.suggests));
        told
    }

    /// What is to be said of a credential's looks.
    pub fn of_shape(shape: &Shape, family: Str) -> Told {
        let mut told = Told { id: shape.id, title: shape.says, ..Told::default() };
        told.rest("family", vec![family.to_owned()]);
        told.names("begins with", shape.prefixes);
        told.rest("pattern", vec![shape.pattern.to_owned()]);
        told
    }

    /// What is to be said of a selection.
    pub fn of_profile(profile: &Profile) -> Told {
        let mut told = Told { id: profile.id, title: profile.title, ..Told::default() };
        told.names("only", profile.only);
        told.names("skip", profile.skip);
        told.rest("fail on", profile.fail_on.map(|least| least.name().to_owned()).into_iter().collect());
        told
    }
}

fn suggested(suggests: List<Suggestion>) -> Vec<String> {
    suggests.iter().map(|suggestion| suggestion.outcome.to_owned()).collect()
}

fn keys(evidence: List<EvidenceDecl>) -> Vec<(Str, String)> {
    evidence.iter().map(|decl| (decl.name, probe_key(&decl.probe))).collect()
}

/// The probes that send anything.
fn requests(evidence: List<EvidenceDecl>) -> Vec<String> {
    let sent = evidence.iter().filter(|decl| decl.probe.kind.spec().network);
    sent.map(|decl| probe_key(&decl.probe)).collect()
}

/// The key of a probe as a rule writes it, references and all.
fn probe_key(call: &ProbeCall) -> String {
    let args: Vec<_> = call.args.iter().map(|arg| (arg.name, arg.value.written.to_owned())).collect();
    key::write(call.kind, &args)
}

fn words(symptom: &Template, cause: &Template, fix: List<Step>) -> Answer {
    Answer {
        id: "",
        severity: None,
        when: Vec::new(),
        symptom: symptom.written,
        cause: cause.written,
        fix: fix.iter().map(step_words).collect(),
    }
}
