//! From the texts of rule files to a rulebook.

use super::cause;
use super::check;
use super::disabling;
use super::document::{Document, Places, RuleText};
use super::extension;
use super::fault::{RuleFault, RuleFaults};
use super::keys::Key;
use super::link;
use super::log_rule;
use super::node::{Content, Node};
use super::profile;
use super::reader::Reader;
use super::rule::Marked;
use super::shape;
use super::symptom;
use crate::model::check::Trust;
use crate::model::rulebook::Rulebook;

/// Documents, or patterns, from which on a second thread pays.
const MANY: usize = 64;

/// Threads at most; loading is bound by memory from there on.
const MAX_THREADS: usize = 8;

/// Reads `files` into a rulebook of their own.
///
/// # Errors
/// All faults of all files.
pub fn parse_all(files: &[RuleText<'_>]) -> Result<Rulebook, RuleFaults> {
    extend(Rulebook::EMPTY, files)
}

/// Reads `files` into a rulebook together with the rules of `base`, which are in order.
///
/// # Errors
/// All faults of all files.
pub fn extend(base: Rulebook, files: &[RuleText<'_>]) -> Result<Rulebook, RuleFaults> {
    if files.is_empty() {
        return Ok(base);
    }
    let documents: Vec<Document<'_>> = files.iter().flat_map(|file| file.documents()).collect();
    // Places take time, and only faults need them: then all is read again.
    attempt(base, &documents, Places::LeftOut).or_else(|_| attempt(base, &documents, Places::Kept))
}

fn attempt(base: Rulebook, documents: &[Document<'_>], places: Places) -> Result<Rulebook, RuleFaults> {
    let mut rules = Vec::with_capacity(documents.len());
    let mut faults = Vec::new();
    for part in read_all(documents, places, &base) {
        rules.extend(part.rules);
        faults.extend(part.faults);
    }
    let linked = link::link(base, &rules, &mut faults);
    if faults.is_empty() { Ok(linked) } else { Err(RuleFaults::new(faults)) }
}

/// Reads `documents` on as many threads as pay, in their order.
fn read_all<'d>(documents: &'d [Document<'d>], places: Places, base: &Rulebook) -> Vec<Read<'d>> {
    in_shares(documents, |share| read_documents(share, places, base))
}

/// What `work` makes of shares of `all`, in their order, on as many threads as pay.
pub(super) fn in_shares<'a, T: Sync, R: Send>(all: &'a [T], work: impl Fn(&'a [T]) -> R + Sync) -> Vec<R> {
    if all.len() < MANY {
        return vec![work(all)];
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let share = all.len().div_ceil(threads).max(MANY / 2);
    std::thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = all.chunks(share).map(|share| scope.spawn(move || work(share))).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// What one thread read.
#[derive(Default)]
struct Read<'d> {
    rules: Vec<(&'d Document<'d>, Marked)>,
    faults: Vec<RuleFault>,
}

fn read_documents<'d>(documents: &'d [Document<'d>], places: Places, base: &Rulebook) -> Read<'d> {
    let mut read = Read { rules: Vec::with_capacity(documents.len()), faults: Vec::new() };
    for document in documents {
        match document.parse(places) {
            Ok(node) => {
                let mut reader = Reader::new(document);
                read_document(&mut reader, &node, base, |rule| read.rules.push((document, rule)));
                read.faults.extend(reader.into_faults());
            }
            Err(fault) => read.faults.push(*fault),
        }
    }
    read
}

/// A document is one rule or a list of rules.
fn read_document(reader: &mut Reader<'_>, node: &Node<'_>, base: &Rulebook, mut keep: impl FnMut(Marked)) {
    let rules = match &node.content {
        Content::Null => return,
        Content::List(rules) => rules.as_slice(),
        _ => std::slice::from_ref(node),
    };
    for rule in rules {
        if let Some(kind) = Kind::of(reader, rule)
            && let Some(rule) = kind.read(reader, rule, base)
        {
            keep(rule);
        }
    }
}

/// The kinds of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Check,
    Cause,
    Shape,
    Profile,
    Log,
    Symptom,
    Extension,
    Disabling,
}

/// The kinds by name, each with the folders of its built-in rules, if there can be any, and the keys of
/// its maps.
pub const KINDS: [(&str, Kind, &[&str], &[Key]); 8] = [
    ("check", Kind::Check, &["checks/", "rules/generations/"], &check::KEYS),
    ("cause", Kind::Cause, &["rules/causes/"], &cause::KEYS),
    ("shape", Kind::Shape, &["rules/shapes/"], &shape::KEYS),
    ("profile", Kind::Profile, &["rules/profiles/"], &profile::KEYS),
    ("log", Kind::Log, &["rules/logs/"], &log_rule::KEYS),
    ("symptom", Kind::Symptom, &["rules/symptoms/"], &symptom::KEYS),
    ("extension", Kind::Extension, &[], &extension::KEYS),
    ("disabling", Kind::Disabling, &[], &disabling::KEYS),
];

/// The keys by which a rule from outside is known, surest first.
pub const SIGNS: [(&str, Kind); 12] = [
    ("extends", Kind::Extension),
    ("disable", Kind::Disabling),
    ("outcomes", Kind::Check),
    ("explains", Kind::Cause),
    ("pattern", Kind::Shape),
    ("only", Kind::Profile),
    ("skip", Kind::Profile),
    ("witness", Kind::Log),
    ("fields", Kind::Log),
    ("suggests", Kind::Symptom),
    ("corrects", Kind::Cause),
    ("evidence", Kind::Check),
];

impl Kind {
    pub(super) fn of(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Kind> {
        if reader.document.trust == Trust::BuiltIn {
            let lives = |folder: &&str| reader.document.file.starts_with(folder);
            let kind = KINDS.iter().find(|(_, _, folders, _)| folders.iter().any(lives));
            if kind.is_none() {
                let fault = reader.fault(node.pos, "no kind of rule lives in this folder");
                let folders: Vec<&str> =
                    KINDS.iter().flat_map(|(_, _, folders, _)| *folders).copied().collect();
                reader.report(fault.expected(super::fault::either(&folders)));
            }
            return kind.map(|(_, kind, ..)| *kind);
        }
        let Content::Map(entries) = &node.content else {
            reader.wrong_type(node, "a rule: a map");
            return None;
        };
        let has = |key: &str| entries.iter().any(|entry| entry.key == key);
        let found = SIGNS.iter().find(|(key, _)| has(key)).map(|(_, kind)| *kind);
        let found = if found == Some(Kind::Symptom) && names_log(entries) { Some(Kind::Log) } else { found };
        if found.is_none() {
            let fault = reader
                .fault(node.pos, "this is no rule")
                .expected("a check with `outcomes`, a cause with `explains`, a shape with `pattern`, a profile with `only` or `skip`, a log rule with `witness`, a symptom with `suggests`, an extension with `extends` or a rule that takes checks away with `disable`");
            let near = SIGNS.iter().find(|(key, _)| {
                entries.iter().any(|entry| super::spell::nearest(&entry.key, [*key]).is_some())
            });
            reader.report(match near {
                Some((key, _)) => fault.hint(format!("did you mean `{key}`?")),
                None => fault,
            });
        }
        found
    }

    fn read(self, reader: &mut Reader<'_>, node: &Node<'_>, base: &Rulebook) -> Option<Marked> {
        match self {
            Kind::Check => check::read(reader, node),
            Kind::Cause => cause::read(reader, node),
            Kind::Shape => shape::read(reader, node),
            Kind::Profile => profile::read(reader, node),
            Kind::Log => log_rule::read(reader, node),
            Kind::Symptom => symptom::read(reader, node),
            Kind::Extension => extension::read(reader, node, base),
            Kind::Disabling => disabling::read(reader, node),
        }
    }
}

/// Whether the rule is called a log rule: one that only suggests has the keys of a symptom.
fn names_log(entries: &[super::node::Entry<'_>]) -> bool {
    let id = entries.iter().find(|entry| entry.key == "id");
    id.is_some_and(|id| matches!(&id.value.content, Content::Text(id) if id.starts_with("log.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rulebook_is_the_same_with_and_without_places() {
        let check = |id: &str| {
            format!("id: {id}\ntitle: t\nevidence: {{ k: {{ clock: }} }}\noutcomes: [{{ id: a }}]\n")
        };
        let in_list = check("x.c").replace('\n', "\n  ");
        let text =
            format!("# words\n\n{}--- # more\n\n# words\n{}---\n- {in_list}\n", check("x.a"), check("x.b"));
        let file = RuleText { name: "a.yaml", text: &text, trust: Trust::Named };
        let documents: Vec<Document<'_>> = file.documents().collect();
        let kept = attempt(Rulebook::EMPTY, &documents, Places::Kept).unwrap();
        assert_eq!(attempt(Rulebook::EMPTY, &documents, Places::LeftOut).unwrap(), kept);
        let lines: Vec<u32> = kept.checks.iter().map(|check| check.source.line).collect();
        assert_eq!(lines, [3, 10, 15]);
    }
}
