//! YAML as a tree in which every key and every value knows its place, so that one pass over it
//! can report all faults and not only the parser's first.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;
use serde_yaml::options::{DuplicateKeyPolicy, MergeKeyPolicy, Options};

/// A place in a document: one-based line and column, in characters; zero where it was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Pos {
    pub line: u32,
    pub column: u32,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node<'t> {
    pub pos: Pos,
    pub content: Content<'t>,
}

/// What stands there.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// A number with a fraction, or too large for [`Content::Int`]. No fact is one.
    Real(f64),
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    Map(Vec<Entry<'t>>),
}

/// A key of a map and its value. Equal keys are kept, for the validator to report.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry<'t> {
    pub key: Cow<'t, str>,
    pub key_pos: Pos,
    pub value: Node<'t>,
}

/// Bytes that one document may have. The largest built-in one has a fiftieth of this.
pub(super) const MAX_BYTES: usize = 256 * 1024;
/// Values and keys that one document may have, those that aliases repeat included.
const MAX_NODES: usize = 20_000;
/// How deep a document may nest. The format itself needs twelve; a level of the parser takes some
/// 30 KiB of stack in a build without optimisation.
const MAX_DEPTH: usize = 24;
const MAX_ALIASES: usize = 100;

/// Parses one document.
///
/// # Errors
/// When the text is no YAML, or too much of it.
pub(super) fn parse(text: &str) -> Result<Node<'_>, serde_yaml::Error> {
    serde_yaml::from_str_with_options::<Tree<'_, Everywhere>>(text, options()).map(|tree| tree.node)
}

/// Parses one document and leaves out all places but its own, which takes four fifths of the time.
///
/// # Errors
/// When the text is no YAML, or too much of it.
pub(super) fn parse_without_places(text: &str) -> Result<Node<'_>, serde_yaml::Error> {
    let root: Spanned<Tree<'_, Nowhere>> = serde_yaml::from_str_with_options(text, options())?;
    Ok(Node { pos: Pos::from(root.referenced), ..root.value.node })
}

/// Reads a value of any format, without places.
///
/// # Errors
/// The format's own.
pub(super) fn read<'t, D: Deserializer<'t>>(deserializer: D) -> Result<Node<'t>, D::Error> {
    Tree::<'t, Nowhere>::deserialize(deserializer).map(|tree| tree.node)
}

/// Words such as `off`, `no` and `0600` stay texts: what a value means is decided by the type of
/// the fact that it is compared with. Equal keys pass, because a fault should name both places.
fn options() -> Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_nodes: MAX_NODES,
            max_events: 3 * MAX_NODES,
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_aliases: MAX_ALIASES,
            max_anchors: MAX_ALIASES,
            max_recorded_anchor_events: MAX_NODES,
            max_recorded_anchor_bytes: MAX_BYTES,
            max_total_scalar_bytes: 4 * MAX_BYTES,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: MAX_NODES,
            max_replay_stack_depth: MAX_DEPTH,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

/// Whether places are kept.
trait Places: Sized {
    fn read<'t, T: Deserialize<'t>, D: Deserializer<'t>>(deserializer: D) -> Result<(T, Pos), D::Error>;

    fn read_key<'t, D: Deserializer<'t>>(deserializer: D) -> Result<Key<'t, Self>, D::Error>;
}

struct Everywhere;

impl Places for Everywhere {
    fn read<'t, T: Deserialize<'t>, D: Deserializer<'t>>(deserializer: D) -> Result<(T, Pos), D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok((spanned.value, Pos::from(spanned.referenced)))
    }

    fn read_key<'t, D: Deserializer<'t>>(deserializer: D) -> Result<Key<'t, Self>, D::Error> {
        let (Bare { content, .. }, pos) = Self::read::<Bare<'t, Self>, D>(deserializer)?;
        let text = match content {
            Content::Text(text) => text,
            Content::Null => Cow::Borrowed("~"),
            Content::Bool(value) => Cow::Owned(value.to_string()),
            Content::Int(value) => Cow::Owned(value.to_string()),
            Content::Real(value) => Cow::Owned(value.to_string()),
            Content::List(_) | Content::Map(_) => return Err(D::Error::custom(A_KEY_IS_A_TEXT)),
        };
        Ok(Key { text, pos, places: PhantomData })
    }
}

struct Nowhere;

impl Places for Nowhere {
    fn read<'t, T: Deserialize<'t>, D: Deserializer<'t>>(deserializer: D) -> Result<(T, Pos), D::Error> {
        Ok((T::deserialize(deserializer)?, Pos::default()))
    }

    /// A key as it is written. Most scalars are keys, and most of a scalar's time would go into
    /// finding out whether it is a number: no key that is one is any good, and the fault that says so
    /// is found anew with places.
    fn read_key<'t, D: Deserializer<'t>>(deserializer: D) -> Result<Key<'t, Self>, D::Error> {
        let text = deserializer.deserialize_str(KeyVisitor)?;
        Ok(Key { text, pos: Pos::default(), places: PhantomData })
    }
}

struct KeyVisitor;

impl<'t> Visitor<'t> for KeyVisitor {
    type Value = Cow<'t, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

/// A node that is read with or without places.
struct Tree<'t, P> {
    node: Node<'t>,
    places: PhantomData<P>,
}

impl<'t, P: Places> Deserialize<'t> for Tree<'t, P> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        let (Bare { content, .. }, pos) = P::read::<Bare<'t, P>, D>(deserializer)?;
        Ok(Tree { node: Node { pos, content }, places: PhantomData })
    }
}

impl From<serde_yaml::Location> for Pos {
    fn from(location: serde_yaml::Location) -> Pos {
        let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).max(1);
        Pos { line: narrow(location.line()), column: narrow(location.column()) }
    }
}

/// What a node holds, without the node's own place.
struct Bare<'t, P> {
    content: Content<'t>,
    places: PhantomData<P>,
}

impl<'t, P: Places> Deserialize<'t> for Bare<'t, P> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        let content = deserializer.deserialize_any(ContentVisitor::<P>(PhantomData))?;
        Ok(Bare { content, places: PhantomData })
    }
}

struct ContentVisitor<P>(PhantomData<P>);

impl<'t, P: Places> Visitor<'t> for ContentVisitor<P> {
    type Value = Content<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Content::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Content::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Content::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Content::Real(value as f64), Content::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Content::Real(value))
    }

    fn visit_borrowed_str<E>(self, value: &'t str) -> Result<Self::Value, E> {
        Ok(Content::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Content::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Content::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_element::<Tree<'t, P>>()? {
            list.push(member.node);
        }
        Ok(Content::List(list))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<Key<'t, P>>()? {
            let value = entries.next_value::<Tree<'t, P>>()?.node;
            map.push(Entry { key: key.text, key_pos: key.pos, value });
        }
        Ok(Content::Map(map))
    }
}

/// A key of a map: always a text.
struct Key<'t, P> {
    text: Cow<'t, str>,
    pos: Pos,
    places: PhantomData<P>,
}

impl<'t, P: Places> Deserialize<'t> for Key<'t, P> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        P::read_key(deserializer)
    }
}

const A_KEY_IS_A_TEXT: &str = "a key must be a text, not a list or a map";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_with_and_without_places() {
        let keys = |node: Node<'_>| match node.content {
            Content::Map(entries) => entries.into_iter().map(|entry| entry.key.into_owned()).collect(),
            other => panic!("{other:?}"),
        };
        let text = "a: 1\n\"b: c\": 2\nno: 3\n? d\n: 4\ntrue: 5\n12: 6\n&x e: 7\n'f  g': 8\n";
        let kept: Vec<String> = keys(parse(text).unwrap());
        assert_eq!(kept, ["a", "b: c", "no", "d", "true", "12", "e", "f  g"]);
        assert_eq!(keys(parse_without_places(text).unwrap()), kept);
    }
}
