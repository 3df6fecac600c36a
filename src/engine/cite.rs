//! Which lines of recorded files findings and roots rest on: those of their evidence.

use std::sync::Arc;

use crate::model::diagnosis::Diagnosis;
use crate::model::evidence::EvidenceSet;
use crate::model::line::Line;

/// Adds to every finding and root the lines of the evidence that it rests on, in reading order.
pub(super) fn cite(diagnosis: &mut Diagnosis, evidence: &EvidenceSet) {
    for finding in &mut diagnosis.findings {
        add(&mut finding.lines, &finding.evidence, evidence);
    }
    for root in &mut diagnosis.roots {
        add(&mut root.lines, &root.evidence, evidence);
    }
}

fn add(lines: &mut Vec<Line>, keys: &[Arc<str>], evidence: &EvidenceSet) {
    lines.extend(keys.iter().filter_map(|key| evidence.get(key)).flat_map(|found| found.lines.clone()));
    lines.sort();
    lines.dedup();
}
