//! What the parser takes, and a reader of the rules would still want otherwise: words, layout, names
//! and evidence that nobody uses. Some of it can be mended without a change to what a rule means.

mod flat;
mod layout;
mod mend;
mod style;

use super::document::RuleText;
use super::fault::RuleFault;

pub use mend::{Mended, mend};

/// Something that could be better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// One of [`CODES`].
    pub code: &'static str,
    pub fault: RuleFault,
    /// Whether [`mend`] can set it right.
    pub mendable: bool,
}

/// The remarks by their codes, with what each asks for.
pub const CODES: [(&str, &str); 12] = [
    (style::CAPITAL, "a symptom and a cause begin with a small letter: they stand behind a label"),
    (style::FULL_STOP, "a title, a symptom and a cause are fragments, without a full stop"),
    (style::NO_ABOUT, "a check and a cause say in `about` what they are for, in full sentences"),
    (style::OPEN_ABOUT, "`about` is made of full sentences"),
    (style::UNUSED_EVIDENCE, "what is looked at is used"),
    (style::NO_FIX, "a sick outcome says what to do"),
    (style::ID_PATH, "a file with one rule is called like the rule"),
    (layout::BOM, "a file begins with its text, and not with a byte-order mark"),
    (layout::CRLF, "lines end in a line feed alone"),
    (layout::TRAILING_BLANK, "no blanks stand at the end of a line"),
    (layout::NO_NEWLINE, "the last line ends too"),
    (layout::LONG_LINE, "a line has at most 240 columns, if it holds no regular expression"),
];

/// What could be better in a file of rules.
pub fn remarks(file: RuleText<'_>) -> Vec<Remark> {
    let mut all = layout::remarks(file, layout::Lines::Bounded);
    all.extend(style::remarks(file));
    sorted(all)
}

/// What could be better in a file of cases, whose lines are as long as the keys of probes.
pub fn remarks_of_cases(file: RuleText<'_>) -> Vec<Remark> {
    sorted(layout::remarks(file, layout::Lines::AsLongAsTheyAre))
}

fn sorted(mut all: Vec<Remark>) -> Vec<Remark> {
    all.sort_by_key(|remark| (remark.fault.line, remark.fault.column));
    all
}
