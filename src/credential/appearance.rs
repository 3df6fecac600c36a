//! What may be told about a secret: what it looks like, and what happened to it.

use super::mangle::examine;
use super::shape::{self, Likeness, Shapes};
use crate::model::provider::Provider;
use crate::model::rulebook::Family;
use crate::redact::fingerprint;

/// Facts about a credential that give none of it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// Characters, as it stands.
    pub length: usize,
    /// What of it is public.
    pub prefix: String,
    /// Eight hexadecimal digits; `None` where the system has no random numbers.
    pub fingerprint: Option<String>,
    /// The family's word, `provider` for what the identity provider of a login gives, or `unknown`.
    pub family: &'static str,
    /// The id of its shape, and what that is in words.
    pub shape: Option<&'static str>,
    pub says: Option<&'static str>,
    /// The workspace that a key of ours names, if the name is short enough to be public.
    pub workspace: Option<String>,
    /// It is a key of ours as it stands.
    pub well_shaped: bool,
    /// A key of ours with too little behind the workspace.
    pub short: bool,
    /// The slips by name (`rules/shapes/README.md`).
    pub mangled: Vec<&'static str>,
    pub mends_to_key: bool,
    /// It has the shape of a token of ours as it stands.
    pub(super) is_token: bool,
    /// It has, as a whole, the shape of another vendor's credential.
    pub(super) is_foreign: bool,
}

/// A name reaching further would show six characters beyond the public twelve: `cmd_` and 13 are 17.
const LONGEST_PUBLIC_WORKSPACE: usize = 13;

impl Appearance {
    /// Looks at a variable's value, which may have been mangled on its way: family, shape and
    /// prefix are those of what it was before.
    pub fn of_key(text: &str, shapes: &Shapes) -> Appearance {
        let examined = examine(text, shapes);
        Appearance {
            well_shaped: examined.is_key(),
            mends_to_key: examined.mends_to_key(),
            is_token: examined.slips.is_empty() && belongs(examined.likeness, Family::Token),
            mangled: examined.slips,
            ..Appearance::of_whole(text, &examined.mended, examined.likeness)
        }
    }

    /// Looks at a token of a login that came by way of `provider`, whose shapes are no other vendor's.
    pub(super) fn of_provider(text: &str, shapes: &Shapes, provider: &Provider) -> Appearance {
        let seen = Appearance::of_token(text, shapes);
        match seen.shape.is_some_and(|shape| provider.shapes.contains(&shape)) {
            true => Appearance { family: "provider", is_foreign: false, ..seen },
            false => seen,
        }
    }

    /// Looks at a token as a program stored it: opaque, so nothing about it is a slip.
    pub fn of_token(text: &str, shapes: &Shapes) -> Appearance {
        let likeness = shapes.classify_token(text);
        Appearance {
            well_shaped: likeness.is_some_and(Likeness::is_key),
            is_token: belongs(likeness, Family::Token),
            ..Appearance::of_whole(text, text, likeness)
        }
    }

    fn of_whole(text: &str, mended: &str, likeness: Option<Likeness>) -> Appearance {
        let ours = likeness.filter(|likeness| likeness.shape.family == Family::Key);
        let parts = ours.map(|likeness| shape::parts_of_key(mended, likeness.shape));
        let named = parts.filter(|_| likeness.is_some_and(Likeness::is_key)).map(|(workspace, _)| workspace);
        Appearance {
            length: text.chars().count(),
            prefix: shape::public_prefix(mended, likeness),
            fingerprint: fingerprint(text),
            family: shape::family_name(likeness),
            shape: likeness.map(|likeness| likeness.shape.id),
            says: likeness.map(|likeness| likeness.shape.says),
            workspace: named.filter(|name| name.len() <= LONGEST_PUBLIC_WORKSPACE).map(str::to_owned),
            short: parts.is_some_and(|(_, random)| shape::is_cut_short(random)),
            is_foreign: belongs(likeness, Family::Foreign),
            well_shaped: false,
            mangled: Vec::new(),
            mends_to_key: false,
            is_token: false,
        }
    }
}

fn belongs(likeness: Option<Likeness>, family: Family) -> bool {
    likeness.is_some_and(|likeness| likeness.whole && likeness.shape.family == family)
}
