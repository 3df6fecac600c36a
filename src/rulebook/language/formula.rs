//! Conditions as formulas over the few values of each fact that they can tell apart.

use crate::model::condition::{Cond, Each, FactRef, Literal, Op, Operand, Quantifier, Test};
use crate::model::list::Str;
use crate::model::probe::PRESENT;

/// Worlds that are tried at most.
const MAX_WORLDS: usize = 1 << 14;

/// Values of one fact that are told apart at most: the bits of a mask.
const MAX_POINTS: usize = 64;

/// A condition over the variables of a set of worlds.
pub(super) enum Formula {
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Not(Box<Formula>),
    /// The variable has one of the values in the mask.
    OneOf(usize, u64),
}

impl Formula {
    /// Whether it holds where each variable has this value.
    pub(super) fn holds(&self, values: &[u8]) -> bool {
        match self {
            Formula::All(members) => members.iter().all(|member| member.holds(values)),
            Formula::Any(members) => members.iter().any(|member| member.holds(values)),
            Formula::Not(inner) => !inner.holds(values),
            Formula::OneOf(variable, mask) => mask & (1 << values[*variable]) != 0,
        }
    }
}

/// All combinations of the values of some variables, one at a time.
pub(super) struct Worlds {
    pub values: Vec<u8>,
    counts: Vec<u8>,
}

impl Worlds {
    /// Goes to the next combination; false after the last.
    pub(super) fn advance(&mut self) -> bool {
        for (value, count) in self.values.iter_mut().zip(&self.counts) {
            *value += 1;
            if *value < *count {
                return true;
            }
            *value = 0;
        }
        false
    }
}

/// A value that conditions can tell from the others.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Point {
    Nothing,
    /// None of those that are spelt out.
    Other,
    Bool(bool),
    Number(i128),
    Text(Str),
}

impl Point {
    fn number(&self) -> Option<i128> {
        match self {
            Point::Number(number) => Some(*number),
            Point::Nothing | Point::Other | Point::Bool(_) | Point::Text(_) => None,
        }
    }
}

impl From<Literal> for Point {
    fn from(literal: Literal) -> Point {
        match literal {
            Literal::Bool(value) => Point::Bool(value),
            Literal::Text(text) => Point::Text(text),
            Literal::Int(n) | Literal::Time(n) | Literal::Duration(n) => Point::Number(n.into()),
            Literal::Bytes(n) => Point::Number(n.into()),
            Literal::Mode(n) | Literal::Uid(n) => Point::Number(n.into()),
        }
    }
}

enum Variable {
    /// `ordered`: some condition asks whether it is less or more than a number.
    Fact { fact: FactRef, points: Vec<Point>, ordered: bool },
    /// Something that is true or false at will.
    Opaque(Cond),
}

impl Variable {
    fn count(&self) -> usize {
        match self {
            Variable::Fact { points, .. } => points.len(),
            Variable::Opaque(_) => 2,
        }
    }
}

/// The value of an opaque variable that means "true", as a mask.
const TRUE: u64 = 0b10;

/// Makes formulas of conditions: first it learns all of them, then it settles which values there
/// are, then it writes the formulas, and at last it gives the worlds.
#[derive(Default)]
pub(super) struct Builder {
    variables: Vec<Variable>,
}

impl Builder {
    /// Takes up the facts and values that `conds` mention.
    pub(super) fn learn(&mut self, conds: &[Cond]) {
        for cond in conds {
            match cond {
                Cond::All(members) | Cond::Any(members) | Cond::Not(members) => self.learn(members),
                Cond::Test(test) => self.learn_test(test),
                Cond::Each(_) | Cond::FindingIs(_) => _ = self.opaque(positive(*cond)),
            }
        }
    }

    fn learn_test(&mut self, test: &Test) {
        let index = self.fact(test.fact);
        match test.op {
            Op::IsNothing(_) => {}
            Op::Is(operand) | Op::IsNot(operand) => self.learn_equal(index, test.fact, operand),
            Op::OneOf(operands) | Op::NoneOf(operands) => {
                operands.iter().for_each(|operand| self.learn_equal(index, test.fact, *operand));
            }
            op => match threshold(op) {
                Some(bound) => {
                    self.add(index, Point::Number(bound));
                    if let Variable::Fact { ordered, .. } = &mut self.variables[index] {
                        *ordered = true;
                    }
                }
                None => _ = self.opaque(positive(Cond::Test(*test))),
            },
        }
    }

    fn learn_equal(&mut self, index: usize, fact: FactRef, operand: Operand) {
        match operand {
            Operand::Plain(literal) => self.add(index, Point::from(literal)),
            Operand::Ref(_) => _ = self.opaque(Cond::Test(Test { fact, op: Op::Is(operand) })),
        }
    }

    fn add(&mut self, index: usize, point: Point) {
        let Variable::Fact { points, .. } = &mut self.variables[index] else { return };
        if matches!(point, Point::Bool(_)) {
            // There are no other truth values than these two.
            points.retain(|known| *known == Point::Nothing);
            points.extend([Point::Bool(true), Point::Bool(false)]);
        } else if !points.contains(&point) {
            points.push(point);
        }
    }

    /// The variable of a fact. Presence is never none: what is absent is known to be absent.
    fn fact(&mut self, fact: FactRef) -> usize {
        let known =
            |variable: &Variable| matches!(variable, Variable::Fact { fact: other, .. } if *other == fact);
        self.variables.iter().position(known).unwrap_or_else(|| {
            let points = if fact.fact == PRESENT.name {
                vec![Point::Bool(true), Point::Bool(false)]
            } else {
                vec![Point::Nothing, Point::Other]
            };
            self.variables.push(Variable::Fact { fact, points, ordered: false });
            self.variables.len() - 1
        })
    }

    fn opaque(&mut self, cond: Cond) -> usize {
        let known = |variable: &Variable| matches!(variable, Variable::Opaque(other) if *other == cond);
        self.variables.iter().position(known).unwrap_or_else(|| {
            self.variables.push(Variable::Opaque(cond));
            self.variables.len() - 1
        })
    }

    /// Fixes the values of all facts, once everything is learnt; false when one has too many.
    pub(super) fn settle(&mut self) -> bool {
        for variable in &mut self.variables {
            if let Variable::Fact { points, ordered: true, .. } = variable {
                // Between two neighbours of the numbers that are spelt out nothing changes, so
                // with them there is no other value.
                let numbers: Vec<i128> = points.iter().filter_map(Point::number).collect();
                points.retain(|point| *point == Point::Nothing);
                for number in numbers {
                    for near in [number - 1, number, number + 1].map(Point::Number) {
                        if !points.contains(&near) {
                            points.push(near);
                        }
                    }
                }
            }
        }
        self.variables.iter().all(|variable| variable.count() <= MAX_POINTS)
    }

    /// The worlds over all variables; `None` when there are too many.
    pub(super) fn worlds(&self) -> Option<Worlds> {
        let counts: Vec<usize> = self.variables.iter().map(Variable::count).collect();
        let worlds = counts.iter().try_fold(1, |all: usize, count| all.checked_mul(*count))?;
        if worlds > MAX_WORLDS {
            return None;
        }
        let counts: Option<Vec<u8>> = counts.iter().map(|count| u8::try_from(*count).ok()).collect();
        Some(Worlds { values: vec![0; self.variables.len()], counts: counts? })
    }

    /// The formula for all of `conds`.
    pub(super) fn formula(&mut self, conds: &[Cond]) -> Formula {
        Formula::All(conds.iter().map(|cond| self.formula_of(cond)).collect())
    }

    fn formula_of(&mut self, cond: &Cond) -> Formula {
        match cond {
            Cond::All(members) => self.formula(members),
            Cond::Any(members) => {
                Formula::Any(members.iter().map(|member| self.formula_of(member)).collect())
            }
            Cond::Not(members) => Formula::Not(Box::new(self.formula(members))),
            Cond::Test(test) => self.test(*test),
            Cond::Each(each) => {
                let holds = Formula::OneOf(self.opaque(positive(*cond)), TRUE);
                if each.how == Quantifier::No { Formula::Not(Box::new(holds)) } else { holds }
            }
            Cond::FindingIs(_) => Formula::OneOf(self.opaque(*cond), TRUE),
        }
    }

    fn test(&mut self, test: Test) -> Formula {
        let index = self.fact(test.fact);
        let twin = |op| Cond::Test(Test { fact: test.fact, op });
        let mask = |builder: &Builder, fits: &dyn Fn(Point) -> bool| {
            let Variable::Fact { points, .. } = &builder.variables[index] else { return 0 };
            points
                .iter()
                .enumerate()
                .filter(|(_, point)| fits(**point))
                .fold(0, |mask, (bit, _)| mask | 1 << bit)
        };
        let something =
            |builder: &Builder| Formula::OneOf(index, mask(builder, &|point| point != Point::Nothing));
        let not = |formula| Formula::Not(Box::new(formula));
        match test.op {
            Op::IsNothing(true) => not(something(self)),
            Op::IsNothing(false) => something(self),
            Op::Is(Operand::Plain(literal)) => {
                Formula::OneOf(index, mask(self, &|point| point == Point::from(literal)))
            }
            Op::OneOf(operands) => Formula::Any(
                operands.iter().map(|operand| self.formula_of(&twin(Op::Is(*operand)))).collect(),
            ),
            Op::IsNot(operand) => not(self.formula_of(&twin(Op::Is(operand)))),
            Op::NoneOf(operands) => not(self.formula_of(&twin(Op::OneOf(operands)))),
            Op::Lacks(operand) => not(self.formula_of(&twin(Op::Contains(operand)))),
            op => match threshold(op) {
                Some(bound) => Formula::OneOf(index, mask(self, &|point| passes(op, point, bound))),
                None => {
                    let holds = Formula::OneOf(self.opaque(Cond::Test(test)), TRUE);
                    Formula::All(vec![something(self), holds])
                }
            },
        }
    }
}

/// The condition that is an opaque variable's name, where two conditions deny each other.
fn positive(cond: Cond) -> Cond {
    match cond {
        Cond::Test(Test { fact, op: Op::Lacks(operand) }) => {
            Cond::Test(Test { fact, op: Op::Contains(operand) })
        }
        Cond::Each(each) if each.how == Quantifier::No => Cond::Each(Each { how: Quantifier::Some_, ..each }),
        other => other,
    }
}

/// The number that an ordering compares with, if it is spelt out.
fn threshold(op: Op) -> Option<i128> {
    let (Op::Before(operand)
    | Op::After(operand)
    | Op::Less(operand)
    | Op::More(operand)
    | Op::AtLeast(operand)
    | Op::AtMost(operand)) = op
    else {
        return None;
    };
    match operand {
        Operand::Plain(literal) => Point::from(literal).number(),
        Operand::Ref(_) => None,
    }
}

fn passes(op: Op, point: Point, bound: i128) -> bool {
    let Point::Number(number) = point else { return false };
    match op {
        Op::Before(_) | Op::Less(_) => number < bound,
        Op::After(_) | Op::More(_) => number > bound,
        Op::AtMost(_) => number <= bound,
        _ => number >= bound,
    }
}
