//! Conditions and values as rules write them: for who reads about a rule.

use std::fmt::Write;

use crate::model::condition::{Cond, Each, FactRef, Literal, Op, Operand, Quantifier};

/// One condition in one line: `token.present: true`, `any: [{ … }, { … }]`.
pub fn condition(cond: &Cond) -> String {
    match cond {
        Cond::All(members) => format!("all: [{}]", maps(members)),
        Cond::Any(members) => format!("any: [{}]", maps(members)),
        Cond::Not(members) => format!("not: {{ {} }}", joined(members)),
        Cond::Test(test) => format!("{}: {}", fact(test.fact), operation(test.op)),
        Cond::Each(Each { how, list, matching }) => {
            let how = match how {
                Quantifier::Every => "every",
                Quantifier::Some_ => "any",
                Quantifier::No => "no",
            };
            format!("{how}: {{ of: {}, where: {{ {} }} }}", fact(*list), joined(matching))
        }
        Cond::FindingIs(finding) => match finding.outcome {
            Some(outcome) => format!("finding: {}/{outcome}", finding.check),
            None => format!("finding: {}", finding.check),
        },
    }
}

/// Conditions all of which must hold, in one line.
pub fn joined(conds: &[Cond]) -> String {
    conds.iter().map(condition).collect::<Vec<_>>().join(", ")
}

/// A fact by its name; the element of a list is `it`.
pub fn fact(fact: FactRef) -> String {
    match (fact.evidence, fact.fact) {
        ("", symbol) => symbol.to_owned(),
        (evidence, "") => evidence.to_owned(),
        (evidence, name) => format!("{evidence}.{name}"),
    }
}

fn maps(conds: &[Cond]) -> String {
    conds.iter().map(|cond| format!("{{ {} }}", condition(cond))).collect::<Vec<_>>().join(", ")
}

fn operation(op: Op) -> String {
    let one = |name: &str, operand: Operand| format!("{{ {name}: {} }}", value(operand));
    match op {
        Op::Is(operand) => value(operand),
        Op::IsNot(operand) => one("not", operand),
        Op::OneOf(operands) => format!("{{ in: [{}] }}", values(&operands)),
        Op::NoneOf(operands) => format!("{{ none_of: [{}] }}", values(&operands)),
        Op::IsNothing(true) => "{ is: none }".to_owned(),
        Op::IsNothing(false) => "{ not: none }".to_owned(),
        Op::Before(operand) => one("before", operand),
        Op::After(operand) => one("after", operand),
        Op::Less(operand) => one("less", operand),
        Op::More(operand) => one("more", operand),
        Op::AtLeast(operand) => one("at_least", operand),
        Op::AtMost(operand) => one("at_most", operand),
        Op::AnyBits(bits) => format!("{{ any_bits: \"{bits:04o}\" }}"),
        Op::AllBits(bits) => format!("{{ all_bits: \"{bits:04o}\" }}"),
        Op::Contains(operand) => one("contains", operand),
        Op::Lacks(operand) => one("lacks", operand),
        Op::StartsWith(operand) => one("starts_with", operand),
        Op::EndsWith(operand) => one("ends_with", operand),
        Op::Matches(pattern) => format!("{{ matches: {} }}", quoted(pattern)),
    }
}

fn values(operands: &[Operand]) -> String {
    operands.iter().map(|operand| value(*operand)).collect::<Vec<_>>().join(", ")
}

fn value(operand: Operand) -> String {
    match operand {
        Operand::Plain(literal) => plain(literal),
        Operand::Ref(other) if other.plus_ms == 0 => format!("{{ ref: {} }}", fact(other.fact)),
        Operand::Ref(other) => {
            format!("{{ ref: {}, plus: {} }}", fact(other.fact), duration(other.plus_ms))
        }
    }
}

fn plain(literal: Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Text(text) => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let word = text.bytes().all(plain) && text.starts_with(|c: char| c.is_ascii_alphabetic());
            let word = word && !["true", "false", "null", "none"].contains(&text);
            if word { text.to_owned() } else { quoted(text) }
        }
        Literal::Time(ms) => {
            let time = jiff::Timestamp::from_millisecond(ms).map(|time| time.to_string());
            format!("\"{}\"", time.unwrap_or_else(|_| ms.to_string()))
        }
        Literal::Duration(ms) => duration(ms),
        Literal::Bytes(bytes) => size(bytes),
        Literal::Mode(bits) => format!("\"{bits:04o}\""),
        Literal::Uid(id) => id.to_string(),
    }
}

/// A text in single quotes (YAML 1.2.2, section 7.3.2).
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `1h30m`, in the units that rules have.
fn duration(ms: i64) -> String {
    const UNITS: [(&str, u64); 5] =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut left = ms.unsigned_abs();
    let mut text = String::new();
    for (unit, length) in UNITS {
        if left >= length {
            let _infallible = write!(text, "{}{unit}", left / length);
            left %= length;
        }
    }
    match text.as_str() {
        "" => "0s".to_owned(),
        text if ms < 0 => format!("-{text}"),
        text => text.to_owned(),
    }
}

/// `64KiB`, in the largest unit that divides it.
fn size(bytes: u64) -> String {
    let units = [("GiB", 1u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let fits = units.into_iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    fits.map_or_else(|| bytes.to_string(), |(name, unit)| format!("{}{name}", bytes / unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check::Trust;
    use crate::rulebook::language::duration_ms;
    use crate::rulebook::{RuleText, parse_all};

    #[test]
    fn what_is_written_reads_back() {
        for ms in [0, 500, 90_000, 5_400_000, -604_800_000, 86_400_001] {
            assert_eq!(duration_ms(&duration(ms)), Some(ms), "{ms}");
        }
        assert_eq!(
            (size(65_536), size(1_000), size(3 << 20)),
            ("64KiB".into(), "1000".into(), "3MiB".into())
        );
    }

    /// A check that looks as `file`, `socket`, `clock` and `json` do, with one condition.
    fn check(when: &str) -> String {
        format!(
            "id: x.y\ntitle: t\nevidence:\n  f: {{ file: {{ path: '{{store}}' }} }}\n  s: {{ socket: {{ glob: '{{agent_socket}}' }} }}\n  k: {{ clock: }}\noutcomes:\n  - id: a\n    when: {{ {when} }}\n  - id: b\n"
        )
    }

    #[test]
    fn a_condition_is_written_as_rules_write_it() {
        for when in [
            "f.mode: \"0600\"",
            "f.mine: true, f.kind: { in: [file, 'it''s'] }",
            "f.kind: { not: none }",
            "f.mode: { any_bits: \"0077\" }",
            "f.size: { at_least: 64KiB }",
            "f.modified_at: { before: { ref: k.time, plus: -5m } }",
            "f.modified_at: { after: \"2026-01-02T08:00:00Z\" }",
            "f.path: { matches: '^/a b' }",
            "any: [{ f.mine: false }, { all: [{ f.link: true }, { f.dangling: true }] }]",
            "no: { of: s.found, where: { not: { it.kind: socket } } }",
        ] {
            let text = check(when);
            let file = RuleText { name: "a.yaml", text: &text, trust: Trust::Named };
            let book = parse_all(&[file]).unwrap_or_else(|faults| panic!("{when}: {faults}"));
            assert_eq!(joined(&book.checks[0].outcomes[0].when), when);
        }
    }
}
