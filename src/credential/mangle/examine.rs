//! The table of slips, and the loop that undoes one after the other until a credential is left.

use zeroize::{Zeroize, Zeroizing};

use super::{invisible, lost, spelling, wrapping};
use crate::credential::shape::{Likeness, Shapes};
use crate::model::rulebook::Family;

/// One way in which people mangle a key.
#[derive(Debug, Clone, Copy)]
pub struct Slip {
    /// Stable: checks compare with it.
    pub name: &'static str,
    act: Act,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    /// Gives the text as it was before, where this happened.
    Undo(fn(&str) -> Option<String>),
    /// Says whether this happened; what the text was before, nobody can tell.
    Lost(fn(&str) -> bool),
}

macro_rules! slips {
    ($($act:ident $module:ident: $($name:ident)+;)*) => {
        &[$($(Slip { name: stringify!($name), act: Act::$act($module::$name) },)+)*]
    };
}

/// Every slip, in the order in which they are looked for: what stands outside comes off first.
pub const SLIPS: &[Slip] = slips! {
    Undo spelling: prefix_twice doubled;
    Lost lost: too_long not_utf8 two_keys;
    Undo invisible: bom bracketed_paste ansi_escape crlf_end newline_end newline_start tab
        leading_blank trailing_blank non_breaking_space zero_width control_character;
    Lost lost: html_page encrypted ci_expression template_expression unexpanded_command
        secret_reference unexpanded_variable literal_null error_text masked file_path;
    Undo spelling: full_width base64_wrapped;
    Undo wrapping: command_output html_tag html_entity json_fragment url_userinfo url_query
        command_line variable_assignment authorization_header yaml_line bearer_prefix markdown;
    Undo spelling: backslash_escaped;
    Undo wrapping: bytes_literal double_quotes single_quotes backticks typographic_quotes
        angle_brackets brackets;
    Lost lost: ellipsis_cut;
    Undo spelling: url_encoded quoted_printable;
    Undo wrapping: trailing_comment trailing_comma trailing_semicolon trailing_backslash
        trailing_period end_mark leading_equals extra_lines extra_words;
    Undo spelling: inner_newline inner_blank homoglyph non_ascii_dash wrong_case
        hyphen_for_underscore missing_prefix;
    Lost lost: lost_underscores odd_character;
};

/// Slips that leave a text that looks whole: they are looked for even in a well-shaped key.
const IN_DISGUISE: usize = 5;

/// More slips than this in one value are no accident.
const MOST_ROUNDS: usize = 24;

/// What became of a text.
pub struct Examination {
    /// The slips, in the order in which they were undone.
    pub slips: Vec<&'static str>,
    /// The text with all that undone; the text itself where nothing happened to it.
    pub mended: Zeroizing<String>,
    /// What the mended text looks like.
    pub likeness: Option<Likeness>,
    /// The last slip cannot be undone.
    lost: bool,
}

impl Examination {
    /// Whether the text, as it stands, is a key of ours.
    pub fn is_key(&self) -> bool {
        self.slips.is_empty() && self.likeness.is_some_and(Likeness::is_key)
    }

    /// Whether the text becomes a key of ours when all that happened to it is undone.
    pub fn mends_to_key(&self) -> bool {
        !self.slips.is_empty() && !self.lost && self.likeness.is_some_and(Likeness::is_key)
    }
}

/// Shows the slips only: the text is a secret.
impl std::fmt::Debug for Examination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Examination").field("slips", &self.slips).finish_non_exhaustive()
    }
}

/// Finds out what happened to `text`, and undoes it.
pub fn examine(text: &str, shapes: &Shapes) -> Examination {
    let mut slips = Vec::new();
    let mut mended = Zeroizing::new(text.to_owned());
    let mut lost = false;
    for _ in 0..MOST_ROUNDS {
        let settled = is_settled(&mended, shapes);
        let suspects = if settled { &SLIPS[..IN_DISGUISE] } else { SLIPS };
        let Some((slip, before)) = first_slip(suspects, &mended) else { break };
        if !slips.contains(&slip) {
            slips.push(slip);
        }
        match before {
            Some(before) => mended = before,
            None => {
                lost = true;
                break;
            }
        }
    }
    let likeness = shapes.classify(&mended);
    Examination { slips, mended, likeness, lost }
}

/// Whether `text` is a credential or a placeholder as it stands, so that nothing is undone: a
/// quotation mark in somebody's password is no slip. A web address or the like may still hold a key.
fn is_settled(text: &str, shapes: &Shapes) -> bool {
    shapes.classify(text).is_some_and(|likeness| {
        let ours = matches!(likeness.shape.family, Family::Key | Family::Example);
        likeness.whole && (ours || !text.contains("cmd_"))
    })
}

type Undone = (&'static str, Option<Zeroizing<String>>);

fn first_slip(suspects: &[Slip], text: &str) -> Option<Undone> {
    suspects.iter().find_map(|slip| match slip.act {
        Act::Lost(happened) => happened(text).then_some((slip.name, None)),
        Act::Undo(undo) => progress(text, undo(text)).map(|before| (slip.name, Some(before))),
    })
}

/// Leaves out what changed nothing, so that the loop always moves on.
fn progress(text: &str, before: Option<String>) -> Option<Zeroizing<String>> {
    let mut before = before?;
    if before == text {
        before.zeroize();
        return None;
    }
    Some(Zeroizing::new(before))
}

#[cfg(test)]
#[path = "examine_tests.rs"]
mod tests;
