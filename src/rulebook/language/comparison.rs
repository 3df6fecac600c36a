//! Comparisons, the atoms of conditions: which operator fits which type, and what stands after it.

use super::fault::quoted;
use super::keys::{Form, Key};
use super::literal;
use super::node::{Content, Entry, Node, Pos};
use super::reader::Reader;
use super::scope::{Scope, Use};
use crate::model::condition::{Cond, Op, Operand, RefOperand, Test};
use crate::model::fact::FactType;
use crate::model::list::List;

/// An operator: how rules call it, which facts it compares, what stands after it.
pub struct Operator {
    pub name: &'static str,
    takes: fn(FactType) -> bool,
    pub value: Comparand,
    pub about: &'static str,
}

impl Operator {
    /// Whether it can compare facts of this type.
    pub fn takes(&self, kind: FactType) -> bool {
        (self.takes)(kind)
    }
}

/// What stands after an operator.
#[derive(Clone, Copy)]
pub enum Comparand {
    /// A value, or a reference.
    One(fn(Operand) -> Op),
    Several(fn(List<Operand>) -> Op),
    Bits(fn(u32) -> Op),
    Regex,
    /// The name of another fact: the map is a reference and no map of operators.
    Fact,
}

/// Writes the table of operators: `name: types, what stands after it, what it means;`.
macro_rules! operators {
    ($($name:literal: $takes:expr, $value:expr, $about:literal;)*) => {
        /// The operators.
        pub const OPERATORS: &[Operator] =
            &[$(Operator { name: $name, takes: $takes, value: $value, about: $about },)*];
    };
}
operators! {
    "is": is_scalar, Comparand::One(Op::Is), "equal; `none`: there is none";
    "not": is_scalar, Comparand::One(Op::IsNot), "not equal; `none`: there is one";
    "in": is_scalar, Comparand::Several(Op::OneOf), "equal to one of these";
    "none_of": is_scalar, Comparand::Several(Op::NoneOf), "equal to none of these";
    "before": is_time, Comparand::One(Op::Before), "an earlier time";
    "after": is_time, Comparand::One(Op::After), "a later time";
    "less": is_amount, Comparand::One(Op::Less), "less: numbers, sizes, durations";
    "more": is_amount, Comparand::One(Op::More), "more: numbers, sizes, durations";
    "at_least": is_amount, Comparand::One(Op::AtLeast), "the same or more: numbers, sizes, durations";
    "at_most": is_amount, Comparand::One(Op::AtMost), "the same or less: numbers, sizes, durations";
    "any_bits": is_mode, Comparand::Bits(Op::AnyBits), "one of these permission bits is set";
    "all_bits": is_mode, Comparand::Bits(Op::AllBits), "all these permission bits are set";
    "contains": has_parts, Comparand::One(Op::Contains), "an element of a list, a part of a text";
    "lacks": has_parts, Comparand::One(Op::Lacks), "no element of a list, no part of a text";
    "starts_with": is_text, Comparand::One(Op::StartsWith), "the text begins with this";
    "ends_with": is_text, Comparand::One(Op::EndsWith), "the text ends with this";
    "matches": is_text, Comparand::Regex, "the text has a part that fits this regular expression";
    "ref": |_| false, Comparand::Fact, "equal to another fact";
}

/// The keys of a reference to another fact.
pub const REFERENCE: [Key; 2] = [
    Key::must("ref", Form::FactName, "another fact, of the same type"),
    Key::may("plus", Form::Duration, "shifts it, for times and durations: 5m, -1h"),
];

/// The word for a fact that is known not to be there.
pub const NOTHING: &str = "none";

/// The fact that is compared.
#[derive(Clone, Copy)]
struct Subject<'n> {
    scope: &'n Scope<'n>,
    kind: FactType,
    name: &'n str,
}

/// `evidence.fact: value` or `evidence.fact: {operator: value, …}`.
pub(super) fn read(reader: &mut Reader<'_>, scope: &Scope<'_>, entry: &Entry<'_>, all: &mut Vec<Cond>) {
    let Some((fact, kind)) = scope.resolve(reader, &entry.key, entry.key_pos, Use::Condition) else {
        return;
    };
    let subject = Subject { scope, kind, name: &entry.key };
    let test = |op| Cond::Test(Test { fact, op });
    match &entry.value.content {
        Content::Map(operators) if !operators.iter().any(|operator| operator.key == "ref") => {
            if operators.is_empty() {
                let fault = reader.fault(entry.value.pos, "this comparison is empty");
                reader.report(fault.expected("at least one operator"));
            }
            for operator in reader.entries(&entry.value, "operators") {
                all.extend(subject.operation(reader, operator).map(test));
            }
        }
        Content::Null => report_null(reader, entry.value.pos),
        Content::List(_) => {
            let fault = reader.fault(entry.value.pos, "a fact is not compared with a list");
            reader.report(fault.hint("did you mean `{ in: […] }`?"));
        }
        _ if !is_scalar(kind) => report_misfit(reader, "equality", subject, entry.value.pos),
        _ => all.extend(subject.operand(reader, kind, &entry.value).map(|value| test(Op::Is(value)))),
    }
}

impl Subject<'_> {
    fn operation(self, reader: &mut Reader<'_>, operator: &Entry<'_>) -> Option<Op> {
        let name = &*operator.key;
        if let ("is" | "not", Content::Text(text)) = (name, &operator.value.content)
            && text == NOTHING
        {
            return Some(Op::IsNothing(name == "is"));
        }
        let Some(known) = OPERATORS.iter().find(|known| known.name == name) else {
            let names = || OPERATORS.iter().map(|known| known.name);
            let fault = reader.fault(operator.key_pos, format!("unknown operator {}", quoted(name)));
            let fault = fault.expected(names().collect::<Vec<_>>().join(", ")).did_you_mean(name, names());
            reader.report(fault);
            return None;
        };
        if !known.takes(self.kind) {
            report_misfit(reader, &format!("`{name}`"), self, operator.key_pos);
            return None;
        }
        self.operate(reader, known.value, &operator.value)
    }

    /// An operation that is known to fit the type of the subject.
    fn operate(self, reader: &mut Reader<'_>, value: Comparand, node: &Node<'_>) -> Option<Op> {
        // What a list contains are texts.
        let kind = if is_scalar(self.kind) { self.kind } else { FactType::Text };
        match value {
            Comparand::One(with) => self.operand(reader, kind, node).map(with),
            Comparand::Several(with) => self.operands(reader, kind, node).map(with),
            Comparand::Bits(with) => bits(reader, node).map(with),
            Comparand::Regex => super::pattern::read(reader, node).map(Op::Matches),
            Comparand::Fact => None,
        }
    }

    fn operands(self, reader: &mut Reader<'_>, kind: FactType, node: &Node<'_>) -> Option<List<Operand>> {
        let members = reader.members(node, "values");
        if members.is_empty() {
            if matches!(node.content, Content::List(_)) {
                reader.report(reader.fault(node.pos, "this list of values is empty"));
            }
            return None;
        }
        let operands: Option<Vec<_>> =
            members.iter().map(|member| self.operand(reader, kind, member)).collect();
        operands.map(List::keep)
    }

    /// A value of the type `kind`, or a reference to a fact of that type.
    fn operand(self, reader: &mut Reader<'_>, kind: FactType, node: &Node<'_>) -> Option<Operand> {
        match &node.content {
            Content::Map(_) => self.reference(reader, kind, node).map(Operand::Ref),
            Content::Null => {
                report_null(reader, node.pos);
                None
            }
            content => {
                let value = literal::read(kind, content);
                if value.is_none() {
                    report_wrong_value(reader, self, kind, node);
                }
                value.map(Operand::Plain)
            }
        }
    }

    /// `{ref: evidence.fact, plus: 5m}`.
    fn reference(self, reader: &mut Reader<'_>, kind: FactType, node: &Node<'_>) -> Option<RefOperand> {
        let fields = reader.keyed(node, "a reference", &REFERENCE)?;
        let target = fields.get("ref")?;
        let name = reader.text(target)?;
        let (fact, found) = self.scope.resolve(reader, name, target.pos, Use::Text)?;
        if found != kind {
            let what = format!("{} is of the type {}, not {}", quoted(name), found.name(), kind.name());
            reader.report(
                reader.fault(target.pos, what).expected(format!("a fact of the type {}", kind.name())),
            );
            return None;
        }
        let plus_ms = match fields.get("plus") {
            None => 0,
            Some(plus) => shift(reader, kind, plus)?,
        };
        Some(RefOperand { fact, plus_ms })
    }
}

fn shift(reader: &mut Reader<'_>, kind: FactType, plus: &Node<'_>) -> Option<i64> {
    if !matches!(kind, FactType::Time | FactType::Duration) {
        let fault = reader.fault(plus.pos, format!("the type {} is not shifted", kind.name()));
        reader.report(fault.hint("`plus` is for times and durations"));
        return None;
    }
    let ms = match &plus.content {
        Content::Text(text) => literal::duration_ms(text),
        _ => None,
    };
    if ms.is_none() {
        reader.wrong_type(plus, literal::form(FactType::Duration));
    }
    ms
}

fn bits(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<u32> {
    let bits = match &node.content {
        Content::Text(text) => literal::mode(text),
        _ => None,
    };
    if bits.is_none() {
        reader.wrong_type(node, literal::form(FactType::Mode));
    }
    bits
}

fn is_scalar(kind: FactType) -> bool {
    !matches!(kind, FactType::Texts | FactType::Maps(_))
}

fn is_time(kind: FactType) -> bool {
    kind == FactType::Time
}

fn is_amount(kind: FactType) -> bool {
    matches!(kind, FactType::Int | FactType::Bytes | FactType::Duration)
}

fn is_mode(kind: FactType) -> bool {
    kind == FactType::Mode
}

fn is_text(kind: FactType) -> bool {
    kind == FactType::Text
}

fn has_parts(kind: FactType) -> bool {
    matches!(kind, FactType::Texts | FactType::Text)
}

fn report_misfit(reader: &mut Reader<'_>, operator: &str, subject: Subject<'_>, pos: Pos) {
    let fitting: Vec<&str> = OPERATORS
        .iter()
        .filter(|known| known.takes(subject.kind))
        .map(|known| known.name)
        .chain(["is: none", "not: none"])
        .collect();
    let what = format!(
        "{operator} cannot compare {}, which is of the type {}",
        quoted(subject.name),
        subject.kind.name()
    );
    let fault = reader.fault(pos, what).expected(fitting.join(", "));
    reader.report(match subject.kind {
        FactType::Maps(_) | FactType::Texts => {
            fault.hint(format!("or judge its elements: `any: {{ of: {}, where: {{ … }} }}`", subject.name))
        }
        _ => fault,
    });
}

fn report_wrong_value(reader: &mut Reader<'_>, subject: Subject<'_>, kind: FactType, node: &Node<'_>) {
    let what = format!("{} cannot be compared with {}", quoted(subject.name), node.content.kind());
    let fault = reader.fault(node.pos, what).expected(literal::form(kind));
    reader.report(match &node.content {
        Content::Text(text) if text == NOTHING => fault.hint("did you mean `{ is: none }`?"),
        Content::Text(text) if kind == FactType::Bool => match &**text {
            "yes" | "on" | "y" => fault.hint("did you mean `true`?"),
            "no" | "off" | "n" => fault.hint("did you mean `false`?"),
            _ => fault,
        },
        _ => fault,
    });
}

fn report_null(reader: &mut Reader<'_>, pos: Pos) {
    let fault = reader.fault(pos, "a fact is not compared with nothing");
    reader.report(fault.hint("did you mean `{ is: none }`?"));
}
