//! All built-in rules, judged from the recorded evidence of whole machines: the cases of causes.

use std::hint::black_box;
use std::path::Path;

use cmdop_doctor::engine::{Selection, Symbols, diagnose, evaluate, plan};
use cmdop_doctor::model::evidence::EvidenceSet;
use cmdop_doctor::model::rulebook::Rulebook;
use cmdop_doctor::rulebook::{built_in, cases};
use criterion::{Criterion, Throughput};

pub(crate) fn measure(criterion: &mut Criterion) {
    let rulebook = built_in();
    let machines = machines(&rulebook);
    let symbols = Symbols::made_of(&cases::SYMBOLS);
    let order = || plan(&rulebook, &Selection::default(), &symbols, false);
    let planned = order();

    let mut group = criterion.benchmark_group("built-in rules");
    group.bench_function("plan", |bench| bench.iter(order));
    group.throughput(Throughput::Elements(machines.len() as u64));
    group.bench_function("judge machines", |bench| {
        bench.iter(|| {
            for evidence in &machines {
                let findings = evaluate(&planned, black_box(evidence), &symbols);
                black_box(diagnose(&rulebook, &planned, findings, evidence, &symbols, &[]));
            }
        });
    });
    group.finish();
}

/// The made-up machines on which the causes are tried.
pub(crate) fn machines(rulebook: &Rulebook) -> Vec<EvidenceSet> {
    let mut machines = Vec::new();
    for cause in rulebook.causes {
        let file = cause.source.file.replace(".yaml", ".cases.yaml");
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
        let cases = cases::read_roots(&file, &text, rulebook).unwrap_or_else(|faults| panic!("{faults}"));
        machines.extend(cases.iter().map(cases::Case::evidence_set));
    }
    machines
}
