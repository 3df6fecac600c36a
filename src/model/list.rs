//! The containers of a rulebook: they live as long as the process, so that a rulebook compiled
//! into the binary needs no decoding and one read at run time can share its types.

use std::ops::Deref;

/// Text of a rulebook. It is never freed: a rulebook is loaded once and used to the end.
pub type Str = &'static str;

/// A list of a rulebook. Its `Debug` form is the Rust expression that builds it, which is how
/// `build.rs` writes the built-in rulebook as constants.
pub struct List<T: 'static>(pub &'static [T]);

impl<T> List<T> {
    /// The empty list.
    pub const EMPTY: List<T> = List(&[]);

    /// Keeps `members` for the rest of the process.
    pub fn keep(members: Vec<T>) -> List<T> {
        List(members.leak())
    }
}

/// Keeps `text` for the rest of the process.
pub fn keep_text(text: &str) -> Str {
    String::from(text).leak()
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0
    }
}

impl<T> IntoIterator for List<T> {
    type Item = &'static T;
    type IntoIter = std::slice::Iter<'static, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("List(&")?;
        f.debug_list().entries(self.0).finish()?;
        f.write_str(")")
    }
}
