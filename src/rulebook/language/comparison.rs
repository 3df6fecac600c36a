//! Comparisons, the atoms of conditions: which operator fits which type, and what stands after it.

use super::fault::quoted;
use super::literal;
use super::node::{Content, Entry, Node, Pos};
use super::reader::Reader;
use super::scope::{Scope, Use};
use crate::model::condition::{Cond, Op, Operand, RefOperand, Test};
use crate::model::fact::FactType;
use crate::model::list::List;

/// The operators, by their names in rules.
const OPERATORS: [&str; 18] = [
    "is",
    "not",
    "in",
    "none_of",
    "before",
    "after",
    "less",
    "more",
    "at_least",
    "at_most",
    "any_bits",
    "all_bits",
    "contains",
    "lacks",
    "starts_with",
    "ends_with",
    "matches",
    "ref",
];

/// The word for a fact that is known not to be there.
const NOTHING: &str = "none";

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
        let Some(takes) = takes(name) else {
            let fault = reader.fault(operator.key_pos, format!("unknown operator {}", quoted(name)));
            let fault = fault.expected(OPERATORS.join(", ")).did_you_mean(name, OPERATORS);
            reader.report(fault);
            return None;
        };
        if !takes(self.kind) {
            report_misfit(reader, &format!("`{name}`"), self, operator.key_pos);
            return None;
        }
        self.operate(reader, name, &operator.value)
    }

    /// The operation `name`, which is known to fit the type of the subject.
    fn operate(self, reader: &mut Reader<'_>, name: &str, node: &Node<'_>) -> Option<Op> {
        // What a list contains are texts.
        let kind = if is_scalar(self.kind) { self.kind } else { FactType::Text };
        let with: fn(Operand) -> Op = match name {
            "is" => Op::Is,
            "not" => Op::IsNot,
            "before" => Op::Before,
            "after" => Op::After,
            "less" => Op::Less,
            "more" => Op::More,
            "at_least" => Op::AtLeast,
            "at_most" => Op::AtMost,
            "contains" => Op::Contains,
            "lacks" => Op::Lacks,
            "starts_with" => Op::StartsWith,
            "ends_with" => Op::EndsWith,
            "in" => return self.operands(reader, kind, node).map(Op::OneOf),
            "none_of" => return self.operands(reader, kind, node).map(Op::NoneOf),
            "any_bits" => return bits(reader, node).map(Op::AnyBits),
            "all_bits" => return bits(reader, node).map(Op::AllBits),
            _ => return super::pattern::read(reader, node).map(Op::Matches),
        };
        self.operand(reader, kind, node).map(with)
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
        let fields = reader.fields(node, "a reference", &["ref", "plus"])?;
        let target = reader.required(fields, "ref")?;
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

/// Which types of facts the operator `name` can compare; `None` when there is no such operator.
fn takes(name: &str) -> Option<fn(FactType) -> bool> {
    Some(match name {
        "is" | "not" | "in" | "none_of" => is_scalar,
        "before" | "after" => |kind| kind == FactType::Time,
        "less" | "more" | "at_least" | "at_most" => {
            |kind| matches!(kind, FactType::Int | FactType::Bytes | FactType::Duration)
        }
        "any_bits" | "all_bits" => |kind| kind == FactType::Mode,
        "contains" | "lacks" => |kind| matches!(kind, FactType::Texts | FactType::Text),
        "starts_with" | "ends_with" | "matches" => |kind| kind == FactType::Text,
        _ => return None,
    })
}

fn report_misfit(reader: &mut Reader<'_>, operator: &str, subject: Subject<'_>, pos: Pos) {
    let fitting: Vec<&str> = OPERATORS
        .into_iter()
        .filter(|name| takes(name).is_some_and(|takes| takes(subject.kind)))
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
