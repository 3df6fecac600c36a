//! Cases: what rules answer on made-up machines, and what they make of a text, read from files.

pub mod text;

use super::document::{Places, RuleText};
use super::fault::{RuleFault, RuleFaults, either, quoted};
use super::keys::{Form, Key};
use super::node::{Content, Node};
use super::reader::{Fields, Reader};
use super::recorded::Recorded;
use crate::model::check::{Check, Trust};
use crate::model::evidence::{Evidence, EvidenceSet, Reading, SourceKind};
use crate::model::fact::{Fact, Value};
use crate::model::finding::Verdict;
use crate::model::rulebook::Rulebook;

pub use text::{KnownBy, TextCase};

/// What the symbols stand for in every case.
pub const SYMBOLS: [(&str, &str); 10] = [
    ("api", "https://api.cmdop.com"),
    ("issuer", "https://auth.cmdop.com"),
    ("home", "/home/ada"),
    ("config", "/home/ada/.cmdop"),
    ("store", "/home/ada/.cmdop/auth.json"),
    ("cwd", "/home/ada/project"),
    ("workspace", "acme"),
    ("agent_socket", "/tmp/cmdop-*.sock"),
    ("callback_port", "0"),
    ("hosts_file", "/etc/hosts"),
];

/// A made-up machine and what the check says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What happened, as a person would tell it.
    pub name: String,
    /// Where it begins in its file, one-based.
    pub line: u32,
    /// By probe key, each with its line. A probe that is not listed was not recorded.
    pub evidence: Vec<(String, u32, Reading)>,
    pub expect: Expect,
}

/// What a check should answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    pub answer: Answer,
    /// The whole command line of the fix.
    pub fix: Option<String>,
    pub symptom: Option<String>,
    pub cause: Option<String>,
}

/// The answer itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// One certain outcome.
    Outcome(String),
    Verdict(Verdict),
    /// Several outcomes that this evidence cannot tell apart.
    OneOf(Vec<String>),
    /// For a check with `each`: outcomes, or verdicts, by element.
    Elements(Vec<(String, String)>),
    /// For a cause: the ids of all roots of the whole diagnosis.
    Roots(Vec<String>),
}

/// The verdicts that a case can expect.
pub const VERDICTS: [(&str, Verdict); 3] = [
    ("healthy", Verdict::Healthy),
    ("unknown", Verdict::Unknown),
    ("not_applicable", Verdict::NotApplicable),
];

/// The key that says which check a case is about.
const CHECK: &str = "check";

/// The keys of `expect` of which exactly one stands in the case of a check.
pub const ANSWERS: [Key; 4] = [
    Key::may("outcome", Form::OutcomeName, "the one certain outcome"),
    Key::may("verdict", Form::Verdict, "the verdict, where no outcome is named"),
    Key::may("one_of", Form::OutcomeNames, "outcomes that this evidence cannot tell apart"),
    Key::may("elements", Form::Elements, "of a check with `each`: the outcome, or verdict, of each element"),
];

/// The keys of a case.
pub const KEYS: [Key; 4] = [
    Key::must("case", Form::Text, "what happened, as a person would tell it"),
    Key::may(CHECK, Form::CheckId, "the check, where the name of the file does not say it"),
    Key::must("evidence", Form::Readings, "what was read, by probe key; what is not listed is unavailable"),
    Key::must("expect", Form::Expectation, "what is found"),
];

/// The key of `expect` in the case of a cause.
pub const ROOTS: [Key; 1] =
    [Key::must("roots", Form::Roots, "ids of causes, or `check/outcome`: all roots of the whole diagnosis")];

/// The keys of `expect` about the words of the answer.
pub const WORDS: [Key; 3] = [
    Key::may("fix", Form::Text, "the whole command line of the fix"),
    Key::may("symptom", Form::Text, "the whole symptom"),
    Key::may("cause", Form::Text, "the whole cause"),
];

/// A case of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyCase {
    Check(&'static Check, Case),
    /// Of the whole diagnosis.
    Roots(Case),
    Text(TextCase),
}

/// What a case is about.
#[derive(Clone, Copy)]
enum Subject<'r> {
    Check(&'r Check),
    /// The whole diagnosis by these rules.
    Roots(&'r Rulebook),
}

/// Reads the cases of `check`. Their facts may be any that the probes, or the rules of
/// `rulebook`, declare.
///
/// # Errors
/// All faults of the file.
pub fn read(file: &str, text: &str, check: &Check, rulebook: &Rulebook) -> Result<Vec<Case>, RuleFaults> {
    let recorded = Recorded::of(rulebook);
    read_each(file, text, |reader, node| read_case(reader, node, Subject::Check(check), &recorded))
}

/// Reads the cases of a cause, which expect the `roots` of the whole diagnosis.
///
/// # Errors
/// All faults of the file.
pub fn read_roots(file: &str, text: &str, rulebook: &Rulebook) -> Result<Vec<Case>, RuleFaults> {
    let recorded = Recorded::of(rulebook);
    read_each(file, text, |reader, node| read_case(reader, node, Subject::Roots(rulebook), &recorded))
}

/// Reads cases of all kinds, which are told apart by their keys. A case of a check is about the only
/// one of `beside`, the checks in the file of rules that it stands beside, or says `check: ID`.
///
/// # Errors
/// All faults of the file.
pub fn read_file(
    file: &str,
    text: &str,
    beside: &[&'static Check],
    rulebook: &Rulebook,
) -> Result<Vec<AnyCase>, RuleFaults> {
    let recorded = Recorded::of(rulebook);
    read_each(file, text, |reader, node| {
        if let Some(case) = text::read_if(reader, node, rulebook) {
            return case.map(AnyCase::Text);
        }
        if expects_roots(node) {
            return read_case(reader, node, Subject::Roots(rulebook), &recorded).map(AnyCase::Roots);
        }
        let check = check_of(reader, node, beside, rulebook)?;
        let case = read_case(reader, node, Subject::Check(check), &recorded)?;
        Some(AnyCase::Check(check, case))
    })
}

fn read_each<T>(
    file: &str,
    text: &str,
    mut read: impl FnMut(&mut Reader<'_>, &Node<'_>) -> Option<T>,
) -> Result<Vec<T>, RuleFaults> {
    let mut cases: Vec<T> = Vec::new();
    let mut faults: Vec<RuleFault> = Vec::new();
    for document in (RuleText { name: file, text, trust: Trust::BuiltIn }).documents() {
        let mut reader = Reader::new(&document);
        match document.parse(Places::Kept) {
            Ok(node) => {
                for case in reader.members(&node, "cases") {
                    cases.extend(read(&mut reader, case));
                }
            }
            Err(fault) => reader.report(*fault),
        }
        faults.extend(reader.into_faults());
    }
    if faults.is_empty() { Ok(cases) } else { Err(RuleFaults::new(faults)) }
}

/// Whether the case tells the roots of a whole diagnosis.
fn expects_roots(case: &Node<'_>) -> bool {
    value(case, "expect").is_some_and(|expect| value(expect, "roots").is_some())
}

fn value<'n, 't>(node: &'n Node<'t>, key: &str) -> Option<&'n Node<'t>> {
    let Content::Map(entries) = &node.content else { return None };
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
}

/// The check that a case is about.
fn check_of(
    reader: &mut Reader<'_>,
    case: &Node<'_>,
    beside: &[&'static Check],
    rulebook: &Rulebook,
) -> Option<&'static Check> {
    if let Some(named) = value(case, CHECK) {
        let id = reader.text(named)?;
        let found = rulebook.check(id);
        if found.is_none() {
            let fault = reader.fault(named.pos, format!("there is no check {}", quoted(id)));
            reader.report(fault.did_you_mean(id, rulebook.checks.iter().map(|check| check.id)));
        }
        return found;
    }
    if let [only] = beside {
        return Some(only);
    }
    let what = match beside {
        [] => {
            "nothing says of which check this case is: no file of rules with a check is called like this one"
        }
        _ => "nothing says of which check this case is: there are several in the file of rules",
    };
    reader.report(reader.fault(case.pos, what).expected("`check: ID`"));
    None
}

fn read_case(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    subject: Subject<'_>,
    recorded: &Recorded,
) -> Option<Case> {
    let fields = reader.keyed(node, "a case", &KEYS)?;
    let name = fields.get("case").and_then(|node| reader.text(node));
    let evidence = fields.get("evidence").map_or(Vec::new(), |node| recorded.read(reader, node));
    let expect = fields.get("expect").and_then(|node| match subject {
        Subject::Check(check) => read_expect(reader, node, check),
        Subject::Roots(rulebook) => read_expected_roots(reader, node, rulebook),
    });
    let line = reader.document.in_file(fields.pos).line;
    Some(Case { name: name?.to_owned(), line, evidence, expect: expect? })
}

fn read_expect(reader: &mut Reader<'_>, node: &Node<'_>, check: &Check) -> Option<Expect> {
    let known: Vec<Key> = ANSWERS.into_iter().chain(WORDS).collect();
    let fields = reader.keyed(node, "an expectation", &known)?;
    let answers = ANSWERS.map(|key| key.name);
    let given: Vec<&str> = answers.into_iter().filter(|key| fields.has(key)).collect();
    let [answer] = given.as_slice() else {
        let what = format!("{} answers are expected", given.len());
        let fault = reader.fault(fields.pos, what);
        reader.report(fault.expected(format!("exactly one of {}", either(&answers))));
        return None;
    };
    let answer = read_answer(reader, fields, answer, check);
    with_words(reader, fields, answer?)
}

fn read_expected_roots(reader: &mut Reader<'_>, node: &Node<'_>, rulebook: &Rulebook) -> Option<Expect> {
    let known: Vec<Key> = ROOTS.into_iter().chain(WORDS).collect();
    let fields = reader.keyed(node, "an expectation", &known)?;
    let roots = fields.get("roots")?;
    let roots = reader.texts(roots, "ids of causes, or `check/outcome`");
    for (root, pos) in &roots {
        if !is_root(rulebook, root) {
            let fault = reader.fault(*pos, format!("{} can be no root", quoted(root)));
            let causes = rulebook.causes.iter().map(|cause| cause.id);
            reader.report(fault.expected("the id of a cause, or `check/outcome`").did_you_mean(root, causes));
        }
    }
    let roots = roots.into_iter().map(|(root, _)| root.to_owned()).collect();
    with_words(reader, fields, Answer::Roots(roots))
}

/// Whether `root` is the id of a cause, or `check/outcome` or `check[element]/outcome` of a sick outcome.
fn is_root(rulebook: &Rulebook, root: &str) -> bool {
    if rulebook.causes.iter().any(|cause| cause.id == root) {
        return true;
    }
    let (check, after) = root.split_at(root.find(['/', '[']).unwrap_or(root.len()));
    let check = rulebook.checks.iter().find(|known| known.id == check);
    check.is_some_and(|check| {
        let sick = check.outcomes.iter().filter(|outcome| outcome.severity.is_some());
        let sick: Vec<&str> = sick.map(|outcome| outcome.id).collect();
        match after.strip_prefix('/') {
            // The element stands at the end, in brackets.
            Some(outcome) => sick.contains(&outcome.split('[').next().unwrap_or_default()),
            // Several outcomes that cannot be told apart: the check alone.
            None => after.is_empty() || check.each.is_some(),
        }
    })
}

fn with_words(reader: &mut Reader<'_>, fields: Fields<'_, '_>, answer: Answer) -> Option<Expect> {
    let mut words =
        |key| fields.get(key).and_then(|node| reader.text(node)).map(|text| text.trim_end().to_owned());
    let (fix, symptom, cause) = (words("fix"), words("symptom"), words("cause"));
    Some(Expect { answer, fix, symptom, cause })
}

fn read_answer(reader: &mut Reader<'_>, fields: Fields<'_, '_>, key: &str, check: &Check) -> Option<Answer> {
    let node = fields.get(key)?;
    if check.each.is_some() != (key == "elements") && key != "verdict" {
        let what = match check.each {
            Some(_) => "this check answers for each element",
            None => "this check has no elements",
        };
        let hint =
            if check.each.is_some() { "write `elements: { element: outcome }`" } else { "write `outcome`" };
        reader.report(reader.fault(node.pos, what).hint(hint));
        return None;
    }
    match key {
        "outcome" => outcome(reader, node, check, &[]).map(Answer::Outcome),
        "verdict" => reader.word(node, &VERDICTS).map(Answer::Verdict),
        "one_of" => {
            let members = reader.members(node, "outcome ids");
            let ids: Option<Vec<_>> =
                members.iter().map(|member| outcome(reader, member, check, &[])).collect();
            ids.map(Answer::OneOf)
        }
        _ => {
            let entries = reader.entries(node, "`element: outcome`");
            let elements: Option<Vec<_>> = entries
                .iter()
                .map(|entry| Some((entry.key.to_string(), outcome(reader, &entry.value, check, &VERDICTS)?)))
                .collect();
            elements.map(Answer::Elements)
        }
    }
}

/// The id of an outcome of `check`, or one of the `verdicts`.
fn outcome(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    check: &Check,
    verdicts: &[(&str, Verdict)],
) -> Option<String> {
    let id = reader.text(node)?;
    let ids = check.outcomes.iter().map(|outcome| outcome.id);
    let known: Vec<&str> = ids.chain(verdicts.iter().map(|(word, _)| *word)).collect();
    if known.contains(&id) {
        return Some(id.to_owned());
    }
    let what = format!("the check `{}` has no outcome {}", check.id, quoted(id));
    let fault = reader.fault(node.pos, what).expected(either(&known));
    reader.report(fault.did_you_mean(id, known.iter().copied()));
    None
}

impl Case {
    /// The evidence as a source gives it. It was taken when the case's own clock says.
    pub fn evidence_set(&self) -> EvidenceSet {
        let clock = self.evidence.iter().find(|(key, ..)| key == "clock");
        let taken_at = match clock.map(|(.., reading)| reading.fact("time")) {
            Some(Fact::Known(Value::Time(now))) => now,
            _ => 0,
        };
        let mut set = EvidenceSet::with_capacity(self.evidence.len());
        for (key, _, reading) in &self.evidence {
            let evidence = Evidence::new(reading.clone(), taken_at, 0, SourceKind::Case);
            set.insert(key.as_str().into(), evidence);
        }
        set
    }
}
