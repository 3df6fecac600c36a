//! One synthetic report with every status, and the means to make others.

use std::sync::Arc;

use cmdop_doctor::model::check::{Check, Otherwise, Outcome, RuleSource, Trust};
use cmdop_doctor::model::diagnosis::{Candidate, Diagnosis, Root, RootKind};
use cmdop_doctor::model::evidence::{Evidence, Reading, SourceKind, Why};
use cmdop_doctor::model::fact::{Fact, Facts, Value};
use cmdop_doctor::model::finding::{Finding, OpenOutcome, Suppression, Verdict};
use cmdop_doctor::model::fix::{Act, Audience, Fix, FixStep, Safety};
use cmdop_doctor::model::list::List;
use cmdop_doctor::model::report::{Report, RunVerdict, SourceName, Timings};
use cmdop_doctor::model::severity::Severity;
use cmdop_doctor::model::template::Template;

/// 2026-11-23T12:12:00Z.
pub(crate) const STARTED: i64 = 1_795_435_920_000;

fn outcome(id: &'static str, severity: Option<Severity>) -> Outcome {
    let silent = Template::EMPTY;
    let none = List::EMPTY;
    Outcome {
        id,
        when: List::EMPTY,
        needs: none,
        severity,
        transient: false,
        symptom: silent,
        cause: silent,
        fix: List::EMPTY,
    }
}

pub(crate) fn check(
    id: &'static str,
    title: &'static str,
    sick: &[(&'static str, Severity)],
) -> &'static Check {
    let mut outcomes: Vec<Outcome> = sick.iter().map(|(id, severity)| outcome(id, Some(*severity))).collect();
    outcomes.push(outcome("healthy", None));
    Box::leak(Box::new(Check {
        id,
        title,
        about: "",
        applies: List::EMPTY,
        needs: List::EMPTY,
        evidence: List::EMPTY,
        on_request: false,
        each: None,
        outcomes: List::keep(outcomes),
        otherwise: Otherwise::Undecided,
        source: RuleSource { file: "checks", line: 1, trust: Trust::BuiltIn, hosts: List::EMPTY },
    }))
}

pub(crate) fn finding(check: &'static Check, verdict: Verdict, evidence: &[&str]) -> Finding {
    let healthy = check.outcomes.into_iter().last().filter(|_| verdict == Verdict::Healthy);
    Finding {
        check,
        element: None,
        verdict,
        open: healthy.map(|outcome| open(outcome, "", "", None)).into_iter().collect(),
        suppressed_by: None,
        waiver: None,
        evidence: evidence.iter().map(|&key| Arc::from(key)).collect(),
        missing: Vec::new(),
        duration_ms: 1,
        lines: Vec::new(),
    }
}

pub(crate) fn open(outcome: &'static Outcome, symptom: &str, cause: &str, fix: Option<Fix>) -> OpenOutcome {
    OpenOutcome { outcome, symptom: symptom.to_owned(), cause: cause.to_owned(), fix }
}

pub(crate) fn sick(
    check: &'static Check,
    symptom: &str,
    cause: &str,
    fix: Option<Fix>,
    evidence: &[&str],
) -> Finding {
    let outcome = check.outcomes.into_iter().next().unwrap();
    Finding { open: vec![open(outcome, symptom, cause, fix)], ..finding(check, Verdict::Sick, evidence) }
}

/// The root that stands for a sick finding.
pub(crate) fn root_of(finding: &Finding, explains: &[&str]) -> Root {
    let open = &finding.open[0];
    let element = finding.element.as_ref().map(|name| format!("[{name}]")).unwrap_or_default();
    Root {
        id: format!("{}/{}{element}", finding.check.id, open.outcome.id),
        kind: RootKind::Cause,
        check: Some(finding.check.id),
        outcome: Some(open.outcome.id),
        severity: open.outcome.severity.unwrap(),
        title: finding.check.title.to_owned(),
        symptom: open.symptom.clone(),
        cause: open.cause.clone(),
        fix: open.fix.clone(),
        explains: explains.iter().map(|&id| id.to_owned()).collect(),
        evidence: finding.evidence.clone(),
        candidates: Vec::new(),
        next: None,
        lines: Vec::new(),
    }
}

pub(crate) fn step(kind: &'static str, argv: &[&str], safety: Safety) -> FixStep {
    let argv: Vec<String> = argv.iter().map(|&word| word.to_owned()).collect();
    let (command, audience, act) = (argv.join(" "), Audience::User, Act::Shown);
    FixStep { kind, command, argv, safety, audience, act }
}

pub(crate) fn fix(steps: Vec<FixStep>) -> Fix {
    let safety = steps.iter().map(|step| step.safety).max().unwrap();
    Fix { steps, safety, message: None }
}

fn suppressed(finding: Finding, by: &str, how: &'static str) -> Finding {
    Finding { suppressed_by: Some(Suppression { by: by.to_owned(), how }), ..finding }
}

pub(crate) fn reading(key: &str, reading: Reading) -> (Arc<str>, Evidence) {
    (Arc::from(key), Evidence::new(reading, STARTED, 2, SourceKind::Live))
}

pub(crate) fn report(verdict: RunVerdict, roots: Vec<Root>, findings: Vec<Finding>) -> Report {
    Report {
        source: SourceName { kind: SourceKind::Live, name: "lab".to_owned() },
        started_at: STARTED,
        duration_ms: 412,
        timings: Timings { load_ms: 0.25, gather_ms: 410.5, judge_ms: 0.125 },
        verdict,
        exit_code: verdict.exit_code(),
        diagnosis: Diagnosis { roots, findings, unexplained: Vec::new() },
        evidence: Vec::new(),
        fail_on: Severity::Error,
        home: Some("/home/ada".to_owned()),
        remarks: Vec::new(),
        history: None,
        treatment: None,
    }
}

/// A report with every verdict, every kind of root, every kind of step, and hostile text.
pub(crate) fn everything() -> Report {
    let (error, warning) = (Severity::Error, Severity::Warning);
    let login = fix(vec![step("auth", &["cmdop", "login"], Safety::Asks)]);
    let chmod = fix(vec![step("file", &["chmod", "600", "~/.cmdop/auth.json"], Safety::Safe)]);

    let expired = sick(
        check("token.unexpired", "The access token has not expired", &[("expired", error)]),
        "requests fail with \"Error: token expired\"",
        "the access token in /home/ada/.cmdop/auth.json expired 3 h ago (2026-11-23 09:12 UTC) and cannot be refreshed",
        Some(login.clone()),
        &["clock", "token access"],
    );
    let open_mode = sick(
        check("token.file_mode", "The token file is private", &[("open", warning)]),
        "other users of this machine can read your token",
        "/home/ada/.cmdop/auth.json has mode 0644, should be 0600",
        Some(chmod),
        &["file {store}"],
    );
    let mut socket = sick(
        check("agent.socket_owner", "The agent on the local socket is yours", &[("other_user", error)]),
        "\"Error: permission denied (socket)\"",
        "/tmp/cmdop-\u{202e}a\u{1b}[2J.sock belongs to deploy (uid 1001), you are ada (uid 1000)",
        Some(fix(vec![
            step("run", &["sudo", "-u", "deploy", "cmdop", "terminal", "localhost"], Safety::ShowOnly),
            step("manual", &[], Safety::ShowOnly),
        ])),
        &["socket {agent_socket}"],
    );
    socket.element = Some("/tmp/cmdop-\u{202e}a\u{1b}[2J.sock".to_owned());
    if let Some(fix) = &mut socket.open[0].fix {
        fix.steps[1].command =
            "or restart the agent as yourself: `pkill -f \"cmdop connect\"`, then `cmdop connect`".to_owned();
        fix.message = Some("please let ada use the agent on lab, or stop it".to_owned());
    }
    let member = check(
        "workspace.member",
        "You are a member of the workspace",
        &[("not_member", error), ("unknown_workspace", error)],
    );
    let mut open_member = sick(
        member,
        "\"Error: permission denied\"",
        "you are not a member of acme",
        Some(login),
        &["http GET {api}/v1/workspaces as active"],
    );
    open_member.open.push(open(
        &member.outcomes[1],
        "\"Error: permission denied\"",
        "there is no workspace acme",
        None,
    ));
    let clock = suppressed(
        sick(
            check("host.clock", "The clock is right", &[("ahead", error)]),
            "",
            "the clock is 24 h ahead",
            None,
            &["clock"],
        ),
        "cause.clock_wrong",
        "explains",
    );
    let waiting = |id, title| {
        suppressed(finding(check(id, title, &[]), Verdict::NotJudged, &[]), "token.unexpired", "needs")
    };
    let unknown = Finding {
        missing: vec!["http GET {api}/v1/auth/me as active: no answer before the deadline".to_owned()],
        ..finding(
            check("key.permission", "The key has the permissions that it needs", &[]),
            Verdict::Unknown,
            &["http GET {api}/v1/auth/me as active"],
        )
    };
    let crashed = Finding {
        missing: vec!["saml {idp}: the probe crashed".to_owned()],
        ..finding(
            check("sso.certificate", "The certificate of the identity provider is in date", &[]),
            Verdict::Crashed,
            &[],
        )
    };

    let one_of = Root {
        kind: RootKind::OneOf,
        outcome: None,
        id: "workspace.member/not_member".to_owned(),
        cause: String::new(),
        fix: None,
        candidates: open_member
            .open
            .iter()
            .map(|open| Candidate {
                check: open_member.check.id,
                outcome: open.outcome.id,
                symptom: open.symptom.clone(),
                cause: open.cause.clone(),
                fix: open.fix.clone(),
                speaks_for: Vec::new(),
                speaks_against: Vec::new(),
            })
            .collect(),
        next: Some("cmdop workspace list".to_owned()),
        ..root_of(&open_member, &[])
    };
    let clock_wrong = Root {
        id: "cause.clock_wrong".to_owned(),
        check: None,
        outcome: None,
        title: "The clock of this machine is right".to_owned(),
        symptom: "every token looks expired".to_owned(),
        cause: "the clock is 24 h ahead of the server".to_owned(),
        fix: Some(fix(vec![step("run", &["sudo", "timedatectl", "set-ntp", "true"], Safety::ShowOnly)])),
        ..root_of(&clock, &["host.clock"])
    };
    let roots = vec![
        root_of(&expired, &["token.accepted", "workspace.role"]),
        clock_wrong,
        root_of(&socket, &[]),
        one_of,
        root_of(&open_mode, &[]),
    ];
    let findings = vec![
        finding(
            check("key.prefix", "The key begins as this product's keys do", &[]),
            Verdict::Healthy,
            &["key CMDOP_API_KEY"],
        ),
        unknown,
        finding(check("key.expiry", "The key has an end", &[]), Verdict::Skipped, &[]),
        finding(check("token.folder_mode", "The config folder is private", &[]), Verdict::Waived, &[]),
        open_mode,
        expired,
        waiting("token.accepted", "The access token is accepted"),
        waiting("workspace.role", "Your role is high enough"),
        open_member,
        finding(check("sso.configured", "SSO is configured", &[]), Verdict::NotApplicable, &[]),
        crashed,
        socket,
        clock,
    ];
    Report {
        evidence: evidence(),
        remarks: vec!["rules/broken.yaml was refused: others can write it".to_owned()],
        ..report(RunVerdict::Sick, roots, findings)
    }
}

fn evidence() -> Vec<(Arc<str>, Evidence)> {
    let socket = Facts::new()
        .with("path", "/tmp/cmdop-\u{202e}a\u{1b}[2J.sock")
        .with("peer_uid", Fact::Known(Value::Uid(1001)));
    let file = Facts::new()
        .with("mode", Fact::Known(Value::Mode(0o644)))
        .with("owner_name", "ada")
        .with("modified_at", Fact::Known(Value::Time(STARTED - 60_000)))
        .with("target", None::<String>)
        .with("acl", Fact::Unknown);
    let token = Facts::new().with("origin", "file").with("user", "ada@acme.dev").with("refreshable", false);
    vec![
        reading("clock", Reading::Found(Facts::new().with("time", Fact::Known(Value::Time(STARTED))))),
        reading("file {store}", Reading::Found(file)),
        reading("http GET {api}/v1/auth/me as active", Reading::Unavailable(Why::Stalled)),
        reading("http GET {api}/v1/workspaces as active", Reading::Absent),
        reading("key CMDOP_API_KEY", Reading::Absent),
        reading("socket {agent_socket}", Reading::Found(Facts::new().with("found", vec![socket]))),
        reading("token access", Reading::Found(token)),
    ]
}
