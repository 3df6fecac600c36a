//! Cases of causes out of recordings: a whole machine, on which all rules are tried together, reduced to
//! what makes a cause the root there.

use std::sync::Arc;

use super::facts;
use super::reduce::{Readings, in_json, reduced};
use crate::engine::{Plan, Selection, Symbols, diagnose, evaluate, plan};
use crate::model::evidence::{Evidence, EvidenceSet, SourceKind};
use crate::model::rulebook::Rulebook;
use crate::rulebook::cases::SYMBOLS;

/// A case of a cause that is about to be written.
#[derive(Debug)]
pub struct MachineDraft {
    readings: Readings,
    roots: Vec<String>,
}

impl MachineDraft {
    /// The least of `evidence`, which is in the terms of a case, on which `cause` is a root and nothing
    /// is that is none on the whole. `None` where it is no root of the whole.
    pub fn of(cause: &str, evidence: Readings, rulebook: &Rulebook) -> Option<MachineDraft> {
        let symbols = Symbols::made_of(&SYMBOLS);
        let plan = plan(rulebook, &Selection::default(), &symbols, false);
        let roots = |readings: &Readings| roots(readings, rulebook, &plan, &symbols);
        let whole = roots(&evidence);
        let same = |readings: &Readings| {
            let found = roots(readings);
            found.iter().any(|root| root == cause) && found.iter().all(|root| whole.contains(root))
        };
        if !same(&evidence) {
            return None;
        }
        let readings = reduced(evidence, &same);
        let roots = roots(&readings);
        Some(MachineDraft { readings, roots })
    }

    /// The case in YAML, a member of a list. `name` says what happened.
    pub fn written(&self, name: &str) -> String {
        let mut text = format!("- case: {}\n  evidence:\n", in_json(|json| json.text(name)));
        for (key, reading) in &self.readings {
            let key = in_json(|json| json.text(key));
            text.push_str(&format!("    {key}: {}\n", in_json(|json| facts::reading(json, reading))));
        }
        let roots: Vec<&str> = self.roots.iter().map(String::as_str).collect();
        text + &format!("  expect: {}\n", in_json(|json| json.object(|json| json.texts("roots", &roots))))
    }
}

/// The roots on a machine that tells `readings`, in order.
fn roots(readings: &Readings, rulebook: &Rulebook, plan: &Plan, symbols: &Symbols) -> Vec<String> {
    let mut evidence = EvidenceSet::with_capacity(readings.len());
    for (key, reading) in readings {
        evidence.insert(Arc::clone(key), Evidence::new(reading.clone(), 0, 0, SourceKind::Case));
    }
    let findings = evaluate(plan, &evidence, symbols);
    let diagnosis = diagnose(rulebook, plan, findings, &evidence, symbols, &[]);
    let mut roots: Vec<String> = diagnosis.roots.into_iter().map(|root| root.id).collect();
    roots.sort();
    roots
}
