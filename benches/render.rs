//! Reports of made-up machines in every format, with all that they can show.

use std::hint::black_box;

use cmdop_doctor::engine::{Selection, Symbols, plan};
use cmdop_doctor::model::report::Report;
use cmdop_doctor::report::Format;
use cmdop_doctor::report::theme::Style;
use cmdop_doctor::rulebook::{built_in, cases};
use criterion::{Criterion, Throughput};

use crate::{built_in, made_up};

pub(crate) fn measure(criterion: &mut Criterion) {
    let rulebook = built_in();
    let symbols = Symbols::made_of(&cases::SYMBOLS);
    let planned = plan(&rulebook, &Selection::default(), &symbols, false);
    let reports: Vec<Report> = built_in::machines(&rulebook)
        .into_iter()
        .map(|evidence| made_up::report(&rulebook, &planned, evidence, &symbols))
        .collect();
    let style = Style { all: true, evidence: true, ..Style::PLAIN };

    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(reports.len() as u64));
    for (name, format, _) in Format::ALL {
        group.bench_function(*name, |bench| {
            bench.iter(|| {
                for report in &reports {
                    black_box(format.render(black_box(report), &style));
                }
            });
        });
    }
    group.finish();
}
