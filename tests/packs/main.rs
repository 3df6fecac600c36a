//! `cmdop doctor rules` for who writes and hands out rules: their cases tried, and packs
//! compiled, signed and read.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, and make files of their own"
)]

#[path = "../support/mod.rs"]
mod support;

mod compiled;
mod signed;
mod trial;

/// A check of an environment variable, and a cause, a log rule and a symptom that go with it.
const RULES: &str = "\
id: corp.proxy
title: The company proxy is set
evidence: { proxy: { env: { name: HTTPS_PROXY } } }
outcomes:
  - id: missing
    when: { proxy.present: false }
    severity: error
    symptom: requests time out in the office
    cause: HTTPS_PROXY is not set
    fix: { shell: export, variable: HTTPS_PROXY, value: \"http://proxy.corp.example:3128\" }
  - id: healthy
---
id: log.corp_gateway
match: 'corporate gateway refused (?<host>[a-z.]+)'
suggests: [corp.proxy/missing]
---
id: symptom.corp_gateway
says: 'Error: corporate gateway refused'
about: The gateway lets nobody through without the proxy.
match: '(?i)corporate gateway refused'
suggests: [corp.proxy/missing]
";

/// Cases that all end as they say and leave nothing open.
const CASES: &str = "\
- case: a new laptop
  evidence: { env HTTPS_PROXY: { present: false } }
  expect:
    outcome: missing
    fix: export HTTPS_PROXY=http://proxy.corp.example:3128
    cause: HTTPS_PROXY is not set
- case: set by IT
  evidence: { env HTTPS_PROXY: { present: true } }
  expect: { outcome: healthy }
- { rule: log.corp_gateway, text: corporate gateway refused api.cmdop.com }
- { text: 'corporate gateway refused', heard: [symptom.corp_gateway] }
";

/// What a run printed, what it complained of, and how it ended.
fn told(run: support::Run) -> (String, String, Option<i32>) {
    let output = run.output();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

/// A home with the rules in a file, and in a pack made of it.
fn with_pack() -> support::Home {
    let home = support::Home::new();
    home.file("corp.yaml", RULES);
    let (out, err, code) =
        told(home.cmdop(&["doctor", "rules", "compile", "corp.yaml", "--output", "corp.pack"]));
    assert_eq!((err.as_str(), code), ("", Some(0)), "{out}");
    home
}
