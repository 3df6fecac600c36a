//! Signatures as written and as compiled. The compiled form is data, so that a build script can write
//! it down for the program.

use regex_syntax::hir::{Hir, HirKind};
use serde::{Deserialize, Serialize};

use super::choice::SHORTEST;
use super::required;
use super::telling::telling;
use crate::model::list::{self, List, Str, keep_text};

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature<'t> {
    /// A line that contains this text.
    Literal(&'t str),
    /// A line that contains this text, in small or capital ASCII letters.
    AnyCase(&'t str),
    /// A line in which this regular expression matches.
    Regex(&'t str),
}

/// Signatures, compiled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Plan {
    /// In the order in which they were given: their indices name them.
    pub signatures: List<Planned>,
}

/// A signature, compiled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Planned {
    pub test: Test,
    /// Of each of these lists, one needle stands in every line that has the signature. Nothing is
    /// known where there is none.
    pub needles: List<List<Needle>>,
}

/// What decides about a line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Test {
    /// A needle of every list is all that is asked.
    Needles,
    /// This expression.
    Matches(Str),
}

/// A text that a line must contain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Needle {
    #[serde(with = "list::bytes")]
    pub bytes: List<u8>,
    /// Small and capital ASCII letters are the same.
    pub any_case: bool,
}

impl Needle {
    /// How many of its bytes tell something: words that every log has tell little.
    pub fn telling(&self) -> usize {
        telling(&self.bytes)
    }
}

/// Why a signature cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("signature {index}: {fault}")]
pub struct Faulty {
    /// Which one, counted from 0.
    pub index: usize,
    /// What is wrong, and where in it.
    pub fault: String,
}

/// An expression that unfolds to more states than this is refused: `(a{99}){99}` must not eat the
/// memory of whoever scans with somebody else's rules.
const LARGEST: usize = 20_000;

impl Plan {
    /// Compiles `signatures`, or says which of them cannot be.
    pub fn of(signatures: &[Signature<'_>]) -> Result<Plan, Faulty> {
        let planned = signatures
            .iter()
            .enumerate()
            .map(|(index, signature)| plan(*signature).map_err(|fault| Faulty { index, fault }));
        Ok(Plan { signatures: List::keep(planned.collect::<Result<_, _>>()?) })
    }
}

fn plan(signature: Signature<'_>) -> Result<Planned, String> {
    match signature {
        Signature::Literal(text) => literal(text, false),
        Signature::AnyCase(text) => literal(text, true),
        Signature::Regex(pattern) => expression(pattern),
    }
}

fn literal(text: &str, any_case: bool) -> Result<Planned, String> {
    if text.is_empty() || text.contains('\n') {
        return Err("a text within one line is expected".to_owned());
    }
    if text.len() < SHORTEST {
        let pattern = format!("{}{}", if any_case { "(?i)" } else { "" }, regex_syntax::escape(text));
        return Ok(Planned { test: Test::Matches(keep_text(&pattern)), needles: List::EMPTY });
    }
    let needle = Needle { bytes: List::keep(text.as_bytes().to_vec()), any_case };
    Ok(Planned { test: Test::Needles, needles: List::keep(vec![List::keep(vec![needle])]) })
}

fn expression(pattern: &str) -> Result<Planned, String> {
    let lists = demanded(&parsed(pattern)?)?;
    let needles = List::keep(lists.into_iter().map(List::keep).collect());
    Ok(Planned { test: Test::Matches(keep_text(pattern)), needles })
}

/// The syntax of an expression over bytes.
///
/// # Errors
/// What is wrong with it, as a drawing.
pub fn parsed(pattern: &str) -> Result<Hir, String> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    parser.parse(pattern).map_err(|error| error.to_string())
}

/// Lists of needles, of each of which one stands in every match of `hir`; the most telling list first.
///
/// # Errors
/// When it is too large.
pub fn demanded(hir: &Hir) -> Result<Vec<Vec<Needle>>, String> {
    if size(hir) > LARGEST {
        return Err(format!("the expression is too large: it unfolds to more than {LARGEST} states"));
    }
    let needle = |text: required::Text| Needle { bytes: List::keep(text.bytes), any_case: text.any_case };
    let lists = required::needles(hir).into_iter();
    Ok(lists.map(|list| list.into_iter().map(needle).collect()).collect())
}

/// About how many states the expression unfolds to.
fn size(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(regex_syntax::hir::Class::Bytes(class)) => class.ranges().len(),
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => 4 * class.ranges().len(),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            size(&repetition.sub).saturating_mul(usize::try_from(times).unwrap_or(usize::MAX))
        }
        HirKind::Capture(capture) => size(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(size).fold(1, usize::saturating_add)
        }
    }
}
