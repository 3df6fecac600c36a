//! The engine's promises about messages: what they can mean is narrowed by evidence and never widened,
//! and what is left is told with what speaks for each and with the next step.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use cmdop_doctor::engine::{Selection, Symbols, diagnose, evaluate, plan};
use cmdop_doctor::model::check::Trust;
use cmdop_doctor::model::diagnosis::{Diagnosis, Root, RootKind};
use cmdop_doctor::model::evidence::{Evidence, EvidenceSet, Reading, SourceKind, Why};
use cmdop_doctor::model::fact::Facts;
use cmdop_doctor::model::finding::Verdict;
use cmdop_doctor::model::line::Line;
use cmdop_doctor::model::list::{List, keep_text};
use cmdop_doctor::model::rulebook::Rulebook;
use cmdop_doctor::model::symptom::{Suggested, Suggestion};
use cmdop_doctor::rulebook::{RuleText, parse_all};
use proptest::prelude::*;
use std::sync::LazyLock;

/// A check of a variable that can be empty or long; `X` waits for A, and `H` asks a server.
fn check(name: &str, needs: &str) -> String {
    let small = name.to_lowercase();
    format!(
        r#"---
id: t.{small}
title: The variable {name} is good
needs: [{needs}]
evidence: {{ v: {{ env: {{ name: {name} }} }} }}
outcomes:
  - {{ id: empty, when: {{ v.empty: true }}, severity: error, symptom: it fails, cause: "{name} is empty", fix: {{ auth: login }} }}
  - {{ id: long, when: {{ v.length: {{ more: 9 }} }}, severity: warning, symptom: it fails, cause: "{name} has {{v.length}} characters" }}
  - {{ id: healthy, when: {{ v.empty: false, v.length: {{ at_most: 9 }} }} }}
otherwise: healthy
"#
    )
}

const ASKING: &str = r#"---
id: t.h
title: The server answers
evidence: { h: { http: { get: "{api}/v1/machines", auth: active } } }
outcomes:
  - { id: refused, when: { h.status: 401 }, severity: error, symptom: it fails, cause: the server refuses }
  - { id: healthy, when: { h.status: { not: 401 } } }
"#;

fn book() -> Rulebook {
    static BOOK: LazyLock<Rulebook> = LazyLock::new(|| {
        let text =
            [check("A", ""), check("B", ""), check("C", ""), check("X", "t.a"), ASKING.to_owned()].concat();
        let file = RuleText { name: "checks/t/a.yaml", text: &text, trust: Trust::BuiltIn };
        parse_all(&[file]).unwrap()
    });
    *BOOK
}

/// What is known of a variable.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    NotRecorded,
    Refused,
    Absent,
    Empty,
    /// So long, and not empty.
    Long(i64),
    /// Not empty, and how long is not known.
    Half,
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        Just(State::NotRecorded),
        Just(State::Refused),
        Just(State::Absent),
        Just(State::Empty),
        Just(State::Half),
        (0..20_i64).prop_map(State::Long),
    ]
}

fn evidence(states: &[(&str, State)]) -> EvidenceSet {
    let mut set = EvidenceSet::default();
    for (name, state) in states {
        let reading = match state {
            State::NotRecorded => continue,
            State::Refused => Reading::Unavailable(Why::Refused("no".to_owned())),
            State::Absent => Reading::Absent,
            State::Empty => Reading::Found(Facts::new().with("empty", true).with("length", 0_i64)),
            State::Long(length) => Reading::Found(Facts::new().with("empty", false).with("length", *length)),
            State::Half => Reading::Found(Facts::new().with("empty", false)),
        };
        set.insert(format!("env {name}").into(), Evidence::new(reading, 0, 0, SourceKind::Case));
    }
    set
}

fn message(text: &str, line: Option<u64>, outcomes: &[&str]) -> Suggested {
    let outcomes = outcomes.iter().map(|outcome| Suggestion { outcome: keep_text(outcome) }).collect();
    let lines = line.map(|line| Line { file: "a.log".into(), line }).into_iter().collect();
    Suggested {
        rule: keep_text(&format!("symptom.{text}")),
        outcomes: List::keep(outcomes),
        text: text.to_owned(),
        lines,
    }
}

fn diagnosed(states: &[(&str, State)], messages: &[Suggested]) -> Diagnosis {
    let (book, symbols, evidence) = (book(), Symbols::made_of(&[]), evidence(states));
    let plan = plan(&book, &Selection::default(), &symbols, false);
    let findings = evaluate(&plan, &evidence, &symbols);
    diagnose(&book, &plan, findings, &evidence, &symbols, messages)
}

fn candidates(root: &Root) -> Vec<String> {
    root.candidates.iter().map(|one| format!("{}/{}", one.check, one.outcome)).collect()
}

#[test]
fn several_left_are_one_root_with_the_next_step() {
    let messages = [message("it_fails", Some(7), &["t.a/empty", "t.b/empty", "t.h/refused"])];
    let told = diagnosed(&[("B", State::Half)], &messages);
    let [root] = told.roots.as_slice() else { panic!("{:?}", told.roots) };
    assert_eq!((root.id.as_str(), root.kind, root.check), ("symptom.it_fails", RootKind::OneOf, None));
    assert_eq!(candidates(root), ["t.a/empty", "t.h/refused"], "B is not empty");
    assert_eq!(root.candidates[0].cause, "A is empty");
    assert_eq!(root.candidates[0].speaks_for, ["\"it_fails\" (a.log:7)"]);
    assert_eq!(
        root.next.as_deref(),
        Some("cmdop doctor auth --only t.a"),
        "a variable is cheaper than a request"
    );
    assert_eq!(root.lines[0].to_string(), "a.log:7");
    assert_eq!(root.fix, None, "they do not agree");
}

#[test]
fn the_only_one_left_is_the_root() {
    let messages = [message("it_fails", None, &["t.b/empty", "t.c/long"])];
    let told = diagnosed(&[("B", State::Absent), ("C", State::Half)], &messages);
    let [root] = told.roots.as_slice() else { panic!("{:?}", told.roots) };
    assert_eq!((root.id.as_str(), root.kind), ("t.c/long", RootKind::Cause));
    assert_eq!(root.cause, "C has … characters");
    assert_eq!(root.next.as_deref(), Some("cmdop doctor auth --only t.c"));
}

#[test]
fn what_is_certain_takes_the_message() {
    let messages = [message("it_fails", Some(3), &["t.a/empty", "t.b/empty", "t.h/refused"])];
    let told = diagnosed(&[("B", State::Empty)], &messages);
    let ids: Vec<&str> = told.roots.iter().map(|root| root.id.as_str()).collect();
    assert_eq!(ids, ["t.b/empty"]);
    assert_eq!(told.roots[0].lines.len(), 1);
}

#[test]
fn what_nothing_explains_is_said() {
    let messages = [message("it_fails", None, &["t.b/empty"])];
    let told = diagnosed(&[("B", State::Long(3))], &messages);
    assert!(told.roots.is_empty());
    assert_eq!(told.unexplained, ["it_fails"]);
}

#[test]
fn a_message_that_waits_for_a_root_is_no_root_of_its_own() {
    let messages = [message("it_fails", None, &["t.x/empty"])];
    let told = diagnosed(&[("A", State::Empty)], &messages);
    let ids: Vec<&str> = told.roots.iter().map(|root| root.id.as_str()).collect();
    assert_eq!((ids, told.unexplained.len()), (vec!["t.a/empty"], 0));
}

#[test]
fn who_explains_more_stands_first_and_what_it_leaves_speaks_against() {
    let messages = [
        message("one", Some(1), &["t.a/empty", "t.b/empty"]),
        message("two", Some(2), &["t.b/empty", "t.c/empty"]),
    ];
    let told = diagnosed(&[], &messages);
    let [root] = told.roots.as_slice() else { panic!("{:?}", told.roots) };
    assert_eq!(candidates(root), ["t.b/empty", "t.a/empty", "t.c/empty"]);
    assert_eq!(root.candidates[1].speaks_against, ["does not explain \"two\" (a.log:2)"]);
    let apart = [message("one", None, &["t.a/empty"]), message("two", None, &["t.c/empty"])];
    assert_eq!(diagnosed(&[], &apart).roots.len(), 2);
}

fn all_outcomes() -> Vec<&'static str> {
    vec!["t.a/empty", "t.a/long", "t.b/empty", "t.b/long", "t.c/empty", "t.x/long", "t.h/refused"]
}

fn messages() -> impl Strategy<Value = Vec<Suggested>> {
    let one = proptest::sample::subsequence(all_outcomes(), 1..4).prop_shuffle();
    proptest::collection::vec(one, 0..4).prop_map(|all| {
        all.iter()
            .enumerate()
            .map(|(number, outcomes)| message(&format!("m{number}"), Some(number as u64 + 1), outcomes))
            .collect()
    })
}

fn machine() -> impl Strategy<Value = Vec<(&'static str, State)>> {
    [state(), state(), state(), state()]
        .prop_map(|states| ["A", "B", "C", "X"].into_iter().zip(states).collect())
}

proptest! {
    #[test]
    fn messages_only_add_what_evidence_leaves_open(states in machine(), messages in messages()) {
        let (without, with) = (diagnosed(&states, &[]), diagnosed(&states, &messages));
        for root in &without.roots {
            let kept = with.roots.iter().any(|other| other.check == root.check);
            prop_assert!(kept, "{} is lost", root.id);
        }
        let suggested: Vec<&str> =
            messages.iter().flat_map(|message| message.outcomes.iter().map(|one| one.outcome)).collect();
        for root in with.roots.iter().filter(|root| !without.roots.iter().any(|other| other.check == root.check)) {
            let named = if root.candidates.is_empty() { vec![root.id.clone()] } else { candidates(root) };
            for id in &named {
                prop_assert!(suggested.contains(&id.as_str()));
                let check = id.split('/').next().unwrap();
                let undecided = with.findings.iter().any(|finding| finding.check.id == check && finding.verdict == Verdict::Unknown);
                prop_assert!(undecided, "{id} was judged");
            }
            prop_assert!(root.candidates.len() != 1);
        }
    }

    #[test]
    fn every_message_is_answered_once(states in machine(), messages in messages()) {
        let told = diagnosed(&states, &messages);
        for message in &messages {
            let line = &message.lines[0];
            let cited = told.roots.iter().any(|root| root.lines.contains(line));
            let waits = told.findings.iter().any(|finding| finding.verdict == Verdict::NotJudged
                && message.outcomes.iter().any(|one| one.parts().0 == finding.check.id));
            let unexplained = told.unexplained.contains(&message.text);
            prop_assert!(cited || waits || unexplained, "{} is lost", message.text);
            prop_assert!(!(cited && unexplained));
        }
    }

    #[test]
    fn the_order_of_messages_decides_no_membership(states in machine(), messages in messages()) {
        let ids = |told: &Diagnosis| {
            let mut ids: Vec<Vec<String>> = told.roots.iter().map(|root| {
                let mut names = candidates(root);
                if names.is_empty() { names.push(root.id.clone()); }
                names.sort();
                names
            }).collect();
            ids.sort();
            ids
        };
        let reversed: Vec<Suggested> = messages.iter().rev().cloned().collect();
        prop_assert_eq!(ids(&diagnosed(&states, &messages)), ids(&diagnosed(&states, &reversed)));
    }

    #[test]
    fn the_next_step_is_one_that_tells_something(states in machine(), messages in messages()) {
        for root in &diagnosed(&states, &messages).roots {
            let Some(next) = &root.next else { continue };
            let checks = next.strip_prefix("cmdop doctor auth --only ").unwrap();
            let named = |check: &str| root.check == Some(check) || root.candidates.iter().any(|one| one.check == check);
            prop_assert!(checks.split(',').all(named), "{next}");
        }
    }
}
