//! Which outcomes of a check can be reached, and whether one of them always is.
//!
//! For each fact that the conditions mention there are only a few values that they can tell apart:
//! the ones that are spelt out, their neighbours, some other one, and none. All combinations are
//! tried. What cannot be worked out from a value (a pattern, another fact) is taken to be true or
//! false at will. So more worlds are tried than can exist, and what holds in all of them, holds.

use super::formula::{Builder, Formula, Worlds};
use crate::model::check::Outcome;
use crate::model::condition::Cond;

/// What was found out about the outcomes of a check.
#[derive(Debug, PartialEq)]
pub(super) struct Sight {
    /// In every world one of the outcomes holds.
    pub total: bool,
    pub unreachable: Vec<Unreachable>,
}

/// An outcome that is never the first one to hold, and the earlier ones that answer in its place.
#[derive(Debug, PartialEq)]
pub(super) struct Unreachable {
    pub outcome: usize,
    pub by: Vec<usize>,
}

/// Looks at all worlds in which a check with these conditions is judged.
pub(super) fn look(applies: &[Cond], outcomes: &[Outcome]) -> Sight {
    let mut builder = Builder::default();
    builder.learn(applies);
    outcomes.iter().for_each(|outcome| builder.learn(&outcome.when));
    if !builder.settle() {
        return look_at_text(outcomes);
    }
    let applied = builder.formula(applies);
    let conditions: Vec<Formula> = outcomes.iter().map(|outcome| builder.formula(&outcome.when)).collect();
    match builder.worlds() {
        Some(worlds) => walk(worlds, &applied, &conditions),
        None => look_at_text(outcomes),
    }
}

fn walk(mut worlds: Worlds, applied: &Formula, conditions: &[Formula]) -> Sight {
    let mut total = true;
    let mut reached = vec![false; conditions.len()];
    let mut answered_by = vec![Vec::new(); conditions.len()];
    loop {
        if applied.holds(&worlds.values) {
            let mut holding = (0..conditions.len()).filter(|index| conditions[*index].holds(&worlds.values));
            let first = holding.next();
            total &= first.is_some();
            if let Some(first) = first {
                reached[first] = true;
                for index in holding.filter(|index| !reached[*index]) {
                    let by: &mut Vec<usize> = &mut answered_by[index];
                    if !by.contains(&first) {
                        by.push(first);
                    }
                }
            }
        }
        if !worlds.advance() {
            break;
        }
    }
    let unreachable = reached.iter().zip(answered_by).enumerate().filter(|(_, (reached, _))| !**reached);
    let unreachable = unreachable.map(|(outcome, (_, by))| Unreachable { outcome, by }).collect();
    Sight { total, unreachable }
}

/// The plain comparison for checks with too many worlds: an outcome is unreachable if all members
/// of an earlier condition stand in its own.
fn look_at_text(outcomes: &[Outcome]) -> Sight {
    let mut unreachable = Vec::new();
    for (outcome, later) in outcomes.iter().enumerate() {
        let implied = |earlier: &Outcome| earlier.when.iter().all(|cond| later.when.contains(cond));
        if let Some(by) = outcomes[..outcome].iter().position(implied) {
            unreachable.push(Unreachable { outcome, by: vec![by] });
        }
    }
    Sight { total: outcomes.iter().any(|outcome| outcome.when.is_empty()), unreachable }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::condition::{FactRef, Literal, Op, Operand, RefOperand, Test};
    use crate::model::list::List;
    use crate::model::template::Template;

    fn outcome(when: Vec<Cond>) -> Outcome {
        let (symptom, cause) = (Template::EMPTY, Template::EMPTY);
        let when = List::keep(when);
        Outcome {
            id: "o",
            when,
            needs: List::EMPTY,
            severity: None,
            transient: false,
            symptom,
            cause,
            fix: List::EMPTY,
        }
    }

    fn test(fact: &'static str, op: Op) -> Cond {
        Cond::Test(Test { fact: FactRef { evidence: "a", fact }, op })
    }

    fn is(fact: &'static str, value: bool) -> Cond {
        test(fact, Op::Is(Operand::Plain(Literal::Bool(value))))
    }

    fn int(value: i64) -> Operand {
        Operand::Plain(Literal::Int(value))
    }

    fn see(conditions: Vec<Vec<Cond>>) -> (bool, Vec<(usize, Vec<usize>)>) {
        let outcomes: Vec<Outcome> = conditions.into_iter().map(outcome).collect();
        let sight = look(&[], &outcomes);
        (sight.total, sight.unreachable.into_iter().map(|u| (u.outcome, u.by)).collect())
    }

    #[test]
    fn a_repeated_or_narrower_condition_is_never_reached() {
        assert_eq!(
            see(vec![vec![is("x", true)], vec![is("x", true), is("y", true)]]),
            (false, vec![(1, vec![0])])
        );
        assert_eq!(see(vec![vec![is("x", true), is("y", true)], vec![is("x", true)]]), (false, vec![]));
    }

    #[test]
    fn several_outcomes_together_can_hide_one() {
        let hidden = see(vec![
            vec![is("x", true)],
            vec![is("x", false)],
            vec![is("y", true), test("x", Op::IsNothing(false))],
        ]);
        assert_eq!(hidden, (false, vec![(2, vec![0, 1])]));
    }

    #[test]
    fn only_presence_is_always_known() {
        assert_eq!(see(vec![vec![is("present", true)], vec![is("present", false)]]), (true, vec![]));
        assert_eq!(see(vec![vec![is("x", true)], vec![is("x", false)]]), (false, vec![]));
        let three = vec![vec![is("x", true)], vec![is("x", false)], vec![test("x", Op::IsNothing(true))]];
        assert_eq!(see(three), (true, vec![]));
        assert_eq!(see(vec![vec![]]), (true, vec![]));
    }

    #[test]
    fn numbers_are_compared_by_their_order() {
        let less = |n| test("n", Op::Less(int(n)));
        let more = |n| test("n", Op::More(int(n)));
        assert_eq!(see(vec![vec![less(10)], vec![less(5)]]), (false, vec![(1, vec![0])]));
        assert_eq!(see(vec![vec![less(5)], vec![less(10)]]), (false, vec![]));
        assert_eq!(see(vec![vec![less(3), more(2)]]), (false, vec![(0, vec![])]));
        let gap = vec![vec![less(5)], vec![more(5)], vec![test("n", Op::IsNothing(true))]];
        assert!(!see(gap).0);
        let full =
            vec![vec![less(5)], vec![test("n", Op::AtLeast(int(5)))], vec![test("n", Op::IsNothing(true))]];
        assert_eq!(see(full), (true, vec![]));
    }

    #[test]
    fn membership_and_its_negation_are_exact() {
        let some = test("n", Op::OneOf(List::keep(vec![int(1), int(2)])));
        let other = test("n", Op::NoneOf(List::keep(vec![int(1), int(2)])));
        assert_eq!(see(vec![vec![some], vec![other]]), (true, vec![]));
        let one = test("n", Op::Is(int(1)));
        assert_eq!(see(vec![vec![some], vec![one], vec![other]]), (true, vec![(1, vec![0])]));
    }

    #[test]
    fn what_cannot_be_worked_out_is_true_or_false() {
        let matches = test("t", Op::Matches("x"));
        assert_eq!(see(vec![vec![matches], vec![matches]]), (false, vec![(1, vec![0])]));
        let other = Operand::Ref(RefOperand { fact: FactRef { evidence: "b", fact: "t" }, plus_ms: 0 });
        let same = vec![vec![test("t", Op::Is(other))], vec![test("t", Op::IsNot(other))]];
        assert_eq!(see(same), (true, vec![]));
        let not_nothing = vec![matches, test("t", Op::IsNothing(true))];
        assert_eq!(see(vec![not_nothing]), (false, vec![(0, vec![])]));
    }

    #[test]
    fn too_many_worlds_fall_back_to_the_text() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];
        let wide: Vec<Cond> = names.iter().map(|name| is(name, true)).collect();
        let wider = wide.iter().copied().chain([is("q", true)]).collect();
        assert_eq!(see(vec![wide, wider]), (false, vec![(1, vec![0])]));
    }
}
