//! Rules from outside the program: read, validated and linked, as with `--rules`.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput};

use crate::made_up;

const DOCUMENTS: usize = 10_000;

pub(crate) fn measure(criterion: &mut Criterion) {
    let text = made_up::file_mode_checks(Path::new("/home/ada/files"), DOCUMENTS);
    let mut group = criterion.benchmark_group("rules");
    // What is loaded stays in memory as long as the process: few runs are enough.
    group.sample_size(10).throughput(Throughput::Elements(DOCUMENTS as u64));
    group.bench_function("load 10,000 documents", |bench| {
        bench.iter(|| made_up::rulebook(black_box(&text)));
    });
    group.finish();
}
