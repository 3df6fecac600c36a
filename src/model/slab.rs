//! Room for the many short lists of a rulebook that is decoded: they lie side by side, because asking the
//! system for each would take longer than decoding it, and more memory than it needs.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Members that the first slab of a type has room for; each further one has room for twice as many...
const FIRST: usize = 8;

/// ...up to so many bytes.
const MOST_BYTES: usize = 64 << 10;

thread_local! {
    /// By the type of the members, what is left of the slab in use.
    static SLABS: RefCell<HashMap<TypeId, Box<dyn Any>, BuildHasherDefault<AsItIs>>> = RefCell::default();
}

/// The rest of a slab.
struct Slab<T: 'static> {
    free: &'static mut [T],
    /// Members that the next slab has room for.
    next: usize,
}

/// Keeps a copy of `members` for the rest of the process.
pub(super) fn kept<T: Copy + 'static>(members: &[T]) -> &'static [T] {
    let Some(filler) = members.first() else { return &[] };
    SLABS.with_borrow_mut(|slabs| {
        let slab = slabs
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::new(Slab::<T> { free: &mut [], next: FIRST }));
        match slab.downcast_mut::<Slab<T>>() {
            Some(slab) => slab.keep(members, *filler),
            None => members.to_vec().leak(),
        }
    })
}

impl<T: Copy> Slab<T> {
    fn keep(&mut self, members: &[T], filler: T) -> &'static [T] {
        if self.free.len() < members.len() {
            self.free = vec![filler; self.next.max(members.len())].leak();
            let most = MOST_BYTES / size_of::<T>().max(1);
            self.next = (self.next * 2).min(most.max(FIRST));
        }
        let (taken, left) = std::mem::take(&mut self.free).split_at_mut(members.len());
        self.free = left;
        taken.copy_from_slice(members);
        taken
    }
}

/// The id of a type is a hash already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 ^= number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_all_lengths_and_types_stay_what_they_were() {
        let numbers: Vec<(usize, &[usize])> = (0..300)
            .map(|length| (length, kept(&(0..length).map(|at| at * length).collect::<Vec<_>>())))
            .collect();
        let texts: Vec<&[&str]> = (0..100).map(|_| kept(&["a", "b"])).collect();
        for (length, list) in numbers {
            assert!(list.iter().copied().eq((0..length).map(|at| at * length)), "{length}");
        }
        assert!(texts.iter().all(|list| *list == ["a", "b"]));
        assert_eq!(kept(&[(); 3]).len(), 3);
    }
}
