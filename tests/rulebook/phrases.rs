//! Log rules and symptoms: what they take from a line, and what is said of faulty ones.

use cmdop_doctor::model::check::Trust;
use cmdop_doctor::model::evidence::Reading;
use cmdop_doctor::model::fact::{Fact, Value};
use cmdop_doctor::rulebook::{self, Heard, Known, Phrases, RuleText, Said};

use super::{assert_snapshot, row};

/// A log rule without faults, and the check whose outcome it suggests.
const GOOD: &str = r#"- id: log.refused
  match: '^request (?<why>refused|failed)(?: for (?<user>\w+))?$'
  unless: 'retry'
  fields: { url: 'https?://.+', status: '\d+', took: ~ }
  witness:
    - probe: "http GET {url} as *"
      facts: { phase: answered, status: "{status:int}", latency: "{took:ms}", fault: "{why} by {url}" }
    - { probe: "socket {agent_socket}", facts: { found: [ { path: /tmp/a.sock, peer_user: "{user}" } ] } }
    - { probe: "tcp", facts: absent }
  suggests: [x.good/sick]
"#;

fn with_check(rule: &str) -> String {
    format!("{}---\n{rule}", super::GOOD)
}

fn hear(rule: &str, text: &str, fields: &[(&str, &str)]) -> Option<Heard> {
    let text_of_rules = with_check(rule);
    let file = RuleText { name: "a.yaml", text: &text_of_rules, trust: Trust::Named };
    let rulebook = rulebook::parse_all(&[file]).unwrap();
    Phrases::of(&rulebook).hear(0, &Said { text, fields })
}

#[test]
fn a_line_is_a_witness_of_what_it_shows() {
    let fields = [("url", "https://a.test/{x}"), ("status", "401"), ("took", "12")];
    let heard = hear(GOOD, "request refused", &fields).unwrap();
    assert_eq!((heard.rule, heard.suggests[0].outcome), ("log.refused", "x.good/sick"));
    let [http, socket, tcp] = heard.testimonies.as_slice() else { panic!("three witnesses") };
    assert_eq!(
        http.params,
        [("get", Known::Is("https://a.test/{{x}}".to_owned())), ("auth", Known::Anything),]
    );
    assert_eq!(http.reading.fact("status"), Fact::Known(Value::Int(401)));
    assert_eq!(http.reading.fact("latency"), Fact::Known(Value::Duration(12)));
    assert_eq!(http.reading.fact("fault"), Fact::from("refused by https://a.test/{x}"));
    assert_eq!(socket.params, [("glob", Known::Is("{agent_socket}".to_owned()))]);
    let Fact::Known(Value::Maps(found)) = socket.reading.fact("found") else { panic!("a list") };
    assert_eq!((found[0].get("path"), found[0].get("peer_user")), (Some(&Fact::from("/tmp/a.sock")), None));
    assert_eq!((tcp.params.len(), &tcp.reading), (0, &Reading::Absent));
}

#[test]
fn a_line_that_is_otherwise_says_nothing() {
    let good = [("url", "https://a.test"), ("status", "401")];
    assert!(hear(GOOD, "request failed for ada", &good).is_some());
    for (text, fields) in [
        ("requests refused", good),
        ("request refused", [("url", "ftp://a.test"), ("status", "401")]),
        ("request refused", [("url", "https://a.test"), ("status", "401x")]),
        ("request refused", [("url", "https://a.test"), ("state", "401")]),
        ("request refused for retry", good),
    ] {
        assert!(hear(GOOD, text, &fields).is_none(), "{text} {fields:?}");
    }
}

#[test]
fn every_fault_of_a_log_rule_has_its_place() {
    let change = |from: &str, to: &str| {
        assert_eq!(GOOD.matches(from).count(), 1, "the row must change one place: {from}");
        row(to, &with_check(&GOOD.replace(from, to)))
    };
    let rows = [
        change("id: log.refused", "id: lag.refused"),
        change("'^request (?<why>refused|failed)(?: for (?<user>\\w+))?$'", "'(?<why>a'"),
        change("'^request (?<why>refused|failed)(?: for (?<user>\\w+))?$'", "'(?<why>\\d+) (?<user>ab|c)'"),
        change("unless: 'retry'", "unless: '['"),
        change("took: ~", "took it: ~"),
        change("status: '\\d+'", "status: '(\\d+'"),
        change("\"http GET {url} as *\"", "\"htp GET {url}\""),
        change("\"http GET {url} as *\"", "\"http GET {uri}\""),
        change("\"http GET {url} as *\"", "\"http GET {url} as me\""),
        change("phase: answered", "stage: answered"),
        change("phase: answered", "phase: 3"),
        change("{status:int}", "{status:time}"),
        change("{status:int}", "{status}"),
        change("{status:int}", "{status:number}"),
        change("{why} by {url}", "{whi} by {url}"),
        change("{why} by {url}", "{why by {url}"),
        change("peer_user: ", "peer_name: "),
        change("facts: absent", "facts: none"),
        change("x.good/sick", "x.god/sick"),
        change("x.good/sick", "x.good/sic"),
        change("x.good/sick", "x.good/healthy"),
        change("x.good/sick", "x.good"),
        change("  suggests: [x.good/sick]", "  suggests: []"),
    ];
    assert_snapshot("phrases", &rows.concat());
}

#[test]
fn a_symptom_says_what_it_means_and_suggests() {
    let good = "id: symptom.x\nsays: 'Error: x failed'\nabout: Words.\nmatch: 'Error: x failed'\nsuggests: [x.good/sick]\n";
    let rows = [
        row("good", &with_check(good)),
        row("no about", &with_check(&good.replace("about: Words.\n", ""))),
        row("no match", &with_check(&good.replace("match: 'Error: x failed'\n", ""))),
        row("another message", &with_check(&good.replace("says: 'Error: x", "says: 'Error: y"))),
        row("another id", &with_check(&good.replace("symptom.x", "cause.x"))),
        row("fields", &with_check(&format!("{good}severity: error\n"))),
        row(
            "a log rule that only suggests",
            &with_check("id: log.x\nmatch: 'x failed'\nsuggests: [x.good/sick]\n"),
        ),
        row("a log rule that tells nothing", &with_check("id: log.x\nmatch: 'x failed'\nfields: { a: ~ }\n")),
    ];
    assert_snapshot("symptoms", &rows.concat());
}
