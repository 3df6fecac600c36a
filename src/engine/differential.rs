//! What a message can mean, across checks: of the outcomes that it suggests those are dropped that the
//! evidence rules out; one that is certain is the reason, and so is the only one that is left.

use super::diagnose::{Bench, own_root};
use super::evaluate::Judge;
use super::next_step::next_step;
use super::prospects::Prospect;
use crate::model::diagnosis::{Candidate, Root, RootKind};
use crate::model::finding::Verdict;
use crate::model::line::Line;
use crate::model::rulebook::Rulebook;
use crate::model::severity::Severity;
use crate::model::symptom::{Suggested, Suggestion};

/// Finds the roots of the messages that were seen, and gives back those that nothing explains.
pub(super) fn weigh(bench: &mut Bench<'_>, rulebook: &Rulebook, suggested: &[Suggested]) -> Vec<String> {
    let mut unexplained = Vec::new();
    let mut questions: Vec<Question> = Vec::new();
    for message in suggested {
        if confirm(bench, message) {
            continue;
        }
        let left = left_open(bench, rulebook, message);
        if !left.is_empty() {
            join(&mut questions, Question { messages: vec![message], left });
        } else if !waits(bench, message) {
            unexplained.push(message.text.clone());
        }
    }
    bench.roots.extend(questions.into_iter().map(Question::answer));
    tell_apart(bench, rulebook);
    unexplained
}

/// Says of the roots of single checks what speaks for each of their outcomes, and what to do next.
fn tell_apart(bench: &mut Bench<'_>, rulebook: &Rulebook) {
    let judge = Judge::new(bench.evidence, bench.symbols);
    for root in bench.roots.iter_mut().filter(|root| root.kind == RootKind::OneOf) {
        let check = root.check.and_then(|check| rulebook.check(check)).filter(|check| check.each.is_none());
        let Some(check) = check else { continue };
        let mut left = judge.prospects(check);
        left.retain(|prospect| {
            let mut same = root.candidates.iter_mut().filter(|one| one.outcome == prospect.open.outcome.id);
            same.next().is_some_and(|candidate| {
                candidate.speaks_for.clone_from(&prospect.supports);
                true
            })
        });
        root.next = next_step(&left);
    }
}

/// Whether a root that is there explains the message; it then cites it, and loses what the message rules out.
fn confirm(bench: &mut Bench<'_>, message: &Suggested) -> bool {
    let mut confirmed = false;
    for at in 0..bench.findings.len() {
        let Some(finding) = bench.findings.get_mut(at).filter(|finding| finding.verdict == Verdict::Sick)
        else {
            continue;
        };
        let check = finding.check.id;
        let names = |suggestion: &Suggestion, outcome: &str| suggestion.parts() == (check, outcome);
        let suggests = |outcome: &str| message.outcomes.iter().any(|suggestion| names(suggestion, outcome));
        if !finding.open.iter().any(|open| suggests(open.outcome.id)) {
            continue;
        }
        confirmed = true;
        let before = finding.open.len();
        finding.open.retain(|open| suggests(open.outcome.id));
        let narrowed = (finding.open.len() < before).then(|| own_root(finding));
        let Some(root) = bench.root_of.get(&at).and_then(|place| bench.roots.get_mut(*place)) else {
            continue;
        };
        if let Some(narrowed) = narrowed.filter(|_| root.check == Some(check) && root.kind == RootKind::OneOf)
        {
            *root = Root {
                lines: std::mem::take(&mut root.lines),
                explains: std::mem::take(&mut root.explains),
                ..narrowed
            };
        }
        root.lines.extend(message.lines.iter().cloned());
    }
    confirmed
}

/// The outcomes that the message suggests and that nothing rules out, by rank.
fn left_open(bench: &Bench<'_>, rulebook: &Rulebook, message: &Suggested) -> Vec<Prospect> {
    let judge = Judge::new(bench.evidence, bench.symbols);
    let mut left: Vec<Prospect> = Vec::new();
    for (check, outcome) in message.outcomes.iter().map(Suggestion::parts) {
        let undecided = |verdict| matches!(verdict, Verdict::Unknown | Verdict::Skipped | Verdict::Crashed);
        let mut findings = bench.findings.iter().filter(|finding| finding.check.id == check);
        if !findings.any(|finding| undecided(finding.verdict)) {
            continue;
        }
        let prospects = rulebook.check(check).map(|check| judge.prospects(check)).unwrap_or_default();
        left.extend(prospects.into_iter().find(|prospect| prospect.open.outcome.id == outcome));
    }
    left
}

/// Whether a check that could explain the message was not judged, because of a root that is there.
fn waits(bench: &Bench<'_>, message: &Suggested) -> bool {
    let suggests = |check: &str| message.outcomes.iter().any(|suggestion| suggestion.parts().0 == check);
    bench.findings.iter().any(|finding| finding.verdict == Verdict::NotJudged && suggests(finding.check.id))
}

/// Messages that can have one reason, and what that can be.
struct Question<'m> {
    messages: Vec<&'m Suggested>,
    left: Vec<Prospect>,
}

/// Adds a question; those that share a possible answer with it become one with it.
fn join<'m>(questions: &mut Vec<Question<'m>>, mut new: Question<'m>) {
    let (same, others) =
        std::mem::take(questions).into_iter().partition(|known: &Question<'_>| known.shares(&new));
    *questions = others;
    let same: Vec<Question<'m>> = same;
    let mut joined = Question { messages: Vec::new(), left: Vec::new() };
    for question in same.into_iter().chain([Question {
        messages: std::mem::take(&mut new.messages),
        left: std::mem::take(&mut new.left),
    }]) {
        joined.messages.extend(question.messages);
        for prospect in question.left {
            if !joined.left.iter().any(|known| known.is(&prospect)) {
                joined.left.push(prospect);
            }
        }
    }
    questions.push(joined);
}

impl Question<'_> {
    fn shares(&self, other: &Question<'_>) -> bool {
        self.left.iter().any(|mine| other.left.iter().any(|theirs| mine.is(theirs)))
    }

    fn answer(mut self) -> Root {
        let messages = std::mem::take(&mut self.messages);
        let explained =
            |prospect: &Prospect| messages.iter().filter(|message| prospect.explains(message)).count();
        // The order of the rules stays where nothing else tells: it says what is likely.
        self.left.sort_by_key(|prospect| std::cmp::Reverse((explained(prospect), prospect.supports.len())));
        let mut lines: Vec<Line> =
            messages.iter().flat_map(|message| message.lines.iter().cloned()).collect();
        lines.sort();
        lines.dedup();
        match self.left.as_slice() {
            [only] => Root { lines, ..only.root() },
            several => Root { lines, ..one_of(&messages, several) },
        }
    }
}

/// What several outcomes are left of.
fn one_of(messages: &[&Suggested], left: &[Prospect]) -> Root {
    let first = messages.first();
    let seen = messages.iter().map(|message| quoted(&message.text));
    let fixes: Vec<_> = left.iter().map(|prospect| prospect.open.fix.as_ref()).collect();
    Root {
        id: first.map_or("", |message| message.rule).to_owned(),
        kind: RootKind::OneOf,
        check: None,
        outcome: None,
        severity: left
            .iter()
            .filter_map(|prospect| prospect.open.outcome.severity)
            .max()
            .unwrap_or(Severity::Error),
        title: format!("{} has one reason of {}", seen.clone().next().unwrap_or_default(), left.len()),
        symptom: seen.collect::<Vec<_>>().join(", "),
        cause: format!("one of {} causes, which this does not tell apart", left.len()),
        fix: fixes
            .first()
            .copied()
            .flatten()
            .filter(|first| fixes.iter().all(|fix| *fix == Some(*first)))
            .cloned(),
        explains: Vec::new(),
        evidence: Vec::new(),
        candidates: left.iter().map(|prospect| prospect.candidate(messages)).collect(),
        next: next_step(left),
        lines: Vec::new(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

impl Prospect {
    fn is(&self, other: &Prospect) -> bool {
        self.check.id == other.check.id && self.open.outcome.id == other.open.outcome.id
    }

    fn explains(&self, message: &Suggested) -> bool {
        let own = (self.check.id, self.open.outcome.id);
        message.outcomes.iter().any(|suggestion| suggestion.parts() == own)
    }

    fn candidate(&self, messages: &[&Suggested]) -> Candidate {
        let (explained, others): (Vec<_>, Vec<_>) =
            messages.iter().partition(|message| self.explains(message));
        let cited = |message: &&Suggested| match message.lines.first() {
            Some(line) => format!("{} ({line})", quoted(&message.text)),
            None => quoted(&message.text),
        };
        let said = explained.into_iter().map(cited);
        Candidate {
            check: self.check.id,
            outcome: self.open.outcome.id,
            symptom: self.open.symptom.clone(),
            cause: self.open.cause.clone(),
            fix: self.open.fix.clone(),
            speaks_for: said.chain(self.supports.iter().cloned()).collect(),
            speaks_against: others
                .into_iter()
                .map(|message| format!("does not explain {}", cited(message)))
                .collect(),
        }
    }

    /// The root where this alone is left.
    fn root(&self) -> Root {
        Root {
            id: format!("{}/{}", self.check.id, self.open.outcome.id),
            kind: RootKind::Cause,
            check: Some(self.check.id),
            outcome: Some(self.open.outcome.id),
            severity: self.open.outcome.severity.unwrap_or(Severity::Error),
            title: self.check.title.to_owned(),
            symptom: self.open.symptom.clone(),
            cause: self.open.cause.clone(),
            fix: self.open.fix.clone(),
            explains: Vec::new(),
            evidence: Vec::new(),
            candidates: Vec::new(),
            next: next_step(std::slice::from_ref(self)),
            lines: Vec::new(),
        }
    }
}
