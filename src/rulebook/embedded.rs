//! The built-in rulebook: constants that the build script wrote, so that nothing is decoded.
//!
//! The generated expression is the rulebook's `Debug` form, which names types and variants
//! without their paths; the imports give them back.

use std::sync::OnceLock;

use super::packed::Packed;
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

/// The built-in log rules and symptoms.
static PHRASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/phrases.bin"));

/// The rulebook that is compiled into this binary; its log rules and symptoms are still packed.
pub fn built_in() -> Rulebook {
    BUILT_IN
}

/// The built-in log rules and symptoms, unpacked once for all.
pub(super) fn phrases() -> &'static Packed {
    static UNPACKED: OnceLock<Packed> = OnceLock::new();
    const NONE: Packed = Packed { logs: List::EMPTY, symptoms: List::EMPTY, needles: List::EMPTY };
    UNPACKED.get_or_init(|| Packed::from_bytes(PHRASES).unwrap_or(NONE))
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
