//! Log rules and symptoms as bytes, with what a log is searched for on their account. Most runs read
//! no log: a table of bytes costs them nothing, whereas constants hold addresses that the loader fills
//! in before anything else happens.

use crate::model::check::{RuleSource, Trust};
use crate::model::condition::Literal;
use crate::model::list::{List, Str};
use crate::model::log_rule::{
    Conversion, FieldTest, Filling, KeyPattern, KnownParam, LogRule, ParamPattern, Part, SeenFact, SeenValue,
    Source, Taken, Witness,
};
use crate::model::probe::ProbeKind;
use crate::model::symptom::{Suggestion, Symptom};
use crate::scan::{Needle, Planned, Test};

/// What is packed: the rules of both kinds, and the needles of each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Packed {
    pub logs: List<LogRule>,
    pub symptoms: List<Symptom>,
    /// Of the logs, then of the symptoms.
    pub needles: List<Planned>,
}

impl Packed {
    /// As bytes.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        (self.logs, (self.symptoms, self.needles)).put(&mut bytes);
        bytes
    }

    /// From what `to_bytes` made; `None` if these are other bytes.
    pub(super) fn from_bytes(bytes: &'static [u8]) -> Option<Packed> {
        let mut rest = Rest(bytes);
        let (logs, (symptoms, needles)) = Pack::take(&mut rest)?;
        rest.0.is_empty().then_some(Packed { logs, symptoms, needles })
    }
}

/// What is left to be taken.
struct Rest(&'static [u8]);

impl Rest {
    fn bytes(&mut self, count: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let [byte] = self.bytes(1)? else { return None };
        Some(*byte)
    }
}

/// What can be packed.
trait Pack: Sized {
    fn put(self, bytes: &mut Vec<u8>);
    fn take(rest: &mut Rest) -> Option<Self>;
}

impl Pack for u64 {
    /// Seven bits a byte, lowest first; the highest bit says that more follow.
    fn put(self, bytes: &mut Vec<u8>) {
        let mut left = self;
        while left > 0x7f {
            bytes.push(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        bytes.push(left.to_le_bytes()[0]);
    }

    fn take(rest: &mut Rest) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = rest.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

impl Pack for usize {
    fn put(self, bytes: &mut Vec<u8>) {
        (self as u64).put(bytes);
    }

    fn take(rest: &mut Rest) -> Option<usize> {
        usize::try_from(u64::take(rest)?).ok()
    }
}

impl Pack for u32 {
    fn put(self, bytes: &mut Vec<u8>) {
        u64::from(self).put(bytes);
    }

    fn take(rest: &mut Rest) -> Option<u32> {
        u32::try_from(u64::take(rest)?).ok()
    }
}

impl Pack for i64 {
    fn put(self, bytes: &mut Vec<u8>) {
        self.cast_unsigned().put(bytes);
    }

    fn take(rest: &mut Rest) -> Option<i64> {
        u64::take(rest).map(u64::cast_signed)
    }
}

impl Pack for bool {
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self));
    }

    fn take(rest: &mut Rest) -> Option<bool> {
        Some(rest.byte()? == 1)
    }
}

impl Pack for Str {
    fn put(self, bytes: &mut Vec<u8>) {
        self.len().put(bytes);
        bytes.extend_from_slice(self.as_bytes());
    }

    fn take(rest: &mut Rest) -> Option<Str> {
        let length = usize::take(rest)?;
        std::str::from_utf8(rest.bytes(length)?).ok()
    }
}

impl<T: Pack + Copy> Pack for List<T> {
    fn put(self, bytes: &mut Vec<u8>) {
        self.len().put(bytes);
        self.iter().for_each(|member| member.put(bytes));
    }

    fn take(rest: &mut Rest) -> Option<List<T>> {
        let length = usize::take(rest)?;
        (0..length).map(|_| T::take(rest)).collect::<Option<Vec<T>>>().map(List::keep)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn put(self, bytes: &mut Vec<u8>) {
        self.is_some().put(bytes);
        if let Some(value) = self {
            value.put(bytes);
        }
    }

    fn take(rest: &mut Rest) -> Option<Option<T>> {
        if bool::take(rest)? { T::take(rest).map(Some) } else { Some(None) }
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    fn put(self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
        self.1.put(bytes);
    }

    fn take(rest: &mut Rest) -> Option<(A, B)> {
        Some((A::take(rest)?, B::take(rest)?))
    }
}

/// Packs a struct as its fields, in the order in which they are listed.
macro_rules! pack_fields {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Pack for $name {
            fn put(self, bytes: &mut Vec<u8>) {
                $(self.$field.put(bytes);)*
            }

            fn take(rest: &mut Rest) -> Option<$name> {
                Some($name { $($field: Pack::take(rest)?),* })
            }
        }
    )*};
}
pack_fields! {
    LogRule { id, pattern, unless, fields, witness, suggests, source }
    Symptom { id, says, about, pattern, unless, suggests, source }
    FieldTest { name, pattern }
    Witness { probe, facts }
    KeyPattern { kind, params }
    KnownParam { name, value }
    SeenFact { name, value }
    Taken { from, conversion }
    Suggestion { outcome }
    Planned { test, needles }
}

/// Packs an enum as the number before each variant, and then what is in it.
macro_rules! pack_variants {
    ($($name:ident { $($number:literal $variant:ident $(($inside:ident))?),* $(,)? })*) => {$(
        impl Pack for $name {
            fn put(self, bytes: &mut Vec<u8>) {
                match self {
                    $($name::$variant $(($inside))? => { bytes.push($number); $($inside.put(bytes);)? })*
                }
            }

            fn take(rest: &mut Rest) -> Option<$name> {
                match rest.byte()? {
                    $($number => Some($name::$variant $(({ let $inside = Pack::take(rest)?; $inside }))?),)*
                    _ => None,
                }
            }
        }
    )*};
}
pack_variants! {
    ParamPattern { 0 NotGiven, 1 Anything, 2 Filled(filling) }
    Part { 0 Just(text), 1 Symbol(name), 2 Shown(source) }
    Source { 0 Group(number), 1 Field(name) }
    SeenValue {
        0 Nothing, 1 Literally(literal), 2 Converted(taken), 3 Joined(filling),
        4 SeenTexts(texts), 5 Elements(maps),
    }
    Literal {
        0 Bool(value), 1 Int(value), 2 Text(value), 3 Time(value), 4 Duration(value), 5 Bytes(value),
        6 Mode(value), 7 Uid(value),
    }
    Conversion {
        0 ToBool, 1 ToInt, 2 ToText, 3 ToTime, 4 ToDuration, 5 FromSeconds, 6 FromMillis, 7 ToBytes,
        8 ToMode, 9 ToUid,
    }
    Test { 0 Needles, 1 Matches(pattern) }
}

impl Pack for Filling {
    fn put(self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
    }

    fn take(rest: &mut Rest) -> Option<Filling> {
        List::take(rest).map(Filling)
    }
}

impl Pack for ProbeKind {
    /// By name, so that the order of the list of probes does not matter.
    fn put(self, bytes: &mut Vec<u8>) {
        self.spec().name.put(bytes);
    }

    fn take(rest: &mut Rest) -> Option<ProbeKind> {
        ProbeKind::named(Str::take(rest)?)
    }
}

impl Pack for RuleSource {
    /// What is packed is built in.
    fn put(self, bytes: &mut Vec<u8>) {
        (self.file, self.line).put(bytes);
    }

    fn take(rest: &mut Rest) -> Option<RuleSource> {
        let (file, line) = Pack::take(rest)?;
        Some(RuleSource { file, line, trust: Trust::BuiltIn, hosts: List::EMPTY })
    }
}

impl Pack for Needle {
    fn put(self, bytes: &mut Vec<u8>) {
        self.any_case.put(bytes);
        self.bytes.len().put(bytes);
        bytes.extend_from_slice(&self.bytes);
    }

    fn take(rest: &mut Rest) -> Option<Needle> {
        let any_case = bool::take(rest)?;
        let length = usize::take(rest)?;
        Some(Needle { bytes: List(rest.bytes(length)?), any_case })
    }
}
