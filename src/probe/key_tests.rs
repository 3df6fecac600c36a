//! What is told about a key, and that the key is not.

use super::*;
use crate::credential::Wallet;
use crate::credential::specimen::{settings, shape_list};
use crate::model::fact::{Fact, Value};
use crate::model::probe::ProbeKind;
use crate::world::{Env, World};

const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

fn reading(value: Option<&str>) -> Reading {
    let env = Env::made_of(value.map(|value| ("CMDOP_API_KEY", value)));
    let ctx = Context {
        world: World::with(env),
        settings: settings("https://api.cmdop.com", None),
        wallet: Wallet::new(shape_list()),
    };
    look(&Call::made_of(ProbeKind::Key, &[("of", "CMDOP_API_KEY")]), &ctx)
}

fn text(reading: &Reading, name: &str) -> Option<String> {
    match reading.fact(name) {
        Fact::Known(Value::Text(text)) => Some(text),
        Fact::Nothing => None,
        other => panic!("{name}: {other:?}"),
    }
}

fn mangled(reading: &Reading) -> Vec<String> {
    match reading.fact("mangled") {
        Fact::Known(Value::Texts(names)) => names,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_key_is_told_as_one() {
    let good = reading(Some(KEY));
    assert_eq!(good.fact("present"), Fact::from(true));
    assert_eq!(good.fact("length"), Fact::from(29));
    assert_eq!(text(&good, "prefix").as_deref(), Some("cmd_acme_a1b"));
    assert_eq!(text(&good, "family").as_deref(), Some("key"));
    assert_eq!(text(&good, "shape").as_deref(), Some("cmdop_key"));
    assert_eq!(text(&good, "workspace").as_deref(), Some("acme"));
    assert_eq!(good.fact("well_shaped"), Fact::from(true));
    assert_eq!(good.fact("short"), Fact::from(false));
    assert_eq!(good.fact("mends_to_key"), Fact::from(false));
    assert!(mangled(&good).is_empty());
}

#[test]
fn every_fact_of_the_table_is_known_or_none() {
    for value in [Some(KEY), Some(""), Some("hunter2"), Some("\"x")] {
        let reading = reading(value);
        for fact in ProbeKind::Key.spec().facts {
            assert_ne!(reading.fact(fact.name), Fact::Unknown, "{} of {value:?}", fact.name);
        }
    }
}

#[test]
fn unset_is_absent_and_empty_is_empty() {
    assert_eq!(reading(None), Reading::Absent);
    for value in ["", "  ", "\n"] {
        let empty = reading(Some(value));
        assert_eq!(empty.fact("empty"), Fact::from(true));
        assert_eq!(empty.fact("well_shaped"), Fact::Nothing);
    }
}

#[test]
fn the_laboratory_s_keys_are_told_apart() {
    let blanks = reading(Some(&format!("  {KEY} ")));
    assert_eq!(mangled(&blanks), ["leading_blank", "trailing_blank"]);
    let line_end = reading(Some(&format!("{KEY}\r\n")));
    assert_eq!(mangled(&line_end), ["crlf_end"]);
    let quotes = reading(Some(&format!("\"{KEY}\"")));
    assert_eq!(mangled(&quotes), ["double_quotes"]);
    for reading in [blanks, line_end, quotes] {
        assert_eq!(reading.fact("well_shaped"), Fact::from(false));
        assert_eq!(reading.fact("mends_to_key"), Fact::from(true));
        assert_eq!(text(&reading, "family").as_deref(), Some("key"));
        assert_eq!(text(&reading, "prefix").as_deref(), Some("cmd_acme_a1b"));
    }
    let vendor = reading(Some(concat!("gh", "p_0123456789abcdefghijABCDEFGHIJ012345")));
    assert_eq!(text(&vendor, "family").as_deref(), Some("foreign"));
    assert_eq!(text(&vendor, "says").as_deref(), Some("a GitHub personal access token"));
    assert_eq!(text(&vendor, "prefix").as_deref(), Some(concat!("gh", "p_")));
    let short = reading(Some(&KEY[..20]));
    assert_eq!(short.fact("short"), Fact::from(true));
    assert!(mangled(&short).is_empty());
}

#[test]
fn a_name_too_long_to_be_public_is_not_told() {
    let long = reading(Some("cmd_platform-engineering_a1b2c3d4e5f6g7h8"));
    assert_eq!(long.fact("well_shaped"), Fact::from(true));
    assert_eq!(text(&long, "workspace"), None);
    let fits = reading(Some("cmd_acme-platform_a1b2c3d4e5f6g7h8"));
    assert_eq!(text(&fits, "workspace").as_deref(), Some("acme-platform"));
}

/// Whether any fact shows six characters of `secret` from the `public`-th on that do not stand before it, too.
fn shows(reading: &Reading, secret: &str, public: usize) -> bool {
    let Reading::Found(facts) = reading else { return false };
    let told: Vec<String> = facts.iter().map(|(_, fact)| format!("{fact:?}")).collect();
    let letters: Vec<char> = secret.chars().collect();
    let shown: String = letters.iter().take(public).collect();
    letters.get(public..).unwrap_or_default().windows(6).any(|run| {
        let run: String = run.iter().collect();
        !shown.contains(&run) && told.iter().any(|fact| fact.contains(&run))
    })
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_fact_shows_more_of_a_key_than_its_public_part(
        workspace in "[a-z][a-z-]{0,20}", random in "[A-Za-z0-9_-]{8,40}", before in "[\" '<=\t]{0,3}", after in "[\" '>;,.\n]{0,3}",
    ) {
        let key = format!("cmd_{workspace}_{random}");
        let value = format!("{before}{key}{after}");
        proptest::prop_assert!(!shows(&reading(Some(&value)), &key, 12));
    }

    #[test]
    fn no_fact_shows_anything_of_what_nobody_knows(secret in "[A-Z]{3}[!-~]{12,60}") {
        proptest::prop_assert!(!shows(&reading(Some(&secret)), &secret, 4));
    }
}
