//! The case files beside checks.

use super::*;
use cmdop_doctor::model::evidence::{Reading, Why};
use cmdop_doctor::model::fact::{Fact, Facts, Value};
use cmdop_doctor::model::finding::Verdict;
use cmdop_doctor::rulebook::cases::{self, Answer, Case};

/// A check that takes facts out of an answer, whose address is another answer's fact.
const MEMBERS: &str = r#"id: x.members
title: t
evidence:
  me: { http: { get: "{api}/v1/auth/me", auth: active, body: { workspace: { at: /data/id, type: text } } } }
  all:
    http:
      get: "{api}/v1/workspaces/{me.workspace}/members"
      auth: active
      body:
        roles: { at: /data/*/role, type: list }
        users: { at: /data, type: list, of: { id: { at: /id, type: int }, since: { at: /at, type: time } } }
  sockets: { socket: { glob: "{agent_socket}" } }
outcomes:
  - { id: empty, when: { all.roles: { lacks: admin } }, severity: error, symptom: s, cause: c }
  - { id: fine, when: { all.roles: { contains: admin } } }
otherwise: unknown
"#;

fn read(text: &str) -> Result<Vec<Case>, RuleFaults> {
    let rulebook = parse("checks/x/members.yaml", MEMBERS, Trust::BuiltIn).unwrap();
    cases::read("checks/x/members.cases.yaml", text, &rulebook.checks[0], &rulebook)
}

#[test]
fn a_case_becomes_evidence() {
    let text = r#"
- case: everything that a case can say
  evidence:
    clock: { time: "2026-01-02T08:00:00Z" }
    http  GET {api}/v1/auth/me as active: { status: 200, workspace: ws_1, message: ~ }
    http GET {api}/v1/workspaces/ws_1/members as active:
      roles: [owner, admin]
      users: [{ id: 7, since: "1970-01-01T00:00:01Z" }, {}]
      latency: 80ms
    socket {agent_socket}: { found: [{ path: /tmp/cmdop-a.sock, mode: "0755", peer_uid: 1000 }] }
    account: absent
    file {store}: { unavailable: permission denied }
  expect: { outcome: fine }
- case: a second one
  evidence: {}
  expect: { verdict: unknown, fix: cmdop login }
"#;
    let cases = read(text).unwrap();
    assert_eq!(
        (cases[0].name.as_str(), cases[0].line, cases[1].line),
        ("everything that a case can say", 2, 14)
    );
    assert_eq!(cases[0].expect.answer, Answer::Outcome("fine".to_owned()));
    assert_eq!(cases[1].expect.answer, Answer::Verdict(Verdict::Unknown));
    assert_eq!(cases[1].expect.fix.as_deref(), Some("cmdop login"));
    let set = cases[0].evidence_set();
    assert_eq!(set.get("clock").unwrap().taken_at, 1_767_340_800_000);
    assert_eq!(set.fact("http GET {api}/v1/auth/me as active", "workspace"), Fact::from("ws_1"));
    assert_eq!(set.fact("http GET {api}/v1/auth/me as active", "code"), Fact::Unknown);
    assert_eq!(set.fact("http GET {api}/v1/auth/me as active", "message"), Fact::Nothing);
    assert_eq!(set.fact("http GET {api}/v1/auth/me as active", "present"), Fact::from(true));
    let members = "http GET {api}/v1/workspaces/ws_1/members as active";
    assert_eq!(set.fact(members, "latency"), Fact::Known(Value::Duration(80)));
    assert_eq!(set.fact(members, "roles"), Fact::from(vec!["owner".to_owned(), "admin".to_owned()]));
    let user = Facts::new().with("id", 7).with("since", Fact::Known(Value::Time(1000)));
    assert_eq!(set.fact(members, "users"), Fact::from(vec![user, Facts::new()]));
    let socket = Facts::new()
        .with("path", "/tmp/cmdop-a.sock")
        .with("mode", Fact::Known(Value::Mode(0o755)))
        .with("peer_uid", Fact::Known(Value::Uid(1000)));
    assert_eq!(set.fact("socket {agent_socket}", "found"), Fact::from(vec![socket]));
    assert_eq!(set.get("account").unwrap().reading, Reading::Absent);
    let denied = Reading::Unavailable(Why::Refused("permission denied".to_owned()));
    assert_eq!(set.get("file {store}").unwrap().reading, denied);
    assert_eq!(cases[0].evidence[1].1, 5);
}

#[test]
fn faults_of_cases() {
    let evidence = [
        "clok: {}",
        "token acess: {}",
        "file {stor}: {}",
        "http GET {api}/v1/workspaces/{me.workspace}/members as active: {}",
        "clock: { tme: 5 }",
        "clock: { time: yesterday }",
        "clock: present",
        "clock: { present: false }",
        "clock: { unavailable: x, time: ~ }",
        "{ clock: absent, 'clock ': absent }",
        "http GET {api}/v1/workspaces/ws_1/members as active: { workspace: x }",
        "http GET {api}/v1/workspaces/ws_1/members as active: { roles: owner }",
        "http GET {api}/v1/workspaces/ws_1/members as active: { users: [{ name: x }] }",
        "http GET {api}/v1/workspaces/ws_1/members as active: { roles: [1] }",
        "http GET {api}/v1/workspaces/ws_1/member as active: { roles: [owner] }",
    ];
    let expectations = [
        "{ outcome: fne }",
        "{ outcome: fine, verdict: healthy }",
        "{ fix: cmdop login }",
        "{ verdict: sick }",
        "{ elements: { a: fine } }",
        "{ one_of: [fine, emty] }",
    ];
    let case = |evidence: &str, expect: &str| {
        format!("- case: c\n  evidence:\n    {evidence}\n  expect: {expect}\n")
    };
    let say = |written: &str, text: String| {
        let faults = read(&text).err().map_or(Vec::new(), |faults| faults.0);
        let found: String = faults.iter().map(|fault| format!("  {}\n", brief(fault))).collect();
        format!("{written}\n{}", if found.is_empty() { "  good\n".to_owned() } else { found })
    };
    let mut table: String = evidence.iter().map(|row| say(row, case(row, "{ outcome: fine }"))).collect();
    table.extend(expectations.iter().map(|row| say(row, case("clock: absent", row))));
    assert_snapshot("cases", &table);
}

#[test]
fn presence_is_implied_denied_or_not_known() {
    let case = |facts: &str| {
        let text =
            format!("- case: c\n  evidence:\n    file {{store}}: {facts}\n  expect: {{ outcome: fine }}\n");
        read(&text).unwrap()[0].evidence_set().fact("file {store}", "present")
    };
    assert_eq!(case("{ link: true }"), Fact::from(true));
    assert_eq!(case("{ present: false, link: true }"), Fact::from(false));
    assert_eq!(case("{ present: ~, denied_by: /home }"), Fact::Unknown);
}

#[test]
fn the_case_of_a_cause_expects_roots() {
    let rulebook = parse("checks/x/members.yaml", MEMBERS, Trust::BuiltIn).unwrap();
    let read = |roots: &str| {
        let text = format!("- case: c\n  evidence: {{}}\n  expect: {{ roots: [{roots}] }}\n");
        match cases::read_roots("rules/causes/a.cases.yaml", &text, &rulebook) {
            Ok(cases) => Ok(cases[0].expect.answer.clone()),
            Err(faults) => Err(faults.0.iter().map(brief).collect::<Vec<_>>()),
        }
    };
    assert_eq!(read(""), Ok(Answer::Roots(Vec::new())));
    assert_eq!(read("x.members/empty"), Ok(Answer::Roots(vec!["x.members/empty".to_owned()])));
    assert_eq!(read("x.members/fine"), Err(vec!["3:21: `x.members/fine` can be no root".to_owned()]));
    assert_eq!(read("cause.none"), Err(vec!["3:21: `cause.none` can be no root".to_owned()]));
}

/// Every case file in the project is read against its rule.
#[test]
fn the_cases_beside_the_built_in_rules_are_read() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let rulebook = rulebook::built_in();
    let text_beside = |source: &str| {
        let file = source.replace(".yaml", ".cases.yaml");
        std::fs::read_to_string(root.join(&file)).ok().map(|text| (file, text))
    };
    for check in rulebook.checks {
        let Some((file, text)) = text_beside(check.source.file) else { continue };
        if let Err(faults) = cases::read(&file, &text, check, &rulebook) {
            panic!("{faults}");
        }
    }
    for cause in rulebook.causes {
        let Some((file, text)) = text_beside(cause.source.file) else { continue };
        if let Err(faults) = cases::read_roots(&file, &text, &rulebook) {
            panic!("{faults}");
        }
    }
}
