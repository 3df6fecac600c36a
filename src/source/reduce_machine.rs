//! Cases of causes out of recordings: a whole machine, on which all rules are tried together, reduced to
//! what makes a cause the root there.

use super::case::Machines;
use super::facts;
use super::reduce::{Readings, in_json, reduced, set};

/// A case of a cause that is about to be written.
#[derive(Debug)]
pub struct MachineDraft {
    readings: Readings,
    roots: Vec<String>,
}

impl MachineDraft {
    /// The least of `evidence`, which is in the terms of a case, on which `cause` is a root and nothing
    /// is that is none on the whole. `None` where it is no root of the whole.
    pub fn of(cause: &str, evidence: Readings, machines: &Machines<'_>) -> Option<MachineDraft> {
        let whole = machines.roots(&set(&evidence));
        let same = |readings: &Readings| {
            let found = machines.roots(&set(readings));
            found.iter().any(|root| root == cause) && found.iter().all(|root| whole.contains(root))
        };
        if !same(&evidence) {
            return None;
        }
        let readings = reduced(evidence, &same);
        let roots = machines.roots(&set(&readings));
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
