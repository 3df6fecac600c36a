//! Reading a document's tree: expected keys, expected types, and every fault along the way.

use super::document::Document;
use super::fault::{RuleFault, either, quoted};
use super::keys::Key;
use super::node::{Content, Entry, Node, Pos};
use crate::model::list::{Str, keep_text};

/// Faults that are reported of one document; nobody reads more, and each costs memory.
const MAX_FAULTS: usize = 100;

/// A document being read, and what was found wrong with it so far.
pub(super) struct Reader<'d> {
    pub document: &'d Document<'d>,
    faults: Vec<RuleFault>,
    unreported: usize,
    /// What is unknown and is no fault, in words; none where it is one.
    strange: Option<Vec<String>>,
}

/// The entries of a map whose keys are a closed list.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n, 't> {
    /// What the map is, with its article: "a check".
    pub what: &'static str,
    pub pos: Pos,
    entries: &'n [Entry<'t>],
}

impl<'n, 't> Fields<'n, 't> {
    pub(super) fn get(&self, key: &str) -> Option<&'n Node<'t>> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(super) fn entry(&self, key: &str) -> Option<&'n Entry<'t>> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Document<'d>) -> Reader<'d> {
        Reader { document, faults: Vec::new(), unreported: 0, strange: None }
    }

    /// A reader of what a newer version may have written: what it does not know is no fault.
    pub(super) fn tolerant(document: &'d Document<'d>) -> Reader<'d> {
        Reader { strange: Some(Vec::new()), ..Reader::new(document) }
    }

    /// Whether what is unknown is no fault; then it is noted, in `words`.
    pub(super) fn tolerates(&mut self, words: impl FnOnce() -> String) -> bool {
        if let Some(strange) = &mut self.strange {
            strange.push(words());
        }
        self.strange.is_some()
    }

    pub(super) fn is_tolerant(&self) -> bool {
        self.strange.is_some()
    }

    /// All that was found wrong, and all that was strange.
    pub(super) fn into_told(self) -> (Vec<RuleFault>, Vec<String>) {
        (self.faults, self.strange.unwrap_or_default())
    }

    /// A fault at a place of the document, to be completed and then reported.
    pub(super) fn fault(&self, at: Pos, what: impl Into<String>) -> RuleFault {
        self.document.fault(at, what)
    }

    pub(super) fn report(&mut self, fault: RuleFault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        } else {
            self.unreported += 1;
        }
    }

    /// How many faults were found so far.
    pub(super) fn count(&self) -> usize {
        self.faults.len() + self.unreported
    }

    /// Forgets all faults but the first `count`, which are about to be reported anew.
    pub(super) fn retract(&mut self, count: usize) {
        self.unreported = self.unreported.min(count.saturating_sub(self.faults.len()));
        self.faults.truncate(count);
    }

    /// All that was found wrong.
    pub(super) fn into_faults(mut self) -> Vec<RuleFault> {
        if self.unreported > 0 {
            let last = format!("{} more faults in this document", self.unreported);
            self.faults.push(self.document.fault(Pos { line: 1, column: 1 }, last));
        }
        self.faults
    }

    /// The entries of a map with free keys, of which none stands twice.
    pub(super) fn entries<'n, 't>(&mut self, node: &'n Node<'t>, what: &str) -> &'n [Entry<'t>] {
        let Content::Map(entries) = &node.content else {
            self.wrong_type(node, &format!("a map: {what}"));
            return &[];
        };
        self.report_duplicates(entries);
        entries
    }

    /// The entries of a map whose keys are `known`.
    pub(super) fn fields<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        what: &'static str,
        known: &[&str],
    ) -> Option<Fields<'n, 't>> {
        let entries = match &node.content {
            Content::Map(entries) => entries.as_slice(),
            // `clock:` alone is as good as `clock: {}`.
            Content::Null if known.is_empty() => &[],
            _ => {
                self.wrong_type(node, &format!("{what}: a map with {}", either(known)));
                return None;
            }
        };
        self.report_duplicates(entries);
        for entry in entries.iter().filter(|entry| !known.contains(&&*entry.key)) {
            let fault = self
                .fault(entry.key_pos, format!("unknown key {} in {what}", quoted(&entry.key)))
                .expected(if known.is_empty() { "no keys".to_owned() } else { either(known) })
                .did_you_mean(&entry.key, known.iter().copied());
            self.report(fault);
        }
        Some(Fields { what, pos: node.pos, entries })
    }

    /// The entries of a map that has the keys of a table; those that must be there are reported where
    /// they are not.
    pub(super) fn keyed<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        what: &'static str,
        keys: &[Key],
    ) -> Option<Fields<'n, 't>> {
        let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
        let fields = self.fields(node, what, &names)?;
        for key in keys.iter().filter(|key| key.must) {
            self.required(fields, key.name);
        }
        Some(fields)
    }

    fn report_duplicates(&mut self, entries: &[Entry<'_>]) {
        /// From here on a set is quicker than looking at all pairs.
        const MANY: usize = 32;
        if entries.len() < MANY {
            for (index, entry) in entries.iter().enumerate() {
                if let Some(first) = entries[..index].iter().find(|other| other.key == entry.key) {
                    self.report_duplicate(first.key_pos, entry);
                }
            }
            return;
        }
        let mut seen = std::collections::HashMap::with_capacity(entries.len());
        for entry in entries {
            match seen.entry(&*entry.key) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    self.report_duplicate(*first.get(), entry)
                }
                std::collections::hash_map::Entry::Vacant(free) => _ = free.insert(entry.key_pos),
            }
        }
    }

    fn report_duplicate(&mut self, first: Pos, again: &Entry<'_>) {
        let first = self.document.in_file(first);
        let what = format!("the key {} stands here a second time", quoted(&again.key));
        let hint = format!("it is given first in line {}, column {}", first.line, first.column);
        self.report(self.fault(again.key_pos, what).hint(hint));
    }

    /// The value of a key that must be there.
    pub(super) fn required<'n, 't>(&mut self, fields: Fields<'n, 't>, key: &str) -> Option<&'n Node<'t>> {
        let value = fields.get(key);
        if value.is_none() {
            self.report(self.fault(fields.pos, format!("the key `{key}` is missing in {}", fields.what)));
        }
        value
    }

    /// A text that is not empty.
    pub(super) fn text<'n>(&mut self, node: &'n Node<'_>) -> Option<&'n str> {
        match &node.content {
            Content::Text(text) if !text.trim().is_empty() => Some(text),
            Content::Text(_) => {
                self.report(self.fault(node.pos, "this text is empty"));
                None
            }
            _ => {
                self.wrong_type(node, "a text");
                None
            }
        }
    }

    /// A text that is kept for the rulebook, without the line end that block scalars have.
    pub(super) fn kept_text(&mut self, node: Option<&Node<'_>>) -> Str {
        node.and_then(|node| self.text(node)).map_or("", |text| keep_text(text.trim_end()))
    }

    /// What is on or off: `true` or `false`; off where nothing is said.
    pub(super) fn switch(&mut self, fields: Fields<'_, '_>, key: &str) -> bool {
        fields.get(key).is_some_and(|node| match node.content {
            Content::Bool(on) => on,
            _ => {
                self.wrong_type(node, "`true` or `false`");
                false
            }
        })
    }

    /// The members of a list.
    pub(super) fn members<'n, 't>(&mut self, node: &'n Node<'t>, what: &str) -> &'n [Node<'t>] {
        match &node.content {
            Content::List(members) => members,
            _ => {
                self.wrong_type(node, &format!("a list: {what}"));
                &[]
            }
        }
    }

    /// A list of texts that are not empty.
    pub(super) fn texts<'n>(&mut self, node: &'n Node<'_>, what: &str) -> Vec<(&'n str, Pos)> {
        let members = self.members(node, what);
        members.iter().filter_map(|member| Some((self.text(member)?, member.pos))).collect()
    }

    /// One of a closed list of words.
    pub(super) fn word<T: Copy>(&mut self, node: &Node<'_>, words: &[(&str, T)]) -> Option<T> {
        let Content::Text(text) = &node.content else {
            self.wrong_type(node, &either(&names(words)));
            return None;
        };
        let found = words.iter().find(|(word, _)| word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = names(words);
            let fault = self
                .fault(node.pos, format!("unknown word {}", quoted(text)))
                .expected(either(&known))
                .did_you_mean(text, known);
            self.report(fault);
        }
        found
    }

    /// Reports that something else stands where `expected` should.
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, expected: &str) {
        let what = format!("{} cannot stand here", node.content.kind());
        self.report(self.fault(node.pos, what).expected(expected));
    }
}

fn names<'w, T>(words: &[(&'w str, T)]) -> Vec<&'w str> {
    words.iter().map(|(word, _)| *word).collect()
}

impl Content<'_> {
    /// What it is, with its article, as messages say it.
    pub(super) fn kind(&self) -> String {
        match self {
            Content::Null => "nothing".to_owned(),
            Content::Bool(value) => format!("the truth value {value}"),
            Content::Int(value) => format!("the number {value}"),
            Content::Real(value) => format!("the number {value}"),
            Content::Text(text) => format!("the text {}", quoted(text)),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a map".to_owned(),
        }
    }
}

/// Whether `text` is a name as rules use them: a small letter, then small letters, digits and `_`.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// What [`is_name`] wants, for messages.
pub(super) const A_NAME: &str = "a name of small letters, digits and `_` that begins with a letter";
