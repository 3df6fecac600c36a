//! Files broken in every way in which credential files break.
#![expect(clippy::disallowed_methods, reason = "tests make their own files")]

use super::*;
use crate::model::check::{BodyFact, Take};
use crate::model::fact::{FactSpec, FactType};
use crate::model::list::List;
use crate::model::probe::ProbeKind;

fn call(path: &Path) -> Call {
    Call::made_of(ProbeKind::Json, &[("path", &path.to_string_lossy())])
}

fn look_at(contents: &[u8]) -> Facts {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), contents).unwrap();
    match read(&call(file.path())) {
        Reading::Found(facts) => facts,
        other => panic!("{other:?}"),
    }
}

fn is(facts: &Facts, name: &str, fact: impl Into<Fact>) {
    assert_eq!(facts.get(name), Some(&fact.into()), "{name}");
}

/// Asserts where the parser stopped: line, column, offset.
fn stops_at(facts: &Facts, line: i64, column: i64, offset: i64) {
    is(facts, "valid", false);
    is(facts, "fault_line", line);
    is(facts, "fault_column", column);
    is(facts, "fault_offset", offset);
}

#[test]
fn says_every_fact_that_its_table_declares() {
    for contents in [&b"{}"[..], b"", b"{", b"\xff\xfe{\0}\0"] {
        let facts = look_at(contents);
        for fact in ProbeKind::Json.spec().facts {
            assert!(facts.get(fact.name).is_some(), "{}", fact.name);
        }
    }
}

#[test]
fn a_good_file_is_valid_whatever_its_line_ends() {
    for contents in ["{\"a\": 1}\n", "{\r\n  \"a\": 1\r\n}\r\n", " {} "] {
        let facts = look_at(contents.as_bytes());
        is(&facts, "valid", true);
        is(&facts, "root", "object");
        is(&facts, "fault", Fact::Nothing);
        is(&facts, "duplicate_keys", Vec::<String>::new());
    }
}

#[test]
fn other_roots_are_named() {
    for (contents, root) in
        [("[]", "array"), ("\"x\"", "string"), ("1", "number"), ("true", "boolean"), ("null", "null")]
    {
        is(&look_at(contents.as_bytes()), "root", root);
    }
}

#[test]
fn nothing_in_it_is_empty_and_not_cut() {
    for contents in [&b""[..], b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"] {
        let facts = look_at(contents);
        is(&facts, "empty", true);
        is(&facts, "valid", false);
        is(&facts, "cut", false);
    }
    is(&look_at(b"{}"), "empty", false);
}

#[test]
fn a_cut_file_is_cut_where_it_ends() {
    let facts = look_at(b"{\n\"a\": \"b");
    is(&facts, "cut", true);
    is(&facts, "trailing", false);
    stops_at(&facts, 2, 8, 9);
    is(&look_at(b"{\"a\": [1, 2"), "cut", true);
    is(&look_at(b"{\"a\": tru"), "cut", true);
    is(&look_at(b"{\n"), "cut", true);
}

#[test]
fn a_fault_in_the_middle_has_its_place() {
    let facts = look_at(b"{\n  \"a\": 1,\n  oops\n}");
    stops_at(&facts, 3, 3, 14);
    is(&facts, "cut", false);
    let facts = look_at(b"{\"a\": 1,}");
    stops_at(&facts, 1, 9, 8);
}

#[test]
fn what_follows_the_document_is_trailing() {
    let facts = look_at(b"{}\n{}");
    is(&facts, "trailing", true);
    stops_at(&facts, 2, 1, 3);
    is(&look_at(b"{}  \n"), "trailing", false);
}

#[test]
fn a_mark_at_the_start_is_named_and_the_rest_judged() {
    let facts = look_at(b"\xef\xbb\xbf{\"a\": 1}");
    is(&facts, "bom", true);
    is(&facts, "valid", true);
    is(&facts, "utf8", true);
    stops_at(&look_at(b"\xef\xbb\xbf{oops}"), 1, 5, 4);
    is(&look_at(b"{}"), "bom", false);
}

#[test]
fn utf16_is_known_with_and_without_its_mark() {
    let wide = |mark: &[u8]| {
        let text = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes);
        mark.iter().copied().chain(text).collect::<Vec<u8>>()
    };
    for contents in [wide(b"\xff\xfe"), wide(b""), b"\0{\0}".to_vec()] {
        let facts = look_at(&contents);
        is(&facts, "utf16", true);
        is(&facts, "utf8", false);
        is(&facts, "nuls", false);
        is(&facts, "valid", false);
    }
}

#[test]
fn a_stray_byte_has_its_offset() {
    let facts = look_at(b"{\"a\": \"rt-\xff\xfe\"}");
    is(&facts, "utf8", false);
    is(&facts, "utf8_offset", 10);
    is(&facts, "utf16", false);
    stops_at(&facts, 1, 11, 10);
}

#[test]
fn nuls_tell_of_a_crash() {
    let facts = look_at(&[0; 64]);
    is(&facts, "nuls", true);
    is(&facts, "empty", false);
    is(&facts, "utf16", false);
    is(&look_at(b"{\"a\": 1\0\0\0\0\0\0"), "nuls", true);
}

#[test]
fn a_web_page_is_known() {
    let facts = look_at(b"\n<!DOCTYPE html><html>");
    is(&facts, "html", true);
    is(&facts, "valid", false);
}

#[test]
fn duplicate_keys_are_named_once_and_never_secret_ones() {
    let facts = look_at(br#"{"a":1,"b":{"a":1},"a":2,"a":3,"cmd_x_a1b2c3d4e5":1,"cmd_x_a1b2c3d4e5":2}"#);
    is(&facts, "valid", true);
    is(&facts, "duplicate_keys", vec!["a".to_owned()]);
}

#[test]
fn no_contents_are_in_the_words_of_a_fault() {
    for contents in ["{\"k\": hunter22}", "hunter22", "{\"hunter22\"}", "{\"a\": \"hunter22\u{1}\"}"] {
        let facts = look_at(contents.as_bytes());
        is(&facts, "valid", false);
        assert!(!format!("{facts:?}").contains("hunter"), "{contents}");
    }
}

#[test]
fn hostile_depth_and_size_are_refused() {
    is(&look_at("[".repeat(100_000).as_bytes()), "valid", false);
    let facts = look_at(" ".repeat(LARGEST as usize + 1).as_bytes());
    is(&facts, "too_large", true);
    is(&facts, "size", sheet::bytes(LARGEST + 1));
    is(&facts, "valid", Fact::Nothing);
}

#[test]
fn what_is_no_plain_file_is_not_readable() {
    let dir = tempfile::tempdir().unwrap();
    let Reading::Found(facts) = read(&call(dir.path())) else { panic!() };
    is(&facts, "readable", false);
    is(&facts, "valid", Fact::Nothing);
    assert_eq!(read(&call(&dir.path().join("gone"))), Reading::Absent);
}

#[test]
fn declared_facts_are_taken_from_a_valid_file_alone() {
    let wanted = |name, at| BodyFact {
        fact: FactSpec { name, kind: FactType::Text, about: "" },
        at,
        take: Take::Json,
        of: List::EMPTY,
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    let call =
        Call { body: vec![wanted("who", "/user"), wanted("secret", "/access_token")], ..call(file.path()) };
    let take = |contents: &str| {
        std::fs::write(file.path(), contents).unwrap();
        let Reading::Found(facts) = read(&call) else { panic!() };
        (facts.get("who").cloned().unwrap(), facts.get("secret").cloned().unwrap())
    };
    assert_eq!(take(r#"{"user": "ada", "access_token": "x"}"#), (Fact::from("ada"), Fact::Nothing));
    assert_eq!(take(r#"{"user": "ada", "#), (Fact::Nothing, Fact::Nothing));
}
