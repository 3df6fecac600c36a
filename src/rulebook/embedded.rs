//! The built-in rulebook: constants that the build script wrote, so that nothing is decoded.
//!
//! The generated expression is the rulebook's `Debug` form, which names types and variants
//! without their paths; the imports give them back.

use crate::model::cause::{Cause, Correction};
use crate::model::check::{
    Arg, BodyFact, Check, EvidenceDecl, Otherwise, Otherwise::*, Outcome, ProbeCall, RuleSource, Trust,
    Trust::*,
};
use crate::model::condition::{
    Cond, Cond::*, Each, FactRef, FindingRef, Literal, Op, Op::*, Operand, Operand::*, Quantifier,
    Quantifier::*, RefOperand, Test,
};
use crate::model::fact::{FactSpec, FactType};
use crate::model::fix::{
    Action, Action::*, Audience, Audience::*, AuthAction, FileAction, FileVerb, FileVerb::*, Safety,
    Safety::*, ShellAction, ShellVerb, ShellVerb::*, Step,
};
use crate::model::list::List;
use crate::model::operation::{Operation, Operation::*};
use crate::model::probe::ProbeKind;
use crate::model::rulebook::{Family, Family::*, Profile, Rulebook, Shape};
use crate::model::severity::{Severity, Severity::*};
use crate::model::template::{Filter, Filter::*, Hole, Piece, Piece::*, Template};

include!(concat!(env!("OUT_DIR"), "/rulebook.rs"));

/// The rulebook that is compiled into this binary.
pub fn built_in() -> Rulebook {
    BUILT_IN
}

// Not every set of rules needs every import: these lines do.
type Structs = (
    (Cause, Correction, Arg, BodyFact, Check, EvidenceDecl, Outcome, ProbeCall, RuleSource, Each),
    (FactRef, FindingRef, Literal, RefOperand, Test, FactSpec, FactType, AuthAction, FileAction),
    (ShellAction, Step, List<()>, ProbeKind, Profile, Shape, Hole, Template),
);
type Enums = (
    (Otherwise, Trust, Cond, Op, Operand, Quantifier, Action, Audience),
    (FileVerb, Safety, ShellVerb, Operation, Family, Severity, Filter, Piece),
);
const _: (Option<Structs>, Enums) = (
    None,
    (
        (
            Total,
            BuiltIn,
            All(List::EMPTY),
            IsNothing(true),
            Plain(Literal::Int(0)),
            No,
            Run(List::EMPTY),
            User,
        ),
        (Chmod, Safe, Unset, LogIn, Key, Error, Count, Words("")),
    ),
);
