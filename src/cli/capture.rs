//! `--capture` and `cmdop doctor bundle`: what was examined, in a file for somebody else.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::examine::{Bench, Examined};
use super::failure::Failure;
use super::output::print;
use crate::credential::Context;
use crate::credential::proof::Proof;
use crate::model::report::Report;
use crate::redact::{Redactor, Style};
use crate::source::bundle::{Anonymizer, Captured, Recent, recent, render};
use crate::world::files::words;
use crate::world::patience::within;
use crate::world::save::save_private;

/// How long to wait for the credential file and the logs.
const PATIENCE: Duration = Duration::from_secs(2);

/// Writes what `report` rests on to `file`; `-` is standard output. Nothing is written that holds a
/// secret of this machine.
pub(super) fn write(report: &Report, bench: &Bench<'_>, file: &Path, anonymize: bool) -> Result<(), Failure> {
    let Some(examined) = &bench.examined else { return Ok(()) };
    let Some(ctx) = examined.context.as_deref() else { return Ok(()) };
    let read = bench
        .runtime
        .block_on(async { tokio::time::timeout(PATIENCE, ctx.wallet.read(&ctx.settings, &ctx.world)).await });
    let bytes = document(report, examined, ctx, anonymize, read.is_ok());
    prove(&bytes, ctx, file)?;
    if file == Path::new("-") {
        return print(&bytes);
    }
    let failed = |error: &std::io::Error| {
        Failure::new(format!("the bundle cannot be written to {}: {}", file.display(), words(error)))
    };
    let packed = packed(bytes, file).map_err(|error| failed(&error))?;
    save_private(file, &packed).map_err(|error| failed(&error))
}

/// The document. Without the credentials (`complete`) nobody can tell whether a log holds one.
fn document(report: &Report, examined: &Examined, ctx: &Context, anonymize: bool, complete: bool) -> Vec<u8> {
    let shapes = examined.rulebook.shapes;
    let mut report = report.clone();
    let mut symbols = examined.symbols.clone();
    let mut asked = examined.asked.clone();
    let mut logs = Vec::new();
    if complete {
        let Recent { excerpts, left_out } = recent_logs(examined, ctx);
        logs = excerpts;
        report.remarks.extend(left_out);
    } else {
        let why =
            "the logs were left out: the credential file gives no answer, so nobody can tell what is secret";
        report.remarks.push(why.to_owned());
    }
    clean(&mut report, ctx, &mut Redactor::new(shapes, Style::default()));
    asked.symptoms.iter_mut().for_each(|text| ctx.scrub(text));
    symbols.change_all(|value| ctx.scrub(value));
    if anonymize {
        let mut anonymizer = Anonymizer::new(shapes, symbols.home(), &report);
        anonymizer.report(&mut report);
        symbols.change_all(|value| anonymizer.text(value));
        asked.symptoms.iter_mut().for_each(|text| anonymizer.text(text));
        logs.iter_mut().for_each(|log| anonymizer.text(&mut log.text));
    }
    render(&Captured {
        report: &report,
        symbols: &symbols,
        asked: &asked,
        rulebook: &examined.rulebook,
        logs: &logs,
        anonymized: anonymize,
    })
}

/// Takes out of what was read and told the secrets of this machine, and those of others, which are
/// known by their shapes alone.
fn clean(report: &mut Report, ctx: &Context, redactor: &mut Redactor) {
    let mut clean = |text: &mut String| {
        ctx.scrub(text);
        *text = String::from_utf8_lossy(&redactor.text(text.as_bytes())).into_owned();
    };
    report.remarks.iter_mut().for_each(&mut clean);
    for (_, found) in &mut report.evidence {
        found.reading.change_texts(&mut clean);
    }
}

/// The ends of the product's logs, without secrets.
fn recent_logs(examined: &Examined, ctx: &Context) -> Recent {
    let Some(home) = examined.settings.home.clone() else { return Recent::default() };
    let mut redactor = Redactor::new(examined.rulebook.shapes, Style::default());
    let mut logs = within(PATIENCE, move || recent(&home)).unwrap_or_else(Recent::unanswered);
    for log in &mut logs.excerpts {
        log.text = String::from_utf8_lossy(&redactor.text(log.text.as_bytes())).into_owned();
        ctx.scrub(&mut log.text);
    }
    logs
}

/// Refuses to give away a secret of this machine.
fn prove(bytes: &[u8], ctx: &Context, file: &Path) -> Result<(), Failure> {
    let Some(found) = Proof::of(ctx).find(bytes) else { return Ok(()) };
    let before = bytes.get(..found.at).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let place = place(before);
    let what = &found.what;
    let form = found.form.name();
    Err(Failure::new(format!(
        "the bundle {} is not written: line {line} of it ({place}) would hold {what}, {form}\n\
         help: tell whoever asked for it, and send `cmdop doctor auth --all` meanwhile",
        file.display()
    )))
}

/// In which part of the document a text ends: its last member with a line of its own.
fn place(before: &[u8]) -> String {
    let text = String::from_utf8_lossy(before);
    let part = |indent: &str| {
        let line = text
            .lines()
            .rev()
            .find(|line| line.strip_prefix(indent).is_some_and(|rest| rest.starts_with('"')))?;
        line.trim_start().trim_start_matches('"').split('"').next()
    };
    part("  ").unwrap_or("its head").to_owned()
}

/// As the name of the file says: `.gz`, or plain.
fn packed(bytes: Vec<u8>, file: &Path) -> std::io::Result<Vec<u8>> {
    if file.extension().is_none_or(|ending| ending != "gz") {
        return Ok(bytes);
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&bytes)?;
    packer.finish()
}
