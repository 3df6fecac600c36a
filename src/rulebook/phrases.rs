//! The rules for lines and messages at work: unpacked when they are needed, what a log is searched for on
//! their account, and what each says of a line.

use std::sync::OnceLock;

use regex::bytes::{Captures, Regex};

use super::embedded::phrases;
use super::language::sieve;
use super::testimony::{Testimony, testimonies};
use crate::model::check::Trust;
use crate::model::list::{List, Str};
use crate::model::log_rule::LogRule;
use crate::model::rulebook::Rulebook;
use crate::model::symptom::{Suggestion, Symptom};
use crate::scan::{Plan, Planned, Scanner, Test};

/// `rulebook` with its log rules and symptoms at hand.
pub fn unpacked(rulebook: &Rulebook) -> Rulebook {
    if !rulebook.packed {
        return *rulebook;
    }
    let built_in = phrases();
    // Rules from outside are only ever added to what is unpacked.
    Rulebook { logs: built_in.logs, symptoms: built_in.symptoms, packed: false, ..*rulebook }
}

/// What a line, or a person, says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'s> {
    /// The message without time, level, component and fields; of a line without such a form, all of it
    /// but the colours.
    pub text: &'s str,
    /// Names and values, as they were before they were quoted. The line's component and its time, as
    /// RFC 3339 has it, are among them.
    pub fields: &'s [(&'s str, &'s str)],
}

impl<'s> Said<'s> {
    /// The value of the first field called `name`.
    pub fn field(&self, name: &str) -> Option<&'s str> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// What one rule makes of what was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The log rule's id, or the symptom's.
    pub rule: Str,
    /// Where in the text the pattern matches, in bytes.
    pub spans: Vec<(usize, usize)>,
    pub testimonies: Vec<Testimony>,
    pub suggests: List<Suggestion>,
}

/// A rule with its expressions, compiled when they are first needed.
struct Phrase {
    kind: Kind,
    expressions: OnceLock<Option<Expressions>>,
    /// Whether its pattern asks where a message begins or ends.
    has_ends: OnceLock<bool>,
}

#[derive(Clone, Copy)]
enum Kind {
    Log(&'static LogRule),
    Symptom(&'static Symptom),
}

struct Expressions {
    whole: Regex,
    unless: Option<Regex>,
    /// One for each field of the rule that must be there.
    fields: Vec<(Str, Regex)>,
}

/// The log rules and symptoms of a rulebook, ready to listen.
pub struct Phrases {
    phrases: Vec<Phrase>,
    signatures: Plan,
}

impl std::fmt::Debug for Phrases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} phrases", self.phrases.len())
    }
}

impl Phrases {
    /// Those that are about what stands in logs: the log rules of `rulebook` in their order, then its
    /// symptoms.
    pub fn of(rulebook: &Rulebook) -> Phrases {
        Phrases::chosen(rulebook, |kind| !matches!(kind, Kind::Symptom(symptom) if symptom.typed))
    }

    /// The symptoms, for what a person types.
    pub fn typed(rulebook: &Rulebook) -> Phrases {
        Phrases::chosen(rulebook, |kind| matches!(kind, Kind::Symptom(_)))
    }

    fn chosen(rulebook: &Rulebook, wanted: impl Fn(Kind) -> bool) -> Phrases {
        let rulebook = unpacked(rulebook);
        let logs = rulebook.logs.into_iter().map(Kind::Log);
        let kinds = logs.chain(rulebook.symptoms.into_iter().map(Kind::Symptom));
        let mut ready = phrases().needles.iter();
        let outside = kinds.clone().map(Kind::source).filter(|(trust, _)| *trust < Trust::BuiltIn);
        let mut taken_apart =
            sieve::in_full(&outside.map(|(_, pattern)| pattern).collect::<Vec<_>>()).into_iter();
        let mut chosen = (Vec::new(), Vec::new());
        for kind in kinds {
            // What is built in was prepared, in the same order.
            let planned = match kind.source().0 {
                Trust::BuiltIn => ready.next().copied(),
                Trust::Signed | Trust::Config | Trust::Named => taken_apart.next().flatten(),
            };
            if !wanted(kind) {
                continue;
            }
            // Every pattern was read with a text to look for; one without is looked for in every line.
            let everywhere = Planned { test: Test::Needles, needles: List::EMPTY };
            chosen.0.push(Phrase { kind, expressions: OnceLock::new(), has_ends: OnceLock::new() });
            chosen.1.push(planned.unwrap_or(everywhere));
        }
        Phrases { phrases: chosen.0, signatures: Plan { signatures: List::keep(chosen.1) } }
    }

    /// What a log is searched for: a signature for each phrase, in their order. A hit says that a line
    /// has a text that the phrase's expression demands, and no more: what the line says is found out from
    /// its form, and then [`Phrases::hear`] has the last word.
    pub fn signatures(&self) -> Plan {
        self.signatures
    }

    /// The numbers of the phrases that may be about `text`, which is one line.
    pub(super) fn candidates(&self, text: &str) -> Vec<usize> {
        let mut numbers = Vec::new();
        // Memory can always be read.
        let _scanned =
            Scanner::new(self.signatures()).scan(text.as_bytes(), 1, |hit| numbers.push(hit.signature));
        numbers
    }

    /// Whether a line may say what the phrase with this number is about, by the line as it lies in the file:
    /// most lines that have a short text of a phrase do not, and need not be taken apart.
    pub fn may_hear(&self, number: usize, line: &[u8]) -> bool {
        let Some(phrase) = self.phrases.get(number) else { return false };
        // JSON writes signs in another way, and only what the line says has a beginning and an end.
        if line.contains(&b'\\')
            || line.contains(&0)
            || *phrase.has_ends.get_or_init(|| phrase.kind.has_ends())
        {
            return true;
        }
        let expressions = phrase.expressions.get_or_init(|| phrase.kind.compile()).as_ref();
        expressions.is_some_and(|expressions| expressions.whole.is_match(line))
    }

    /// Whether the phrase with this number is about the time of a line, too.
    pub fn asks_when(&self, number: usize) -> bool {
        let kind = self.phrases.get(number).map(|phrase| phrase.kind);
        matches!(kind, Some(Kind::Log(rule)) if rule.fields.iter().any(|test| test.name == "time"))
    }

    /// What the phrase with this number makes of what was said; `None` if it is about something else.
    pub fn hear(&self, number: usize, said: &Said<'_>) -> Option<Heard> {
        let phrase = self.phrases.get(number)?;
        let expressions = phrase.expressions.get_or_init(|| phrase.kind.compile()).as_ref()?;
        let groups = expressions.capture(said)?;
        let (rule, testimonies, suggests) = match phrase.kind {
            Kind::Log(rule) => (rule.id, testimonies(rule, said, &groups), rule.suggests),
            Kind::Symptom(symptom) => (symptom.id, Vec::new(), symptom.suggests),
        };
        let matches = expressions.whole.find_iter(said.text.as_bytes());
        let spans = matches.map(|found| (found.start(), found.end())).collect();
        Some(Heard { rule, spans, testimonies, suggests })
    }
}

impl Kind {
    fn source(self) -> (Trust, Str) {
        match self {
            Kind::Log(rule) => (rule.source.trust, rule.pattern),
            Kind::Symptom(symptom) => (symptom.source.trust, symptom.pattern),
        }
    }

    /// Whether its pattern asks where a message begins or ends.
    fn has_ends(self) -> bool {
        let (_, pattern) = self.source();
        let pattern = pattern.replace("[^", "").replace("\\$", "");
        pattern.contains(['^', '$']) || pattern.contains(r"\A") || pattern.contains(r"\z")
    }

    /// The expressions were judged when the rule was read, so none fails here.
    fn compile(self) -> Option<Expressions> {
        let (pattern, unless, tests) = match self {
            Kind::Log(rule) => (rule.pattern, rule.unless, rule.fields),
            Kind::Symptom(symptom) => (symptom.pattern, symptom.unless, List::EMPTY),
        };
        let tested = tests.iter().filter_map(|test| Some((test.name, test.pattern?)));
        let fields = tested.map(|(name, pattern)| Some((name, sieve::expression(pattern).ok()?)));
        Some(Expressions {
            whole: sieve::expression(pattern).ok()?,
            unless: unless.map(sieve::expression).transpose().ok()?,
            fields: fields.collect::<Option<_>>()?,
        })
    }
}

impl Expressions {
    fn capture<'s>(&self, said: &Said<'s>) -> Option<Captures<'s>> {
        let fits = |(name, expression): &(Str, Regex)| {
            said.field(name).is_some_and(|value| expression.is_match(value.as_bytes()))
        };
        let text = said.text.as_bytes();
        let groups = self.whole.captures(text)?;
        let excepted = self.unless.as_ref().is_some_and(|unless| unless.is_match(text));
        (self.fields.iter().all(fits) && !excepted).then_some(groups)
    }
}
