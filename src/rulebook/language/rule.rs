//! A rule that was read from one document, and the names in it that other documents explain.

use super::evidence::Declared;
use super::node::Pos;
use crate::model::cause::Cause;
use crate::model::change::How;
use crate::model::check::Check;
use crate::model::list::Str;
use crate::model::log_rule::LogRule;
use crate::model::rulebook::{Profile, Shape};
use crate::model::symptom::Symptom;

/// A rule of any kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    Check(Check),
    Cause(Cause),
    Shape(Shape),
    Profile(Profile),
    Log(LogRule),
    Symptom(Symptom),
    /// Takes built-in checks away; the marks name them.
    Disable,
}

impl Rule {
    pub(super) fn id(&self) -> Str {
        match self {
            Rule::Check(check) => check.id,
            Rule::Cause(cause) => cause.id,
            Rule::Shape(shape) => shape.id,
            Rule::Profile(profile) => profile.id,
            Rule::Log(rule) => rule.id,
            Rule::Symptom(symptom) => symptom.id,
            Rule::Disable => "",
        }
    }

    /// What it is, without an article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Rule::Check(_) => "check",
            Rule::Cause(_) => "cause",
            Rule::Shape(_) => "shape",
            Rule::Profile(_) => "profile",
            Rule::Log(_) => "log rule",
            Rule::Symptom(_) => "symptom",
            Rule::Disable => "rule",
        }
    }
}

/// A name that must be known somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A check that is needed.
    Need,
    /// A check whose words a cause uses.
    Root,
    /// A check, or `check/outcome`.
    Finding,
    /// `check/outcome`, of a sick outcome.
    Suggestion,
    /// A check's id, or an area.
    Selection,
    /// A built-in check's id, or an area, of what is taken away.
    Disabled,
    /// A body fact: the indices of the evidence and of the fact.
    Body(usize, usize),
}

/// The marks of a rule, each with its name and its place.
#[derive(Debug, Default)]
pub(super) struct Marks {
    marks: Vec<(Mark, Str, Pos)>,
    /// A condition of the rule was not understood.
    pub misread: bool,
}

impl Marks {
    pub(super) fn add(&mut self, mark: Mark, name: Str, pos: Pos) {
        self.marks.push((mark, name, pos));
    }

    pub(super) fn bodies(&mut self, declared: &Declared) {
        for (evidence, fact, pos) in &declared.body_places {
            self.add(Mark::Body(*evidence, *fact), "", *pos);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Mark, Str, Pos)> {
        self.marks.iter().copied()
    }
}

/// A rule with its place and its marks.
#[derive(Debug)]
pub(super) struct Marked {
    pub rule: Rule,
    pub place: Pos,
    pub marks: Marks,
    /// What it makes of the built-in check of its id, or of those that its marks name.
    pub change: Option<Changing>,
}

/// What a rule means to change of what is built in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changing {
    pub how: How,
    /// Empty where none is given.
    pub reason: Str,
    /// Where the rule names what it changes.
    pub pos: Pos,
}

impl Marked {
    /// A rule beside all others.
    pub(super) fn new(rule: Rule, place: Pos, marks: Marks) -> Marked {
        Marked { rule, place, marks, change: None }
    }
}
