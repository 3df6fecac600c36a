//! The words of rules, and what in a rule nobody uses.

use super::super::assemble::Kind;
use super::super::document::{Document, Places, RuleText};
use super::super::fault::{RuleFault, quoted};
use super::super::node::{Content, Entry, Node, Pos};
use super::super::outcome::OF_THE_SICK;
use super::super::reader::Reader;
use super::Remark;
use crate::model::check::Trust;

pub(super) const CAPITAL: &str = "capital";
pub(super) const FULL_STOP: &str = "full-stop";
pub(super) const NO_ABOUT: &str = "no-about";
pub(super) const OPEN_ABOUT: &str = "open-about";
pub(super) const UNUSED_EVIDENCE: &str = "unused-evidence";
pub(super) const NO_FIX: &str = "no-fix";
pub(super) const ID_PATH: &str = "id-path";

/// Probes about a path, which a step that changes a file needs without naming them.
const OF_A_PATH: [&str; 4] = ["file", "json", "lock", "socket"];

/// A text that ought to be another one.
#[derive(Debug, Clone)]
pub(super) struct Word<'t> {
    pub code: &'static str,
    pub pos: Pos,
    pub written: &'t str,
    pub better: String,
}

/// What could be better. A document that is no YAML, or no rule, has faults and no remarks.
pub(super) fn remarks(file: RuleText<'_>) -> Vec<Remark> {
    let mut all = Vec::new();
    let mut ids = Vec::new();
    for document in file.documents() {
        let Ok(node) = document.parse(Places::Kept) else { continue };
        for (kind, entries) in rules(&document, &node) {
            let mut look = Look { document: &document, all: &mut all };
            look.rule(kind, entries);
            let id = value(entries, "id").map(|node| (kind, node.clone()));
            ids.extend(id.map(|(kind, id)| (kind, look.document.in_file(id.pos), id)));
        }
    }
    if let [(Kind::Check | Kind::Cause | Kind::Profile, place, id)] = ids.as_slice() {
        all.extend(misnamed(file, id, *place));
    }
    all
}

/// The rules of a document, each with its entries.
fn rules<'n, 't>(document: &Document<'_>, node: &'n Node<'t>) -> Vec<(Kind, &'n [Entry<'t>])> {
    let rules = match &node.content {
        Content::List(rules) => rules.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let known = rules.iter().filter_map(|rule| match &rule.content {
        // What is no rule was said by the parser.
        Content::Map(entries) => Some((Kind::of(&mut Reader::new(document), rule)?, entries.as_slice())),
        _ => None,
    });
    known.collect()
}

fn value<'n, 't>(entries: &'n [Entry<'t>], key: &str) -> Option<&'n Node<'t>> {
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
}

/// The texts of a document that ought to be others.
pub(super) fn words<'n>(document: &Document<'_>, node: &'n Node<'_>) -> Vec<Word<'n>> {
    let mut all = Vec::new();
    for (_, entries) in rules(document, node) {
        if let Some(title) = value(entries, "title") {
            all.extend(without_stop(title));
        }
        for spoken in outcomes(entries).chain([entries]) {
            for node in OF_THE_SICK.iter().filter_map(|key| value(spoken, key)) {
                all.extend(begun_small(node));
                all.extend(without_stop(node));
            }
        }
    }
    all
}

/// The maps of a rule that have words about an illness: its outcomes, and those that it changes.
fn outcomes<'n, 't>(entries: &'n [Entry<'t>]) -> impl Iterator<Item = &'n [Entry<'t>]> {
    let keys = ["outcomes", "before", "after"];
    let held = keys.into_iter().filter_map(|key| value(entries, key));
    held.flat_map(|node| -> Vec<&'n Node<'t>> {
        match &node.content {
            Content::List(members) => members.iter().collect(),
            Content::Map(entries) => entries.iter().map(|entry| &entry.value).collect(),
            _ => Vec::new(),
        }
    })
    .filter_map(|node| match &node.content {
        Content::Map(entries) => Some(entries.as_slice()),
        _ => None,
    })
}

/// A word of more than one letter that begins with a capital one and goes on in small ones.
fn begun_small<'n>(node: &'n Node<'_>) -> Option<Word<'n>> {
    let Content::Text(text) = &node.content else { return None };
    let mut letters = text.chars();
    let (first, second) = (letters.next()?, letters.next()?);
    (first.is_uppercase() && second.is_lowercase()).then(|| Word {
        code: CAPITAL,
        pos: node.pos,
        written: text,
        better: first.to_lowercase().chain([second]).chain(letters).collect(),
    })
}

/// A fragment that ends like a sentence.
fn without_stop<'n>(node: &'n Node<'_>) -> Option<Word<'n>> {
    let Content::Text(text) = &node.content else { return None };
    let trimmed = text.trim_end();
    let ends = trimmed.ends_with('.') && !trimmed.ends_with("..");
    let better = trimmed.strip_suffix('.').filter(|_| ends)?;
    let better = format!("{better}{}", &text[trimmed.len()..]);
    Some(Word { code: FULL_STOP, pos: node.pos, written: text, better })
}

/// Looks at one rule.
struct Look<'l, 'd> {
    document: &'l Document<'d>,
    all: &'l mut Vec<Remark>,
}

impl Look<'_, '_> {
    fn rule(&mut self, kind: Kind, entries: &[Entry<'_>]) {
        let place = entries.first().map_or(Pos { line: 1, column: 1 }, |entry| entry.key_pos);
        if matches!(kind, Kind::Check | Kind::Cause) {
            if value(entries, "about").is_none() {
                self.add(NO_ABOUT, place, "nothing says what this is for", "`about:` with full sentences");
            }
            self.unused_evidence(entries);
        }
        if let Some(Node { pos, content: Content::Text(about) }) = value(entries, "about")
            && !about.trim_end().ends_with(['.', '?', '!', ')', ':'])
        {
            self.add(OPEN_ABOUT, *pos, "these words do not end like a sentence", "full sentences");
        }
        self.words(entries);
        for outcome in outcomes(entries).filter(|_| kind == Kind::Check) {
            if value(outcome, "severity").is_some() && value(outcome, "fix").is_none() {
                let place = outcome.first().map_or(place, |entry| entry.key_pos);
                self.add(
                    NO_FIX,
                    place,
                    "a sick outcome that says nothing to do",
                    "`fix:`, be it `{ manual: … }`",
                );
            }
        }
    }

    fn add(&mut self, code: &'static str, at: Pos, what: impl Into<String>, expected: &str) {
        let fault = self.document.fault(at, what).expected(expected);
        self.all.push(Remark { code, fault, mendable: false });
    }

    fn words(&mut self, entries: &[Entry<'_>]) {
        let rule = Node { pos: Pos::default(), content: Content::Map(entries.to_vec()) };
        for word in words(self.document, &rule) {
            let what = match word.code {
                CAPITAL => format!("{} begins with a capital letter", quoted(word.written)),
                _ => "a fragment ends in a full stop".to_owned(),
            };
            let expected = if word.code == CAPITAL { "a small one" } else { "none" };
            let fault = self.document.fault(word.pos, what).expected(expected);
            self.all.push(Remark { code: word.code, fault, mendable: true });
        }
    }

    fn unused_evidence(&mut self, entries: &[Entry<'_>]) {
        let Some(Node { content: Content::Map(declared), .. }) = value(entries, "evidence") else { return };
        let mut texts = Vec::new();
        entries.iter().for_each(|entry| texts_of(&entry.value, &mut texts));
        let changes_files = texts.contains(&"file") && entries.iter().any(|entry| entry.key == "outcomes");
        for entry in declared {
            let of_a_path = matches!(&entry.value.content, Content::Map(probe)
                if probe.iter().any(|probe| OF_A_PATH.contains(&&*probe.key)));
            let used = of_a_path && changes_files || texts.iter().any(|text| mentions(text, &entry.key));
            if !used {
                let what = format!("nothing uses the evidence {}", quoted(&entry.key));
                self.add(
                    UNUSED_EVIDENCE,
                    entry.key_pos,
                    what,
                    "a condition or a text with it, or to look at less",
                );
            }
        }
    }
}

/// All keys and texts below `node`.
fn texts_of<'n>(node: &'n Node<'_>, texts: &mut Vec<&'n str>) {
    match &node.content {
        Content::Text(text) => texts.push(text),
        Content::List(members) => members.iter().for_each(|member| texts_of(member, texts)),
        Content::Map(entries) => {
            for entry in entries {
                texts.push(&entry.key);
                texts_of(&entry.value, texts);
            }
        }
        Content::Null | Content::Bool(_) | Content::Int(_) | Content::Real(_) => {}
    }
}

/// Whether `text` names a fact of the evidence `name`.
fn mentions(text: &str, name: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let found = |at: usize| {
        let before = text[..at].chars().next_back();
        text[at + name.len()..].starts_with('.') && !before.is_some_and(in_name)
    };
    text.match_indices(name).any(|(at, _)| found(at))
}

/// A file from outside with one rule that is called otherwise; of built-in ones the parser says it.
fn misnamed(file: RuleText<'_>, id: &Node<'_>, place: Pos) -> Option<Remark> {
    let Content::Text(written) = &id.content else { return None };
    let name = file.name.rsplit(['/', '\\']).next()?.split('.').next()?.replace('-', "_");
    let own = written.rsplit('.').next()?;
    if file.trust == Trust::BuiltIn || own == name || written.replace('.', "_") == name {
        return None;
    }
    let line = file.text.lines().nth(place.line.saturating_sub(1) as usize).unwrap_or_default();
    let fault =
        RuleFault::at(file.name, place, line, format!("the file of {} is called {name}", quoted(written)));
    let fault = fault.expected(format!("{own}.yaml"));
    Some(Remark { code: ID_PATH, fault, mendable: false })
}
