//! Conditions against evidence, in three-valued truth.

use std::cmp::Ordering;

use super::view::{Element, Seen, View};
use crate::model::condition::{Cond, Each, Literal, Op, Operand, Quantifier, RefOperand};
use crate::model::fact::Value;
use crate::model::list::List;
use crate::model::truth::Truth;

/// Whether all of `conditions` hold.
pub(super) fn all(conditions: List<Cond>, view: &View<'_>) -> Truth {
    Truth::all(conditions.into_iter().map(|condition| truth(condition, view)))
}

/// Whether `condition` holds.
pub(super) fn truth(condition: &Cond, view: &View<'_>) -> Truth {
    match condition {
        Cond::All(members) => all(*members, view),
        Cond::Any(members) => Truth::any(members.into_iter().map(|member| truth(member, view))),
        Cond::Not(members) => !all(*members, view),
        Cond::Test(test) => compare(&view.fact(&test.fact), &test.op, view),
        Cond::Each(each) => over_elements(each, view),
        Cond::FindingIs(finding) => view.findings.map_or(Truth::Unknown, |answer| answer(finding)),
    }
}

fn over_elements(each: &Each, view: &View<'_>) -> Truth {
    let Seen::Known(list) = view.fact(&each.list) else {
        return match view.fact(&each.list) {
            Seen::Nothing => quantify(each.how, std::iter::empty()),
            _ => Truth::Unknown,
        };
    };
    match list.as_ref() {
        Value::Texts(words) => {
            quantify(each.how, words.iter().map(|word| all(each.matching, &view.at(Element::Word(word)))))
        }
        Value::Maps(maps) => {
            quantify(each.how, maps.iter().map(|facts| all(each.matching, &view.at(Element::Fields(facts)))))
        }
        _ => Truth::Unknown,
    }
}

fn quantify(how: Quantifier, members: impl Iterator<Item = Truth>) -> Truth {
    match how {
        Quantifier::Every => Truth::all(members),
        Quantifier::Some_ => Truth::any(members),
        Quantifier::No => !Truth::any(members),
    }
}

/// One comparison. With none it is false (negations thereby true), with unknown it is unknown.
fn compare(fact: &Seen<'_>, op: &Op, view: &View<'_>) -> Truth {
    if let Op::IsNothing(wanted) = op {
        return match fact {
            Seen::Unknown => Truth::Unknown,
            Seen::Nothing => Truth::from(*wanted),
            Seen::Known(_) => Truth::from(!*wanted),
        };
    }
    let is = |operand: &Operand| against(fact, operand, view, same);
    match op {
        Op::Is(operand) => is(operand),
        Op::IsNot(operand) => !is(operand),
        Op::OneOf(operands) => Truth::any(operands.into_iter().map(is)),
        Op::NoneOf(operands) => !Truth::any(operands.into_iter().map(is)),
        Op::Before(operand) | Op::Less(operand) => ordered(fact, operand, view, Ordering::is_lt),
        Op::After(operand) | Op::More(operand) => ordered(fact, operand, view, Ordering::is_gt),
        Op::AtLeast(operand) => ordered(fact, operand, view, Ordering::is_ge),
        Op::AtMost(operand) => ordered(fact, operand, view, Ordering::is_le),
        Op::AnyBits(bits) => known(fact, |value| mode(value).map(|mode| mode & bits != 0)),
        Op::AllBits(bits) => known(fact, |value| mode(value).map(|mode| mode & bits == *bits)),
        Op::Contains(operand) => against(fact, operand, view, contains),
        Op::Lacks(operand) => !against(fact, operand, view, contains),
        Op::StartsWith(operand) => {
            against(fact, operand, view, text_pair(|whole, part| whole.starts_with(part)))
        }
        Op::EndsWith(operand) => against(fact, operand, view, text_pair(|whole, part| whole.ends_with(part))),
        Op::Matches(pattern) => known(fact, |value| match value {
            Value::Text(text) => regex::Regex::new(pattern).ok().map(|regex| regex.is_match(text)),
            _ => None,
        }),
        Op::IsNothing(_) => Truth::Unknown,
    }
}

fn known(fact: &Seen<'_>, test: impl Fn(&Value) -> Option<bool>) -> Truth {
    match fact {
        Seen::Known(value) => test(value).map_or(Truth::Unknown, Truth::from),
        Seen::Nothing => Truth::False,
        Seen::Unknown => Truth::Unknown,
    }
}

fn mode(value: &Value) -> Option<u32> {
    match value {
        Value::Mode(bits) => Some(*bits),
        _ => None,
    }
}

/// Compares a fact with an operand by `test`, which answers `None` where the types do not fit.
fn against(
    fact: &Seen<'_>,
    operand: &Operand,
    view: &View<'_>,
    test: impl Fn(&Value, &Value) -> Option<bool>,
) -> Truth {
    match operand {
        Operand::Plain(literal) => known(fact, |value| test(value, &plain(literal))),
        Operand::Ref(reference) => match referred(reference, view) {
            Seen::Known(other) => known(fact, |value| test(value, &other)),
            Seen::Nothing => match fact {
                Seen::Unknown => Truth::Unknown,
                _ => Truth::False,
            },
            Seen::Unknown => match fact {
                Seen::Nothing => Truth::False,
                _ => Truth::Unknown,
            },
        },
    }
}

fn ordered(fact: &Seen<'_>, operand: &Operand, view: &View<'_>, fits: fn(Ordering) -> bool) -> Truth {
    against(fact, operand, view, |left, right| Some(fits(number(left)?.cmp(&number(right)?))))
}

/// The value that an operand refers to, shifted as it says.
fn referred<'a>(reference: &RefOperand, view: &View<'a>) -> Seen<'a> {
    let seen = view.fact(&reference.fact);
    if reference.plus_ms == 0 {
        return seen;
    }
    match &seen {
        Seen::Known(value) => match value.as_ref() {
            Value::Time(ms) => shifted(Value::Time(ms.saturating_add(reference.plus_ms))),
            Value::Duration(ms) => shifted(Value::Duration(ms.saturating_add(reference.plus_ms))),
            _ => Seen::Unknown,
        },
        _ => seen,
    }
}

fn shifted<'a>(value: Value) -> Seen<'a> {
    Seen::Known(std::borrow::Cow::Owned(value))
}

fn plain(literal: &Literal) -> Value {
    match *literal {
        Literal::Bool(v) => Value::Bool(v),
        Literal::Int(v) => Value::Int(v),
        Literal::Text(v) => Value::Text(v.to_owned()),
        Literal::Time(v) => Value::Time(v),
        Literal::Duration(v) => Value::Duration(v),
        Literal::Bytes(v) => Value::Bytes(v),
        Literal::Mode(v) => Value::Mode(v),
        Literal::Uid(v) => Value::Uid(v),
    }
}

fn same(left: &Value, right: &Value) -> Option<bool> {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => Some(left == right),
        _ => Some(left == right),
    }
}

/// Everything that has an order, as one number; texts, lists and truth values have none.
fn number(value: &Value) -> Option<i128> {
    match value {
        Value::Int(v) | Value::Time(v) | Value::Duration(v) => Some(i128::from(*v)),
        Value::Bytes(v) => Some(i128::from(*v)),
        Value::Mode(v) | Value::Uid(v) => Some(i128::from(*v)),
        Value::Bool(_) | Value::Text(_) | Value::Texts(_) | Value::Maps(_) => None,
    }
}

fn contains(whole: &Value, part: &Value) -> Option<bool> {
    match (whole, part) {
        (Value::Texts(words), Value::Text(word)) => Some(words.contains(word)),
        (Value::Text(whole), Value::Text(part)) => Some(whole.contains(part.as_str())),
        _ => None,
    }
}

fn text_pair(test: fn(&str, &str) -> bool) -> impl Fn(&Value, &Value) -> Option<bool> {
    move |left, right| match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(test(left, right)),
        _ => None,
    }
}
