//! Bundles that somebody broke, or made to break the reader.

use cmdop_doctor::rulebook::built_in;
use cmdop_doctor::source::bundle::Bundle;
use proptest::prelude::*;

use crate::bundles::{recorded, sick};

/// A bundle that can be read, with `evidence`.
fn with_evidence(evidence: &str) -> String {
    format!(
        r#"{{"schema": "cmdop.doctor.bundle/1", "started_at": "2026-11-23T09:12:00Z", "duration_ms": 1,
 "evidence": {evidence}}}"#
    )
}

fn read(text: &str) -> Result<Bundle, String> {
    Bundle::read(text.as_bytes(), &built_in()).map_err(|broken| broken.to_string())
}

#[test]
fn a_broken_bundle_says_where() {
    for (text, says) in [
        ("{\"schema\": \"cmdop.doctor.bundle/1\",\n  \"started_at\": 12}", "line 2, column 18: "),
        ("{\"schema\": \"cmdop.doctor.bundle/1\",", "line 1, column 35: EOF while parsing"),
        (
            "{\"schema\": \"cmdop.doctor.bundle/2\", \"started_at\": \"2026-11-23T09:12:00Z\", \"duration_ms\": 1, \"evidence\": {}}",
            "a newer cmdop may know it",
        ),
    ] {
        let told = read(text).unwrap_err();
        assert!(told.contains(says), "{told}");
    }
    for (evidence, says) in [
        ("[]", "line 2, column 13: invalid type: sequence, expected a map of probe keys"),
        (
            "{\n\"clock\": {\"time\": true}}",
            "line 3, column 10: the evidence `clock`: `time` cannot be the truth value true",
        ),
        ("{\"token access\": 3}", "the evidence `token access`: the number 3 cannot stand here"),
        ("{\"clock\": {\"time\": null, \"time\": null}}", "stands here a second time"),
        ("{\"clock\": \"absent\", \"clock\": \"absent\"}", "it stands here a second time"),
        ("{\"clock\": {\"unavailable\": 7}}", "cannot stand here"),
    ] {
        let told = read(&with_evidence(evidence)).unwrap_err();
        assert!(told.contains(says), "{told}");
    }
    let told = Bundle::read(b"{\"schema\":\n \"\xff", &built_in()).unwrap_err();
    assert_eq!(told.to_string(), "line 2, column 3: this is not UTF-8");
}

#[test]
fn what_a_newer_program_added_is_told_and_left_out() {
    let text = with_evidence(
        r#"{"clock": {"time": "2026-11-23T09:12:00Z", "leap": true}, "crystal ball": {"a": [1]}, "clock backwards": "absent"}"#,
    );
    let bundle = read(&text.replacen('{', r#"{"future": {"a": [1.5e300]}, "#, 1)).unwrap();
    assert_eq!(bundle.evidence.len(), 1);
    let told = bundle.remarks.join("\n");
    assert!(
        told.contains("`crystal ball` is no probe of this version: there is no probe `crystal`"),
        "{told}"
    );
    assert!(told.contains("the probe `clock` has no fact `leap` in this version"), "{told}");
}

#[test]
fn a_key_that_somebody_put_into_a_bundle_is_not_shown() {
    let key = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";
    let text = with_evidence(&format!(
        r#"{{"env CMDOP_API_KEY": {{"present": true, "value": "{key}"}}, "{key} x": "absent",
            "settings": {{"api_url": "https://{key}.example"}}}}"#
    ));
    let members = format!(r#"{{"remarks": ["set {key}"], "symbols": {{"api": "https://{key}"}}, "#);
    let told = format!("{:?}", read(&text.replacen('{', &members, 1)).unwrap());
    assert!(told.contains("cmd_acme_a1b***") && !told.contains("a1b2c3"), "{told}");
}

#[test]
fn depth_and_numbers_have_bounds() {
    let deep = |open: &str, close: &str| {
        with_evidence(&format!("{{\"clock\": {}{}}}", open.repeat(100_000), close.repeat(100_000)))
    };
    assert!(read(&deep("[", "]")).unwrap_err().contains("recursion limit"));
    assert!(read(&deep("{\"a\":", "}")).is_err());
    for number in ["1e999", "99999999999999999999999", "-1", "0.5", "1e2"] {
        let told = read(&with_evidence(&format!("{{\"account\": {{\"uid\": {number}}}}}")));
        assert!(told.is_err(), "{number}");
    }
    // Times that no calendar has are a machine's own business.
    assert!(read(&with_evidence("{\"clock\": {\"time\": \"9223372036854775807\"}}")).is_ok());
}

#[test]
fn hostile_times_and_texts_reach_no_panic() {
    let home = sick();
    recorded(&home, "b.json");
    let text = std::fs::read_to_string(home.path().join("b.json")).unwrap();
    let time = regex::Regex::new(r#""(time|expires_at|modified_at)": "[^"]+""#).unwrap();
    for (number, (clock, other)) in
        [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (0, i64::MIN)].iter().enumerate()
    {
        let changed = time.replace_all(&text, |found: &regex::Captures<'_>| {
            let ms = if &found[1] == "time" { clock } else { other };
            format!("\"{}\": \"{ms}\"", &found[1])
        });
        let changed = changed.replace("/.cmdop/auth.json", "/$(reboot)\\u001b[2J\\u202e`x`\\n::error::");
        home.file(&format!("{number}.json"), changed);
        let output =
            home.cmdop(&["doctor", "auth", "--all", "-v", "--from", &format!("{number}.json")]).output();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.code().is_some_and(|code| code != 2), "{err}");
        assert!(!err.contains("panicked") && !out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out}");
    }
}

/// Any JSON value.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        Just("2026-11-23T09:12:00Z".into()),
        Just("absent".into()),
    ];
    let names = prop_oneof![
        Just("unavailable".to_owned()),
        Just("present".to_owned()),
        Just("time".to_owned()),
        Just("mode".to_owned()),
        Just("found".to_owned()),
        any::<String>(),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::vec((names.clone(), inner), 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// Keys of probes, and what is none.
fn keys() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] =
        &["clock", "token access", "file {store}", "account", "socket {agent_socket}", "env A", "terminal"];
    prop_oneof![proptest::sample::select(KNOWN).prop_map(str::to_owned), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_evidence_makes_the_reader_panic(members in proptest::collection::vec((keys(), json()), 0..5)) {
        let evidence: serde_json::Map<_, _> = members.into_iter().collect();
        let _whatever = read(&with_evidence(&serde_json::Value::from(evidence).to_string()));
    }

    #[test]
    fn no_member_makes_the_reader_panic(name in "schema|started_at|duration_ms|asked|symbols|readings|remarks|rulebook", value in json()) {
        let mut document: serde_json::Value = serde_json::from_str(&with_evidence("{}")).unwrap();
        document[name] = value;
        let _whatever = read(&document.to_string());
    }

    #[test]
    fn a_bundle_that_was_cut_or_scratched_is_read_or_refused(cut in any::<proptest::sample::Index>(), scratch in any::<u8>(), keep in any::<bool>()) {
        let whole = with_evidence(r#"{"clock": {"time": "2026-11-23T09:12:00Z"}, "token access": {"present": true, "expires_at": null}, "account": {"unavailable": "x"}}"#);
        let mut bytes = whole.into_bytes();
        let at = cut.index(bytes.len());
        if keep { bytes[at] = scratch } else { bytes.truncate(at) }
        let _whatever = Bundle::read(&bytes, &built_in());
    }
}
