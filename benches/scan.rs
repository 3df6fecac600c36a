//! Looking for many signatures in a log, and taking the secrets out of it.

use std::fmt::Write;
use std::hint::black_box;

use cmdop_doctor::redact::{Redactor, Style};
use cmdop_doctor::rulebook::built_in;
use cmdop_doctor::scan::{Scanner, Signature};
use criterion::{Criterion, Throughput};

/// About 8 MB of log.
const LINES: usize = 60_000;

/// How many signatures.
const SIZES: [usize; 3] = [10, 1_000, 5_000];

pub(crate) fn measure(criterion: &mut Criterion) {
    let log = log();
    let mut group = criterion.benchmark_group("scan");
    group.throughput(Throughput::Bytes(log.len() as u64));
    group.sample_size(20);
    for size in SIZES {
        let literals: Vec<String> = (0..size).map(literal).collect();
        let patterns: Vec<String> = (0..size).map(pattern).collect();
        let literals: Vec<Signature<'_>> = literals.iter().map(|text| Signature::Literal(text)).collect();
        let patterns: Vec<Signature<'_>> = patterns.iter().map(|text| Signature::Regex(text)).collect();
        for (kind, signatures) in [("literals", literals), ("expressions", patterns)] {
            let scanner = Scanner::compile(&signatures).unwrap();
            group.bench_function(format!("{size} {kind}"), |bench| {
                bench.iter(|| scanner.scan(black_box(log.as_bytes()), 1, |hit| _ = black_box(hit)).unwrap());
            });
        }
    }
    for (name, style) in [
        ("redact", Style::default()),
        ("redact plainly", Style { plain: true, ..Style::default() }),
        ("redact and anonymize", Style { anonymize: true, ..Style::default() }),
    ] {
        group.bench_function(name, |bench| {
            let mut redactor = Redactor::new(built_in().shapes, style);
            bench.iter(|| redactor.stream(black_box(log.as_bytes()), std::io::sink()).unwrap());
        });
    }
    group.finish();
}

fn literal(at: usize) -> String {
    format!("{} failed to open {} (code {})", PARTS[at % PARTS.len()], PARTS[at / 7 % PARTS.len()], 100 + at)
}

fn pattern(at: usize) -> String {
    format!(r"{}[ \t]+failed to open (?<what>[a-z ]+) \(code {}\)", PARTS[at % PARTS.len()], 100 + at)
}

const PARTS: [&str; 6] = ["keyring", "token cache", "session broker", "workspace", "proxy", "agent socket"];

/// Lines as programs log them; one in a hundred has a key, one in a thousand a signature.
fn log() -> String {
    let mut log = String::new();
    for at in 0..LINES {
        let hash = (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let rest = match at % 1000 {
            0 => literal(3),
            at if at % 100 == 7 => format!("> x-api-key: cmd_acme_{hash:016x}"),
            at => {
                format!("{} hit, expires in {at}s span={hash:016x} tid={}", PARTS[at % PARTS.len()], at % 64)
            }
        };
        let _a_string_takes_everything =
            writeln!(log, "2026-11-01T00:{:02}:{:02}.022Z DEBUG cmdop::auth: {rest}", at / 60 % 60, at % 60);
    }
    log
}
