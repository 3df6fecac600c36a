//! What rules may do, by who wrote them.

use super::*;
use cmdop_doctor::model::fix::Safety;

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
