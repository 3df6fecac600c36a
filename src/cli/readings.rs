//! What this machine is like, in the log: whoever gets a log of a command that failed can then see what
//! a look at the machine would have shown.

use std::time::Duration;

use tokio::runtime::Builder;

use super::debug;
use super::grammar::{Auth, Global, Verb};
use super::settings::in_force;
use crate::credential::log::cleaned;
use crate::doctor::{self, Examination, Machine, Request, Source};
use crate::model::evidence::Reading;
use crate::model::report::Report;
use crate::redact::encodings::json as json_form;
use crate::rulebook;
use crate::source::facts;
use crate::source::json::Writer as Json;
use crate::world::World;

/// How long the look takes at most: the command has ended, and somebody waits.
const PATIENCE: Duration = Duration::from_secs(8);

/// What is to be known for the look after a command.
pub(super) struct After {
    global: Global,
    /// The command was to ask no server.
    offline: bool,
}

impl After {
    /// The look after a command like this; none where its log tells nothing of the machine.
    pub(super) fn of(verb: &Verb, global: &Global) -> Option<After> {
        let offline = match verb {
            Verb::Auth(Auth::Status { offline }) => *offline,
            Verb::Login(_) | Verb::Logout | Verb::Auth(_) | Verb::Workspace(_) => false,
            _ => return None,
        };
        tracing::enabled!(tracing::Level::DEBUG).then(|| After { global: global.clone(), offline })
    }
}

/// Looks at this machine after a command, and logs what was read and nothing else. Nothing is changed.
pub(super) fn tell(After { global, offline }: &After) {
    let world = World::real();
    let Ok(in_force) = in_force(global, &world, PATIENCE, *offline) else { return };
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
    let request = Request {
        rulebook: rulebook::built_in(),
        source: Source::Live(Box::new(Machine { settings: in_force.settings, world })),
        suggested: Vec::new(),
        symptoms: Vec::new(),
        waivers: Vec::new(),
        selection: None,
        timeout: PATIENCE,
        fail_on: None,
        load_ms: 0.0,
        all_facts: true,
    };
    tracing::debug!(component = "doctor", "examining the machine");
    debug::only_of("doctor");
    let looked = runtime.block_on(doctor::examine(request, &mut |_, _| {}, std::future::pending()));
    if let Ok(Examination { report, .. }) = looked {
        log_evidence(&report);
    }
    debug::of_all();
    runtime.shutdown_background();
}

/// Logs what was asked and found.
pub(super) fn log(report: &Report) {
    log_evidence(report);
    for finding in &report.diagnosis.findings {
        tracing::debug!(
            component = "doctor",
            check = finding.id(),
            verdict = finding.verdict.name(),
            outcome = finding.open.first().map(|open| open.outcome.id),
            "check judged"
        );
    }
    tracing::debug!(
        component = "doctor",
        verdict = report.verdict.name(),
        ms = report.duration_ms,
        "examined"
    );
}

/// Logs every reading with its facts, which hold no secret.
fn log_evidence(report: &Report) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    for (probe, evidence) in &report.evidence {
        let reading = match &evidence.reading {
            Reading::Found(_) => "found",
            Reading::Absent => "absent",
            Reading::Unavailable(_) => "unavailable",
        };
        tracing::debug!(
            component = "doctor",
            probe = probe.as_ref(),
            reading,
            ms = evidence.duration_ms,
            facts = written(&evidence.reading),
            "probe read"
        );
    }
}

/// A reading as a case has it, on one line of JSON. The line is cleaned as a whole before it is written,
/// which may take a bite out of a text that JSON escapes: then such texts are left out.
fn written(reading: &Reading) -> String {
    let text = on_one_line(reading);
    if is_json(&cleaned(text.clone())) {
        return text;
    }
    let mut reading = reading.clone();
    if let Reading::Found(facts) = &mut reading {
        facts.change_texts(&mut |text| {
            if json_form(text) != *text {
                "***".clone_into(text);
            }
        });
    }
    on_one_line(&reading)
}

fn on_one_line(reading: &Reading) -> String {
    let mut json = Json::with_capacity(256);
    json.break_lines(0);
    facts::reading(&mut json, reading);
    String::from_utf8(json.finish()).unwrap_or_default()
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
