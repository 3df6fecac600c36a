//! Taking the secrets of this machine out of what servers say: every text of every reading passes
//! here.

use std::hint::black_box;

use cmdop_doctor::credential::Wallet;
use cmdop_doctor::rulebook::built_in;
use cmdop_doctor::world::{Env, World};
use criterion::{Criterion, Throughput};

use crate::made_up::{self, KEY};

/// About as much as a probe keeps of an answer.
const LINES: usize = 1_000;

pub(crate) fn measure(criterion: &mut Criterion) {
    let settings = made_up::settings();
    let world = World::with(Env::made_of([
        ("CMDOP_API_KEY", KEY),
        ("HTTPS_PROXY", "http://ada:correct-horse-battery@proxy.acme.dev:3128"),
    ]));
    let wallet = Wallet::new(built_in().shapes);
    let line = |at: usize| format!("{at:04} GET /v1/machines?page={at} from ada@acme.dev: 403 forbidden\n");
    let clean: String = (0..LINES).map(line).collect();
    let told: String = (0..LINES).map(|at| format!("{}bad key {KEY}\n", line(at))).collect();

    let mut group = criterion.benchmark_group("scrub");
    for (name, text) in [("nothing to take out", &clean), ("a key in every other line", &told)] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bench| {
            bench.iter(|| wallet.scrub(black_box(text), &settings, &world));
        });
    }
    group.finish();
}
