//! What rules may do, by who wrote them.

use super::*;
use cmdop_doctor::model::fix::Safety;
use cmdop_doctor::source::trial::{CaseFile, try_all};

#[test]
fn faults_of_the_network() {
    let rows = [
        "get: \"https://a.example/status\"",
        "get: \"http://a.example/status\"",
        "get: \"http://127.0.0.1:8080/status\"",
        "get: \"http://localhost.a.example/\"",
        "get: \"https://b.example/\"",
        "get: \"https://a.example@b.example/\"",
        "get: \"https://a.example\\\\@b.example/\"",
        "get: \"https://a.example.b.example/\"",
        "get: \"https://a.example/{home}\"",
        "get: \"{api}/v1/health\"",
        "get: \"{api}/v1/health\", auth: active",
        "get: \"https://a.example/\", auth: active",
    ];
    let table: String = rows.iter().map(|parameters| row(parameters, &asking(parameters))).collect();
    assert_snapshot("network", &table);
}

#[test]
fn what_stays_on_this_machine_may_be_asked_in_the_clear() {
    for host in ["127.0.0.1:8080", "localhost"] {
        let text =
            asking(&format!("get: \"http://{host}/status\"")).replace("a.example", &format!("\"{host}\""));
        assert!(parse("a.yaml", &text, Trust::Named).is_ok(), "{host}");
    }
}

#[test]
fn a_credential_goes_to_no_other_origin_whoever_wrote_the_rule() {
    let row = |url: &str| {
        let text = asking(&format!("get: \"{url}\", auth: active")).replace("hosts: [a.example]\n", "");
        let result = parse("checks/x/y.yaml", &text, Trust::BuiltIn);
        let faults = result.err().map_or(Vec::new(), |faults| faults.0);
        faults.iter().map(brief).collect::<Vec<_>>()
    };
    for own in ["{api}/v1/machines", "{issuer}/x", "{api}", "{api}?x=1"] {
        assert_eq!(row(own), Vec::<String>::new(), "{own}");
    }
    for foreign in [
        "https://evil.example/",
        "{api}.evil.example/",
        "{api}@evil.example/",
        "{api}{home}",
        "{home}/x",
        "x{api}/",
    ] {
        assert_eq!(row(foreign), ["4:21: `auth` would send a credential to another server"], "{foreign}");
    }
}

#[test]
fn a_rule_from_outside_only_shows_its_fixes() {
    let built_in = parse("checks/x/good.yaml", GOOD, Trust::BuiltIn).unwrap();
    assert_eq!(built_in.checks[0].outcomes[0].fix[0].safety, Safety::Safe);
    for trust in [Trust::Named, Trust::Config, Trust::Signed] {
        let outside = parse("a.yaml", GOOD, trust).unwrap();
        assert_eq!(outside.checks[0].outcomes[0].fix[0].safety, Safety::ShowOnly);
    }
    let body = GOOD.replace(
        "j: { json: { path: \"{f.path}\" } }",
        "j: { json: { path: x, body: { t: { at: /t, type: text } } } }",
    );
    let found: Vec<String> = faults(&body).iter().map(brief).collect();
    assert_eq!(
        found,
        ["10:31: a rule from outside the program takes nothing out of files (leave `body` out)"]
    );
}

const COMMAND: &str = r#"id: x.y
title: t
evidence:
  k: { command: { run: [uname, -r, "{home}"], body: { major: { match: '^(\d+)', type: int } } } }
outcomes: [{ id: a, when: { k.major: { at_least: 1 } } }]
otherwise: unknown
"#;

#[test]
fn a_program_is_run_for_trusted_rules_alone() {
    for trust in [Trust::Named, Trust::Config] {
        let found = parse("a.yaml", COMMAND, trust).unwrap_err();
        assert_eq!(
            found.0.iter().map(brief).collect::<Vec<_>>(),
            [
                "4:8: this rule may not have a program run (only built-in rules may, and packs that are signed by a key that you trust: see `cmdop doctor rules sign --help`)"
            ]
        );
    }
    assert!(parse("a.yaml", COMMAND, Trust::Signed).is_ok());
    let rulebook = parse("checks/x/y.yaml", COMMAND, Trust::BuiltIn).unwrap();
    let words: Vec<&str> =
        rulebook.checks[0].evidence[0].probe.args.iter().map(|arg| arg.value.written).collect();
    assert_eq!(words, ["uname", "-r", "{home}"]);
}

#[test]
fn faults_of_commands() {
    let rows = [
        ("run: [uname, -r, \"{home}\"]", "run: uname -r"),
        ("run: [uname, -r, \"{home}\"]", "run: []"),
        ("run: [uname, -r, \"{home}\"]", "run: [./uname]"),
        ("run: [uname, -r, \"{home}\"]", "run: [\"{home}/bin/x\"]"),
        ("run: [uname, -r, \"{home}\"]", "shell: uname"),
        ("match: '^(\\d+)'", "match: '^\\d+'"),
        ("match: '^(\\d+)'", "match: '^(\\d+)(\\d)'"),
        ("match: '^(\\d+)'", "match: '(', in: stdin"),
        ("match: '^(\\d+)'", "match: '(a)', at: /a"),
        ("match: '^(\\d+)'", "at: /a, in: stderr"),
        ("match: '^(\\d+)'", "in: stderr, of: { a: { at: /a, type: text } }"),
        ("match: '^(\\d+)'", "in: stderr"),
    ];
    let table: String = rows
        .iter()
        .map(|(from, to)| {
            assert_eq!(COMMAND.matches(from).count(), 1, "{from}");
            let found = parse("checks/x/y.yaml", &COMMAND.replace(from, to), Trust::BuiltIn);
            let found: String = found.err().map_or("  good\n".to_owned(), |faults| {
                faults.0.iter().map(|fault| format!("  {}\n", brief(fault))).collect()
            });
            format!("{to}\n{found}")
        })
        .collect();
    assert_snapshot("commands", &table);
}

#[test]
fn what_a_command_says_can_be_made_up_in_a_case() {
    let rulebook = parse("checks/x/y.yaml", COMMAND, Trust::BuiltIn).unwrap();
    let text = "\
- case: it says a number
  evidence: { 'command uname -r {home}': { exit_code: 0, major: 6 } }
  expect: { outcome: a }
- case: it is not there
  evidence: { 'command uname -r {home}': absent }
  expect: { verdict: unknown }
";
    let file = CaseFile { name: "checks/x/y.cases.yaml".to_owned(), text: text.to_owned() };
    let tried = try_all(&rulebook, &[file]).unwrap();
    assert_eq!(tried.len(), 2);
    assert!(tried.iter().all(|tried| tried.misses.is_empty()), "{tried:?}");
}
