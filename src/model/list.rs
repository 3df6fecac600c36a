//! The containers of a rulebook: they live as long as the process, so that a rulebook compiled
//! into the binary is decoded without copying a text, and one read at run time shares its types.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::slab;

/// Text of a rulebook. It is never freed: a rulebook is loaded once and used to the end.
pub type Str = &'static str;

/// A list of a rulebook.
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
        f.debug_list().entries(self.0).finish()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Its members are kept for the rest of the process, and so are the texts that they borrow.
impl<'de: 'static, T: Deserialize<'de> + Copy + 'static> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Members(PhantomData))
    }
}

/// Takes the members of a list one by one.
struct Members<T>(PhantomData<T>);

impl<'de: 'static, T: Deserialize<'de> + Copy + 'static> Visitor<'de> for Members<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<List<T>, A::Error> {
        // Most lists of a rulebook have one member or none: for these no memory is asked.
        let Some(first) = members.next_element()? else { return Ok(List::EMPTY) };
        let Some(second) = members.next_element()? else { return Ok(List(slab::kept(&[first]))) };
        let mut all: Vec<T> = vec![first, second];
        while let Some(next) = members.next_element()? {
            all.push(next);
        }
        Ok(List(slab::kept(&all)))
    }
}
