//! Conditions: `when`, `applies` and `where`, read against the types of the facts that they name.

use super::comparison;
use super::fault::quoted;
use super::keys::{Form, Key};
use super::node::{Content, Entry, Node, Pos};
use super::reader::Reader;
use super::scope::{Scope, Use};
use crate::model::condition::{Cond, Each, FactRef, FindingRef, Quantifier};
use crate::model::list::{List, Str, keep_text};

/// What a condition may mention beside facts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mentions {
    FactsOnly,
    /// `finding: check/outcome`, in rules about causes.
    Findings,
}

/// A key of a condition that is no fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    All,
    Not,
    /// Of conditions, or of the elements of a list.
    Any,
    /// Of the elements of a list.
    Every,
    No,
    Finding,
}

/// The keys of a condition that are no facts.
pub const WORDS: [(&str, Word, &str); 6] = [
    ("all", Word::All, "all of these hold"),
    ("any", Word::Any, "one of these holds; or, of a list: one element fits"),
    ("not", Word::Not, "this does not hold"),
    ("every", Word::Every, "every element of a list fits"),
    ("no", Word::No, "no element of a list fits"),
    ("finding", Word::Finding, "`check/outcome`, or `check` for any sick outcome"),
];

/// The keys of a condition over the elements of a list.
pub const OVER_A_LIST: [Key; 2] = [
    Key::must("of", Form::ListFact, "the list"),
    Key::must("where", Form::Condition, "what an element must be, as `it`"),
];

/// Reads conditions for one place of one rule.
pub(super) struct Conditions<'s, 'e> {
    pub scope: &'s Scope<'e>,
    pub mentions: Mentions,
    /// The findings that were mentioned, as they are written, for the linker to look up.
    pub findings: Vec<(Str, Pos)>,
}

/// Reads a condition that mentions facts only. Nothing there means that it always holds.
pub(super) fn read_if(reader: &mut Reader<'_>, scope: &Scope<'_>, node: Option<&Node<'_>>) -> List<Cond> {
    let mut conditions = Conditions { scope, mentions: Mentions::FactsOnly, findings: Vec::new() };
    node.map_or(List::EMPTY, |node| List::keep(conditions.read(reader, node)))
}

/// As [`read_if`], and notes whether anything in it was not understood.
pub(super) fn read_whole(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    node: Option<&Node<'_>>,
    misread: &mut bool,
) -> List<Cond> {
    let before = reader.count();
    let conds = read_if(reader, scope, node);
    // Names of evidence that was not understood are no faults of their own.
    *misread |= reader.count() > before || !scope.is_complete();
    conds
}

impl<'e> Conditions<'_, 'e> {
    /// The members of a map, all of which must hold.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<Cond> {
        let entries = reader.entries(node, "`evidence.fact: value`");
        if entries.is_empty() && matches!(node.content, Content::Map(_)) {
            let fault = reader.fault(node.pos, "this condition is empty");
            reader.report(fault.expected("at least one `evidence.fact: value`"));
        }
        let mut all = Vec::with_capacity(entries.len());
        for entry in entries {
            self.read_entry(reader, entry, &mut all);
        }
        all
    }

    fn read_entry(&mut self, reader: &mut Reader<'_>, entry: &Entry<'_>, all: &mut Vec<Cond>) {
        let word = WORDS.iter().find(|(name, ..)| *name == entry.key).map(|(_, word, _)| *word);
        let quantifier = match word {
            Some(Word::Any) => Quantifier::Some_,
            Some(Word::Every) => Quantifier::Every,
            Some(Word::No) => Quantifier::No,
            Some(Word::All) => return all.push(Cond::All(self.members(reader, &entry.value))),
            Some(Word::Not) => return all.push(Cond::Not(List::keep(self.read(reader, &entry.value)))),
            Some(Word::Finding) if self.mentions == Mentions::Findings => {
                return all.extend(self.finding(reader, &entry.value).map(Cond::FindingIs));
            }
            _ => return comparison::read(reader, self.scope, entry, all),
        };
        match &entry.value.content {
            Content::List(_) if quantifier == Quantifier::Some_ => {
                all.push(Cond::Any(self.members(reader, &entry.value)));
            }
            _ => all.extend(self.each(reader, quantifier, &entry.value).map(Cond::Each)),
        }
    }

    /// The members of `all: […]` or `any: […]`.
    fn members(&mut self, reader: &mut Reader<'_>, node: &Node<'_>) -> List<Cond> {
        let members = reader.members(node, "conditions");
        if members.is_empty() && matches!(node.content, Content::List(_)) {
            reader.report(reader.fault(node.pos, "this list of conditions is empty"));
        }
        let conds = members.iter().map(|member| match self.read(reader, member).as_slice() {
            [only] => *only,
            several => Cond::All(List::keep(several.to_vec())),
        });
        List::keep(conds.collect())
    }

    /// `{of: a.list, where: {…}}`.
    fn each(&mut self, reader: &mut Reader<'_>, how: Quantifier, node: &Node<'_>) -> Option<Each> {
        let fields = reader.keyed(node, "a condition over a list", &OVER_A_LIST)?;
        let of = fields.get("of");
        let matching = fields.get("where");
        let (list, scope) = list_fact(reader, self.scope, of?)?;
        let mut inner = Conditions { scope: &scope, mentions: self.mentions, findings: Vec::new() };
        let matching = List::keep(inner.read(reader, matching?));
        self.findings.append(&mut inner.findings);
        Some(Each { how, list, matching })
    }

    /// `check` or `check/outcome`.
    fn finding(&mut self, reader: &mut Reader<'_>, node: &Node<'_>) -> Option<FindingRef> {
        let text = keep_text(reader.text(node)?);
        let (check, outcome) = match text.split_once('/') {
            Some((check, outcome)) => (check, Some(outcome)),
            None => (text, None),
        };
        self.findings.push((text, node.pos));
        Some(FindingRef { check, outcome })
    }
}

/// The list fact that `node` names, and the scope inside of it.
pub(super) fn list_fact<'e>(
    reader: &mut Reader<'_>,
    scope: &Scope<'e>,
    node: &Node<'_>,
) -> Option<(FactRef, Scope<'e>)> {
    let name = reader.text(node)?;
    let (fact, kind) = scope.resolve(reader, name, node.pos, Use::Text)?;
    let inner = scope.within(kind);
    if inner.is_none() {
        let what = format!("{} is of the type {}, not a list", quoted(name), kind.name());
        reader.report(reader.fault(node.pos, what));
    }
    inner.map(|inner| (fact, inner))
}
