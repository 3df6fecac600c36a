//! The engine's promises: roots, folds, and what healing a root reveals.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmdop_doctor::engine::{Selection, Symbols, diagnose, evaluate, plan, verdict};
use cmdop_doctor::model::cause::{Cause, Correction};
use cmdop_doctor::model::check::{
    Arg, Check, EvidenceDecl, Otherwise, Outcome, ProbeCall, RuleSource, Trust,
};
use cmdop_doctor::model::condition::{Cond, FactRef, FindingRef, Literal, Op, Operand, RefOperand, Test};
use cmdop_doctor::model::diagnosis::{Diagnosis, RootKind};
use cmdop_doctor::model::evidence::{Evidence, EvidenceSet, Reading, SourceKind, Why};
use cmdop_doctor::model::fact::{Fact, Facts, Value};
use cmdop_doctor::model::finding::Verdict;
use cmdop_doctor::model::list::{List, Str, keep_text};
use cmdop_doctor::model::probe::ProbeKind;
use cmdop_doctor::model::report::RunVerdict;
use cmdop_doctor::model::rulebook::Rulebook;
use cmdop_doctor::model::settings::{Origin, Set, Settings};
use cmdop_doctor::model::severity::Severity;
use cmdop_doctor::model::template::{Piece, Template};
use proptest::prelude::*;

const WRITTEN: RuleSource =
    RuleSource { file: "test.yaml", line: 1, trust: Trust::BuiltIn, hosts: List::EMPTY };

fn words(text: &str) -> Template {
    let text = keep_text(text);
    Template { written: text, pieces: List::keep(vec![Piece::Words(text)]) }
}

fn is(evidence: Str, fact: Str, value: Literal) -> Cond {
    Cond::Test(Test { fact: FactRef { evidence, fact }, op: Op::Is(Operand::Plain(value)) })
}

fn probe(kind: ProbeKind, param: Option<(Str, &str)>) -> ProbeCall {
    let args = param.map(|(name, value)| Arg { name, value: words(value) }).into_iter().collect();
    ProbeCall { kind, args: List::keep(args), body: List::EMPTY }
}

fn outcome(id: Str, when: Vec<Cond>, severity: Option<Severity>) -> Outcome {
    let says = if severity.is_some() { words(id) } else { Template::EMPTY };
    Outcome {
        id,
        when: List::keep(when),
        needs: List::EMPTY,
        severity,
        transient: false,
        symptom: says,
        cause: says,
        fix: List::EMPTY,
    }
}

/// A check that is sick when the variable of its own name is set to nothing.
fn empty_check(id: &str, needs: &[usize], severity: Severity) -> Check {
    let id = keep_text(id);
    let needs = needs.iter().map(|need| keep_text(&format!("t.c{need}"))).collect();
    Check {
        id,
        title: id,
        about: id,
        applies: List::EMPTY,
        needs: List::keep(needs),
        evidence: List::keep(vec![EvidenceDecl {
            name: "v",
            probe: probe(ProbeKind::Env, Some(("name", id))),
        }]),
        on_request: false,
        each: None,
        outcomes: List::keep(vec![
            outcome("empty", vec![is("v", "empty", Literal::Bool(true))], Some(severity)),
            outcome("healthy", vec![is("v", "empty", Literal::Bool(false))], None),
        ]),
        otherwise: Otherwise::Undecided,
        source: WRITTEN,
    }
}

fn settings() -> Settings {
    let set = |text: &str| Set { value: text.to_owned(), from: Origin::Default };
    Settings {
        api: set("https://api.cmdop.com"),
        issuer: set("https://auth.cmdop.com"),
        client_id: set("cmdop-cli"),
        workspace: None,
        config_dir: None,
        home: None,
        ca_file: None,
        callback_port: set("0"),
        endpoints: Default::default(),
        providers: Vec::new(),
        keeping: Default::default(),
        probe_deadline: std::time::Duration::from_secs(5),
        offline: false,
        demand: Default::default(),
    }
}

fn read(reading: Reading) -> Evidence {
    Evidence::new(reading, 0, 0, SourceKind::Case)
}

fn rulebook(checks: Vec<Check>, causes: Vec<Cause>) -> Rulebook {
    Rulebook { checks: List::keep(checks), causes: List::keep(causes), ..Rulebook::EMPTY }
}

fn run_with(book: &Rulebook, evidence: &EvidenceSet, selection: &Selection) -> Diagnosis {
    let symbols = Symbols::of(&settings(), None);
    let plan = plan(book, selection, &symbols, false);
    let findings = evaluate(&plan, evidence, &symbols);
    diagnose(book, &plan, findings, evidence, &symbols, &[])
}

fn run(book: &Rulebook, evidence: &EvidenceSet) -> Diagnosis {
    run_with(book, evidence, &Selection::default())
}

/// Evidence in which the named variables are empty and all others are well.
fn machine(count: usize, sick: &BTreeSet<usize>) -> EvidenceSet {
    let mut evidence = EvidenceSet::default();
    for at in 0..count {
        let facts = Facts::new().with("empty", sick.contains(&at));
        evidence.insert(Arc::from(format!("env t.c{at}")), read(Reading::Found(facts)));
    }
    evidence
}

fn roots(diagnosis: &Diagnosis) -> BTreeSet<String> {
    diagnosis.roots.iter().filter_map(|root| root.check.map(str::to_owned)).collect()
}

proptest! {
    /// Healing a root reveals exactly what it hid: nothing that was judged before changes, and
    /// whatever appears was among what the root explained.
    #[test]
    fn healing_a_root_reveals_exactly_what_it_hid(
        edges in proptest::collection::vec((0usize..10, 0usize..10), 0..20),
        sick in proptest::collection::btree_set(0usize..10, 1..6),
    ) {
        // An edge goes from a later check to an earlier one, so there is no cycle.
        let needs = |at: usize| -> Vec<usize> {
            edges.iter().filter_map(|(a, b)| (a.max(b) == &at && a != b).then_some(*a.min(b))).collect()
        };
        let checks = (0..10).map(|at| empty_check(&format!("t.c{at}"), &needs(at), Severity::Error)).collect();
        let book = rulebook(checks, Vec::new());
        let before = run(&book, &machine(10, &sick));
        prop_assert!(!before.roots.is_empty());
        for root in &before.roots {
            let healed_at: usize = root.check.unwrap()[3..].parse().unwrap();
            let left: BTreeSet<usize> = sick.iter().copied().filter(|at| *at != healed_at).collect();
            let after = run(&book, &machine(10, &left));
            let revealed: BTreeSet<String> = roots(&after).difference(&roots(&before)).cloned().collect();
            let hidden: BTreeSet<String> = root.explains.iter().cloned().collect();
            prop_assert!(revealed.is_subset(&hidden), "{revealed:?} was not hidden by {}: {hidden:?}", root.id);
            let mut others = roots(&before);
            others.remove(root.check.unwrap());
            prop_assert!(others.is_subset(&roots(&after)), "healing {} healed another root", root.id);
        }
        // Every check that was not judged is accounted for by some root.
        let explained: BTreeSet<&str> = before.roots.iter().flat_map(|root| root.explains.iter().map(String::as_str)).collect();
        for finding in before.findings.iter().filter(|finding| finding.verdict == Verdict::NotJudged) {
            prop_assert!(explained.contains(finding.check.id), "{} waits for nobody", finding.check.id);
        }
    }
}

#[test]
fn a_warning_blocks_nobody() {
    let book = rulebook(
        vec![empty_check("t.c0", &[], Severity::Warning), empty_check("t.c1", &[0], Severity::Error)],
        Vec::new(),
    );
    let diagnosis = run(&book, &machine(2, &BTreeSet::from([0, 1])));
    assert_eq!(roots(&diagnosis), BTreeSet::from(["t.c0".to_owned(), "t.c1".to_owned()]));
    assert_eq!(diagnosis.roots[0].severity, Severity::Error, "errors come first");
}

#[test]
fn unknown_is_neither_healthy_nor_sick() {
    let book = rulebook(vec![empty_check("t.c0", &[], Severity::Error)], Vec::new());
    let diagnosis = run(&book, &EvidenceSet::default());
    assert_eq!(diagnosis.findings[0].verdict, Verdict::Unknown);
    assert_eq!(diagnosis.findings[0].missing, ["env t.c0: not in this input"]);
    assert_eq!(verdict(&diagnosis, Severity::Error), RunVerdict::Inconclusive);
}

#[test]
fn what_was_not_asked_offline_is_skipped_and_does_not_make_the_run_inconclusive() {
    let book = rulebook(vec![empty_check("t.c0", &[], Severity::Error)], Vec::new());
    let mut evidence = EvidenceSet::default();
    evidence.insert(Arc::from("env t.c0"), read(Reading::Unavailable(Why::Offline)));
    let diagnosis = run(&book, &evidence);
    assert_eq!(diagnosis.findings[0].verdict, Verdict::Skipped);
    assert_eq!(verdict(&diagnosis, Severity::Error), RunVerdict::Healthy);
}

#[test]
fn a_crashed_probe_is_a_verdict_of_its_own() {
    let book = rulebook(vec![empty_check("t.c0", &[], Severity::Error)], Vec::new());
    let mut evidence = EvidenceSet::default();
    evidence.insert(Arc::from("env t.c0"), read(Reading::Unavailable(Why::Crashed)));
    assert_eq!(run(&book, &evidence).findings[0].verdict, Verdict::Crashed);
}

#[test]
fn two_outcomes_left_open_are_one_root_that_says_so() {
    let mut check = empty_check("t.c0", &[], Severity::Error);
    check.outcomes = List::keep(vec![
        outcome(
            "blank",
            vec![is("v", "empty", Literal::Bool(true)), is("v", "length", Literal::Int(1))],
            Some(Severity::Error),
        ),
        outcome(
            "nothing",
            vec![is("v", "empty", Literal::Bool(true)), is("v", "length", Literal::Int(0))],
            Some(Severity::Error),
        ),
        outcome("healthy", vec![is("v", "empty", Literal::Bool(false))], None),
    ]);
    let book = rulebook(vec![check], Vec::new());
    let diagnosis = run(&book, &machine(1, &BTreeSet::from([0])));
    let root = &diagnosis.roots[0];
    assert_eq!((root.kind, root.outcome), (RootKind::OneOf, None));
    let candidates: Vec<&str> = root.candidates.iter().map(|candidate| candidate.outcome).collect();
    assert_eq!(candidates, ["blank", "nothing"]);
}

#[test]
fn only_shows_the_root_that_blocks_what_was_asked_for() {
    let checks = vec![
        empty_check("t.c0", &[], Severity::Error),
        empty_check("t.c1", &[0], Severity::Error),
        empty_check("t.c2", &[], Severity::Error),
    ];
    let book = rulebook(checks, Vec::new());
    let only = Selection { only: vec!["t.c1".to_owned()], skip: Vec::new() };
    let blocked = run_with(&book, &machine(3, &BTreeSet::from([0, 2])), &only);
    assert_eq!(roots(&blocked), BTreeSet::from(["t.c0".to_owned()]), "c2 was not asked for");
    let free = run_with(&book, &machine(3, &BTreeSet::from([1, 2])), &only);
    assert_eq!(roots(&free), BTreeSet::from(["t.c1".to_owned()]));
}

#[test]
fn skip_judges_the_dependents() {
    let checks = vec![empty_check("t.c0", &[], Severity::Error), empty_check("t.c1", &[0], Severity::Error)];
    let skip = Selection { only: Vec::new(), skip: vec!["t.c0".to_owned()] };
    let diagnosis = run_with(&rulebook(checks, Vec::new()), &machine(2, &BTreeSet::from([0, 1])), &skip);
    assert_eq!(roots(&diagnosis), BTreeSet::from(["t.c1".to_owned()]));
    assert_eq!(diagnosis.findings[0].verdict, Verdict::Skipped);
}

/// A check that is sick where `clock` is after `end`.
fn expiry_check(id: Str, end: i64) -> Check {
    let late = Cond::Test(Test {
        fact: FactRef { evidence: "now", fact: "time" },
        op: Op::After(Operand::Plain(Literal::Time(end))),
    });
    let in_time = Cond::Test(Test {
        fact: FactRef { evidence: "now", fact: "time" },
        op: Op::Before(Operand::Plain(Literal::Time(end))),
    });
    Check {
        evidence: List::keep(vec![EvidenceDecl { name: "now", probe: probe(ProbeKind::Clock, None) }]),
        outcomes: List::keep(vec![
            outcome("expired", vec![late], Some(Severity::Error)),
            outcome("healthy", vec![in_time], None),
        ]),
        ..empty_check(id, &[], Severity::Error)
    }
}

/// A wrong clock is the root of what stops being sick under the right time, and of nothing else.
#[test]
fn a_correction_never_hides_a_second_real_fault() {
    let ahead = Check {
        id: "host.clock",
        evidence: List::keep(vec![
            EvidenceDecl { name: "now", probe: probe(ProbeKind::Clock, None) },
            EvidenceDecl { name: "api", probe: probe(ProbeKind::Http, Some(("get", "{api}/v1/machines"))) },
        ]),
        outcomes: List::keep(vec![
            outcome(
                "ahead",
                vec![Cond::Test(Test {
                    fact: FactRef { evidence: "now", fact: "time" },
                    op: Op::After(Operand::Ref(RefOperand {
                        fact: FactRef { evidence: "api", fact: "date" },
                        plus_ms: 300_000,
                    })),
                })],
                Some(Severity::Error),
            ),
            outcome("healthy", Vec::new(), None),
        ]),
        otherwise: Otherwise::Total,
        ..empty_check("host.clock", &[], Severity::Error)
    };
    let cause = Cause {
        id: "cause.clock_wrong",
        title: "The clock is right",
        about: "",
        when: List::keep(vec![Cond::FindingIs(FindingRef { check: "host.clock", outcome: Some("ahead") })]),
        evidence: ahead.evidence,
        root: Some("host.clock"),
        corrects: List::keep(vec![Correction {
            wrong: FactRef { evidence: "now", fact: "time" },
            right: FactRef { evidence: "api", fact: "date" },
        }]),
        explains: List::keep(vec!["t.falsely", "t.truly"]),
        severity: None,
        symptom: Template::EMPTY,
        cause: Template::EMPTY,
        fix: List::EMPTY,
        source: WRITTEN,
    };
    let book = rulebook(
        vec![ahead, expiry_check("t.falsely", 5_000_000), expiry_check("t.truly", 500_000)],
        vec![cause],
    );
    let mut evidence = EvidenceSet::default();
    let time = |name: Str, ms| Facts::new().with(name, Fact::Known(Value::Time(ms)));
    evidence.insert(Arc::from("clock"), read(Reading::Found(time("time", 9_000_000))));
    evidence.insert(Arc::from("http GET {api}/v1/machines"), read(Reading::Found(time("date", 1_000_000))));
    let diagnosis = run(&book, &evidence);
    let ids: Vec<&str> = diagnosis.roots.iter().map(|root| root.id.as_str()).collect();
    assert_eq!(ids, ["cause.clock_wrong", "t.truly/expired"]);
    assert_eq!(diagnosis.roots[0].explains, ["t.falsely"]);
    let folded = diagnosis.findings.iter().find(|finding| finding.check.id == "t.falsely").unwrap();
    assert_eq!(folded.suppressed_by.as_ref().unwrap().by, "cause.clock_wrong");
}
