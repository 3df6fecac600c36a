//! 2,000 checks of file modes on this machine: what the doctor adds to 2,000 looks at a file.

use std::fs::Permissions;
use std::hint::black_box;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cmdop_doctor::credential::Wallet;
use cmdop_doctor::engine::{Plan, Selection, Symbols, diagnose, evaluate, plan};
use cmdop_doctor::probe::Context;
use cmdop_doctor::report::Format;
use cmdop_doctor::report::theme::Style;
use cmdop_doctor::rulebook::built_in;
use cmdop_doctor::source::live::{Gathered, gather};
use cmdop_doctor::world::{Env, World};
use criterion::{Criterion, Throughput};
use tokio::runtime::{Builder, Runtime};

use crate::made_up;

const FILES: usize = 2_000;

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    make_files(folder.path());
    let rulebook = made_up::rulebook(&made_up::file_mode_checks(folder.path(), FILES));
    let settings = made_up::settings();
    let symbols = Symbols::of(&settings, None);
    let world = World::with(Env::made_of([("HOME", "/home/ada")]));
    let ctx = Arc::new(Context { world, settings, wallet: Wallet::new(built_in().shapes) });
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let order = || plan(&rulebook, &Selection::default(), &symbols, false);
    let planned = order();

    let mut group = criterion.benchmark_group("file modes");
    group.throughput(Throughput::Elements(FILES as u64));
    group.bench_function("plan", |bench| bench.iter(order));
    group.bench_function("gather", |bench| bench.iter(|| look(&runtime, &planned, &ctx)));
    let evidence = look(&runtime, &planned, &ctx).evidence;
    group.bench_function("judge", |bench| {
        bench.iter(|| {
            let findings = evaluate(&planned, black_box(&evidence), &symbols);
            diagnose(&rulebook, &planned, findings, &evidence, &symbols, &[])
        });
    });
    let report = made_up::report(&rulebook, &planned, evidence, &symbols);
    group.bench_function("render JSON", |bench| {
        bench.iter(|| Format::Json.render(black_box(&report), &Style::PLAIN));
    });
    group.finish();
}

/// Every tenth file is open to others.
fn make_files(folder: &Path) {
    for at in 0..FILES {
        let path = made_up::file(folder, at);
        std::fs::write(&path, "{}\n").unwrap();
        let mode = if at % 10 == 9 { 0o644 } else { 0o600 };
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
}

fn look(runtime: &Runtime, plan: &Plan, ctx: &Arc<Context>) -> Gathered {
    runtime.block_on(gather(plan, ctx, Duration::from_secs(60), &mut |_, _| {}, std::future::pending()))
}
