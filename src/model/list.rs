//! The containers of a rulebook: they live as long as the process, so that a rulebook compiled
//! into the binary is decoded without copying a text, and one read at run time shares its types.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::slab;

/// Text of a rulebook. It is never freed: a rulebook is loaded once and used to the end.
pub type Str = &'static str;

/// A list of a rulebook.
pub struct List<T: 'static>(Members<T>);

/// Where the members of a list are.
enum Members<T: 'static> {
    Here(&'static [T]),
    /// Still encoded: many rules of a large rulebook are never looked at.
    Later(&'static Later<T>),
}

/// A list that is decoded when somebody looks at it.
struct Later<T: 'static> {
    encoded: &'static [u8],
    decode: fn(&'static [u8]) -> &'static [T],
    decoded: OnceLock<&'static [T]>,
}

impl<T> List<T> {
    /// The empty list.
    pub const EMPTY: List<T> = List::of(&[]);

    /// A list of `members` that are part of the program.
    pub const fn of(members: &'static [T]) -> List<T> {
        List(Members::Here(members))
    }

    /// Keeps `members` for the rest of the process.
    pub fn keep(members: Vec<T>) -> List<T> {
        List::of(members.leak())
    }

    /// What is in it.
    pub fn members(self) -> &'static [T] {
        match self.0 {
            Members::Here(members) => members,
            Members::Later(later) => later.decoded.get_or_init(|| (later.decode)(later.encoded)),
        }
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

impl<T> Clone for Members<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Members<T> {}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.members()
    }
}

impl<T> IntoIterator for List<T> {
    type Item = &'static T;
    type IntoIter = std::slice::Iter<'static, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.members().iter()
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members()
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.members()).finish()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members().serialize(serializer)
    }
}

/// Its members are kept for the rest of the process, and so are the texts that they borrow.
impl<'de: 'static, T: Deserialize<'de> + Copy + 'static> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OneByOne(PhantomData))
    }
}

/// Takes the members of a list one by one.
struct OneByOne<T>(PhantomData<T>);

impl<'de: 'static, T: Deserialize<'de> + Copy + 'static> Visitor<'de> for OneByOne<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<List<T>, A::Error> {
        // Most lists of a rulebook have one member or none: for these no memory is asked.
        let Some(first) = members.next_element()? else { return Ok(List::EMPTY) };
        let Some(second) = members.next_element()? else { return Ok(List::of(slab::kept(&[first]))) };
        let mut all: Vec<T> =
            Vec::with_capacity(members.size_hint().unwrap_or(0).saturating_add(2).min(MANY));
        all.extend([first, second]);
        while let Some(next) = members.next_element()? {
            all.push(next);
        }
        Ok(if all.len() < MANY { List::of(slab::kept(&all)) } else { List::keep(all) })
    }
}

/// A list of so many members is worth an allocation of its own.
const MANY: usize = 1024;

/// For fields that are decoded when somebody looks at them.
pub(super) mod later {
    use serde::de::Deserialize;
    use serde::ser::Error;
    use serde::{Deserializer, Serialize, Serializer};

    use super::{Later, List, Members, OnceLock};

    pub(in crate::model) fn serialize<T: Serialize, S: Serializer>(
        list: &List<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let encoded = match list.members() {
            [] => Vec::new(),
            members => postcard::to_extend(members, Vec::new()).map_err(S::Error::custom)?,
        };
        serializer.serialize_bytes(&encoded)
    }

    pub(in crate::model) fn deserialize<'de: 'static, T, D>(deserializer: D) -> Result<List<T>, D::Error>
    where
        T: Deserialize<'static> + Copy + 'static,
        D: Deserializer<'de>,
    {
        let encoded: &'static [u8] = <&'de [u8]>::deserialize(deserializer)?;
        if encoded.is_empty() {
            return Ok(List::EMPTY);
        }
        let later = Later { encoded, decode: decoded::<T>, decoded: OnceLock::new() };
        Ok(List(Members::Later(Box::leak(Box::new(later)))))
    }

    /// Nothing is decoded that this program, or one like it, has not encoded; should it not be so, there
    /// are no members.
    fn decoded<T: Deserialize<'static> + Copy + 'static>(encoded: &'static [u8]) -> &'static [T] {
        postcard::from_bytes::<List<T>>(encoded).map_or(&[], List::members)
    }
}

/// For lists of bytes: they are not decoded at all, but lie where they were written.
pub mod bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::List;

    pub fn serialize<S: Serializer>(list: &List<u8>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(list.members())
    }

    pub fn deserialize<'de: 'static, D: Deserializer<'de>>(deserializer: D) -> Result<List<u8>, D::Error> {
        <&'de [u8]>::deserialize(deserializer).map(List::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(bound(deserialize = "'de: 'static"))]
    struct Both {
        #[serde(with = "later")]
        later: List<Str>,
        now: List<Str>,
    }

    #[test]
    fn what_is_decoded_later_is_the_same() {
        for texts in [vec![], vec!["a"], vec!["a", "", "b"]] {
            let both = Both { later: List::keep(texts.clone()), now: List::keep(texts) };
            let bytes: Vec<u8> = postcard::to_extend(&both, Vec::new()).unwrap();
            let read: Both = postcard::from_bytes(bytes.leak()).unwrap();
            assert_eq!(read.later.members(), read.now.members());
            assert_eq!(read, both);
        }
    }

    #[test]
    fn what_nobody_encoded_has_no_members() {
        let read: Both = postcard::from_bytes(&[3, 0xff, 0xff, 0xff, 0]).unwrap();
        assert_eq!(read.later.members(), [] as [Str; 0]);
    }
}
