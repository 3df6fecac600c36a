//! How long the doctor takes, one file per subject. `cargo bench` runs all, `cargo bench -- rules`
//! one; benches/README.md tells how whole processes are measured beside their peers.
#![expect(clippy::disallowed_methods, reason = "made-up machines are files in a folder of their own")]
#![expect(clippy::unwrap_used, reason = "a measurement fails by panicking")]

mod built_in;
mod file_modes;
mod made_up;
mod render;
mod rules;
mod scan;
mod scrub;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    speed,
    rules::measure,
    file_modes::measure,
    built_in::measure,
    render::measure,
    scrub::measure,
    scan::measure
);
criterion_main!(speed);
