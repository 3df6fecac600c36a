//! Keys read as the README says, and every one that is written reads back.

use super::*;
use proptest::prelude::*;

fn arg(name: Str, value: &str) -> (Str, String) {
    (name, value.to_owned())
}

#[test]
fn keys_read_as_the_readme_says() {
    let http = [arg("auth", "access"), arg("get", "{api}/v1/machines")];
    assert_eq!(write(ProbeKind::Http, &http), "http GET {api}/v1/machines as access");
    assert_eq!(write(ProbeKind::Token, &[arg("slot", "access")]), "token access");
    assert_eq!(write::<Str>(ProbeKind::Clock, &[]), "clock");
    let spaced = [arg("path", "/home/ada/my \"dir\"")];
    assert_eq!(write(ProbeKind::File, &spaced), r#"file "/home/ada/my \"dir\"""#);
}

#[test]
fn all_words_of_a_command_stand_in_its_key() {
    let argv = ["/usr/bin/env", "-i", "a b", "", "as"].map(|word| arg("run", word));
    let key = write(ProbeKind::Command, &argv);
    assert_eq!(key, r#"command /usr/bin/env -i "a b" "" as"#);
    assert_eq!(parse(&key), Ok(ParsedKey { kind: ProbeKind::Command, args: argv.to_vec() }));
    assert_eq!(parse("command"), Err(KeyError::Missing("run")));
}

#[test]
fn a_value_may_look_like_a_lead_word() {
    let args = vec![arg("get", "as"), arg("auth", "key")];
    let parsed = parse("http GET as as key").unwrap();
    assert_eq!(parsed, ParsedKey { kind: ProbeKind::Http, args });
}

#[test]
fn what_is_no_key_is_refused() {
    use KeyError::*;
    let refused = [
        ("", Empty),
        ("  ", Empty),
        ("htp GET x", UnknownProbe("htp".into())),
        ("file", Missing("path")),
        ("http GET", NoValue("GET")),
        ("http as key", OneOf(&["get", "head"])),
        ("http GET a HEAD b", OneOf(&["get", "head"])),
        ("clock now", Surplus("now".into())),
        ("http GET a \"as\" key", Surplus("as".into())),
        ("file \"a", BadQuotes),
        ("file \"a\"b", BadQuotes),
        ("file \"\\x\"", BadQuotes),
        ("file \"\\u{110000}\"", BadQuotes),
        ("file \"\\u{1b", BadQuotes),
    ];
    for (text, error) in refused {
        assert_eq!(parse(text), Err(error), "{text}");
    }
    let slot = parse("token acces").unwrap_err();
    assert_eq!(slot.to_string(), "`slot` is `acces`, but it can only be active, access, refresh");
}

#[test]
fn braces_of_a_value_can_be_told_from_a_hole() {
    assert_eq!(literal("{api}"), "{{api}}");
    assert_eq!(literal("plain"), "plain");
}

/// A complete call of any probe, with any texts.
fn calls() -> impl Strategy<Value = (ProbeKind, Vec<(Str, String)>)> {
    let value = prop_oneof![
        any::<String>(),
        "[ \"\\\\{}a-z\n\t\u{1b}\u{a0}]{0,8}",
        Just("as".to_owned()),
        Just("GET".to_owned()),
    ];
    let values = proptest::collection::vec((value, any::<proptest::sample::Index>(), any::<bool>()), 4);
    (0..ProbeKind::ALL.len(), values).prop_map(|(kind, values)| {
        let kind = ProbeKind::ALL[kind];
        let spec = kind.spec();
        let only = spec.one_of.get(values[0].1.index(spec.one_of.len().max(1)));
        let given = spec.params.iter().zip(values).filter(|(param, (_, _, wanted))| {
            let chosen = only == Some(&param.name);
            param.required || chosen || (*wanted && !spec.one_of.contains(&param.name))
        });
        let args = given.map(|(param, (value, index, _))| match param.choices {
            [] => (param.name, value),
            choices => (param.name, choices[index.index(choices.len())].to_owned()),
        });
        (kind, args.collect())
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back((kind, args) in calls()) {
        let key = write(kind, &args);
        let one_line = !key.contains(char::is_control);
        prop_assert!(one_line);
        prop_assert_eq!(parse(&key), Ok(ParsedKey { kind, args }));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        if let Ok(ParsedKey { kind, args }) = parse(&text) {
            prop_assert_eq!(parse(&write(kind, &args)), Ok(ParsedKey { kind, args }));
        }
    }
}
