//! Facts that a check declares itself, taken from a JSON document by pointer (RFC 6901).

use serde_json::Value as Json;

use crate::model::check::BodyFact;
use crate::model::fact::{Fact, FactType, Facts, Value};

/// Words in a key's name, without its punctuation, that mark the value as secret: nothing is ever
/// taken from there or from below.
const SECRET_WORDS: [&str; 8] =
    ["token", "secret", "password", "passwd", "passphrase", "rawkey", "apikey", "privatekey"];

/// From this number on, a time counts milliseconds: as seconds it would lie after the year 5138,
/// and as milliseconds everything below it lies before the spring of 1973.
const MILLISECONDS_FROM: f64 = 1e11;

/// The year 1, which is what Go's JSON encoder writes for a time that is not set.
const GO_ZERO_MS: i64 = -62_135_596_800_000;

/// Adds every fact of `body` to `facts`. What the pointer does not find, what is null, and what
/// is of another JSON type than the fact's is none.
pub(super) fn declared(body: &[BodyFact], document: &Json, facts: &mut Facts) {
    for wanted in body {
        facts.put(wanted.fact.name, taken(wanted, document).map_or(Fact::Nothing, Fact::Known));
    }
}

fn taken(wanted: &BodyFact, document: &Json) -> Option<Value> {
    let path = steps(wanted.at)?;
    if path.iter().any(|step| is_secret(step)) {
        return None;
    }
    let nodes = nodes_at(&path, document)?;
    let starred = path.iter().any(|step| step == "*");
    match wanted.fact.kind {
        FactType::Texts => texts(&elements(nodes, starred)?).map(Value::Texts),
        FactType::Maps(_) => maps(&elements(nodes, starred)?, &wanted.of).map(Value::Maps),
        plain => scalar(plain, nodes.first()?),
    }
}

/// The reference tokens of a pointer, unescaped.
fn steps(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let path = pointer.strip_prefix('/')?;
    Some(path.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect())
}

fn is_secret(step: &str) -> bool {
    let name: String = step.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Every node that `path` leads to, where a step `*` stands for each element of a list; elements
/// that lack the rest of the way are left out. `None` if the way breaks off before the first `*`.
fn nodes_at<'a>(path: &[String], node: &'a Json) -> Option<Vec<&'a Json>> {
    let Some(star) = path.iter().position(|step| step == "*") else {
        return walk(path, node).map(|end| vec![end]);
    };
    let list = walk(&path[..star], node)?.as_array()?;
    Some(list.iter().filter_map(|element| nodes_at(&path[star + 1..], element)).flatten().collect())
}

fn walk<'a>(path: &[String], node: &'a Json) -> Option<&'a Json> {
    path.iter().try_fold(node, |node, step| match node {
        Json::Object(fields) => fields.get(step),
        Json::Array(list) => list.get(index(step)?),
        _ => None,
    })
}

/// An array index as RFC 6901 section 4 writes it: digits without a leading zero.
fn index(step: &str) -> Option<usize> {
    let plain = step == "0" || !step.starts_with('0') && step.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| step.parse().ok()).flatten()
}

/// The members of a list fact: of the one list that a plain pointer leads to, or all nodes that a
/// starred one does, lists among them opened. Null members count as missing.
fn elements(nodes: Vec<&Json>, starred: bool) -> Option<Vec<&Json>> {
    let mut members = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Json::Array(list) => members.extend(list),
            other if starred => members.push(other),
            _ => return None,
        }
    }
    members.retain(|member| !member.is_null());
    Some(members)
}

fn texts(members: &[&Json]) -> Option<Vec<String>> {
    members.iter().map(|member| member.as_str().map(str::to_owned)).collect()
}

fn maps(members: &[&Json], fields: &[BodyFact]) -> Option<Vec<Facts>> {
    members
        .iter()
        .map(|member| {
            let mut facts = Facts::new();
            declared(fields, member, &mut facts);
            member.is_object().then_some(facts)
        })
        .collect()
}

/// The value of `node` as a fact of the type `kind`, if it is one.
pub(super) fn scalar(kind: FactType, node: &Json) -> Option<Value> {
    match kind {
        FactType::Bool => node.as_bool().map(Value::Bool),
        FactType::Int => node.as_i64().map(Value::Int),
        FactType::Text => node.as_str().map(|text| Value::Text(text.to_owned())),
        FactType::Time => time(node).map(Value::Time),
        FactType::Duration => node.as_f64().and_then(milliseconds).map(Value::Duration),
        FactType::Bytes => node.as_u64().map(Value::Bytes),
        FactType::Mode | FactType::Uid | FactType::Texts | FactType::Maps(_) => None,
    }
}

/// A time as RFC 3339 text, or as a number of seconds or milliseconds since 1970. The two zeros
/// that encoders write for "not set" are none.
fn time(node: &Json) -> Option<i64> {
    let since_1970 = match node {
        Json::String(text) => text.parse::<jiff::Timestamp>().ok()?.as_millisecond(),
        other => match other.as_f64()? {
            number if number.abs() >= MILLISECONDS_FROM => milliseconds(number / 1000.0)?,
            number => milliseconds(number)?,
        },
    };
    (since_1970 != 0 && since_1970 != GO_ZERO_MS).then_some(since_1970)
}

/// Seconds as whole milliseconds, unless that leaves what an `i64` holds exactly as a float.
fn milliseconds(seconds: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let rounded = (seconds * 1000.0).round();
    (rounded.abs() <= EXACT).then_some(rounded as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check::Take;
    use crate::model::fact::FactSpec;
    use crate::model::list::List;
    use serde_json::json;

    fn body(at: &'static str, kind: FactType) -> BodyFact {
        BodyFact { fact: FactSpec { name: "it", kind, about: "" }, at, take: Take::Json, of: List::EMPTY }
    }

    fn look(at: &'static str, kind: FactType, document: &Json) -> Fact {
        let mut facts = Facts::new();
        declared(&[body(at, kind)], document, &mut facts);
        facts.get("it").cloned().unwrap()
    }

    #[test]
    fn walks_objects_lists_and_escapes() {
        let document = json!({"a/b": {"m~n": [10, 20]}, "": 1});
        assert_eq!(look("/a~1b/m~0n/1", FactType::Int, &document), Fact::from(20));
        assert_eq!(look("/", FactType::Int, &document), Fact::from(1));
        for astray in ["/a~1b/m~0n/01", "/a~1b/m~0n/2", "/a~1b/m~0n/-", "/nowhere/at/all", "a~1b"] {
            assert_eq!(look(astray, FactType::Int, &document), Fact::Nothing, "{astray}");
        }
    }

    #[test]
    fn another_type_is_none() {
        let document = json!({"number": 1, "text": "1", "nothing": null, "big": u64::MAX});
        assert_eq!(look("/number", FactType::Text, &document), Fact::Nothing);
        assert_eq!(look("/text", FactType::Int, &document), Fact::Nothing);
        assert_eq!(look("/nothing", FactType::Text, &document), Fact::Nothing);
        assert_eq!(look("/number", FactType::Bool, &document), Fact::Nothing);
        assert_eq!(look("/text", FactType::Texts, &document), Fact::Nothing);
        assert_eq!(look("/big", FactType::Int, &document), Fact::Nothing);
        assert_eq!(look("/big", FactType::Bytes, &document), Fact::Known(Value::Bytes(u64::MAX)));
    }

    #[test]
    fn times_come_as_text_seconds_or_milliseconds() {
        let known = |ms| Fact::Known(Value::Time(ms));
        let at = |value: Json| look("/t", FactType::Time, &json!({ "t": value }));
        assert_eq!(at(json!("2026-01-02T03:04:05Z")), known(1_767_323_045_000));
        assert_eq!(at(json!("2026-01-02T04:04:05.5+01:00")), known(1_767_323_045_500));
        assert_eq!(at(json!(1_767_323_045)), known(1_767_323_045_000));
        assert_eq!(at(json!(1_767_323_045_000_i64)), known(1_767_323_045_000));
        assert_eq!(at(json!("0001-01-01T00:00:00Z")), Fact::Nothing);
        assert_eq!(at(json!(0)), Fact::Nothing);
        assert_eq!(at(json!("tomorrow")), Fact::Nothing);
        assert_eq!(at(json!(1e300)), Fact::Nothing);
    }

    #[test]
    fn durations_are_seconds() {
        let document = json!({"whole": 30, "part": 0.25, "text": "30"});
        assert_eq!(look("/whole", FactType::Duration, &document), Fact::Known(Value::Duration(30_000)));
        assert_eq!(look("/part", FactType::Duration, &document), Fact::Known(Value::Duration(250)));
        assert_eq!(look("/text", FactType::Duration, &document), Fact::Nothing);
    }

    #[test]
    fn lists_are_one_list_or_every_element_of_one() {
        let texts = |of: &[&str]| Fact::from(of.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let document = json!({
            "plain": ["a", "b"], "mixed": ["a", 1], "none": [],
            "rows": [{"user": {"id": "u1"}, "tags": ["x"]}, {"user": null}, {"user": {"id": "u2"}, "tags": ["y", "z"]}],
        });
        assert_eq!(look("/plain", FactType::Texts, &document), texts(&["a", "b"]));
        assert_eq!(look("/plain/*", FactType::Texts, &document), texts(&["a", "b"]));
        assert_eq!(look("/rows/*/user/id", FactType::Texts, &document), texts(&["u1", "u2"]));
        assert_eq!(look("/rows/*/tags", FactType::Texts, &document), texts(&["x", "y", "z"]));
        assert_eq!(look("/none/*", FactType::Texts, &document), texts(&[]));
        assert_eq!(look("/mixed", FactType::Texts, &document), Fact::Nothing);
        assert_eq!(look("/missing/*", FactType::Texts, &document), Fact::Nothing);
        assert_eq!(look("/rows/*/user/id", FactType::Text, &document), Fact::from("u1"));
    }

    #[test]
    fn maps_take_their_fields_relative_to_each_element() {
        let fields = [BodyFact { at: "/user/id", ..body("", FactType::Text) }];
        let wanted =
            BodyFact { of: List::keep(fields.to_vec()), ..body("/rows", FactType::Maps(List::EMPTY)) };
        let take = |document: &Json| {
            let mut facts = Facts::new();
            declared(&[wanted], document, &mut facts);
            facts.get("it").cloned().unwrap()
        };
        let rows = json!({"rows": [{"user": {"id": "u1"}}, {}]});
        let expected = vec![Facts::new().with("it", "u1"), Facts::new().with("it", Fact::Nothing)];
        assert_eq!(take(&rows), Fact::from(expected));
        assert_eq!(take(&json!({"rows": ["no map"]})), Fact::Nothing);
    }

    #[test]
    fn secrets_are_never_taken() {
        let document = json!({
            "access_token": "s", "refreshToken": "s", "client-secret": "s", "Password": "s",
            "data": {"raw_key": "s", "key_prefix": "cmd_acme_a1b"}, "token": {"kind": "s"},
        });
        let secret =
            ["/access_token", "/refreshToken", "/client-secret", "/Password", "/data/raw_key", "/token/kind"];
        for at in secret {
            assert_eq!(look(at, FactType::Text, &document), Fact::Nothing, "{at}");
        }
        assert_eq!(look("/data/key_prefix", FactType::Text, &document), Fact::from("cmd_acme_a1b"));
    }
}
