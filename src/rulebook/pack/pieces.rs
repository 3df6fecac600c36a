//! The compiled part of a pack, in pieces with a hash each, so that several threads judge and decode it.

use std::thread;

use super::header::{Broken, Hash, Part, hash};
use super::opened::NotRead;
use crate::model::list::List;
use crate::model::rulebook::Rulebook;
use crate::world::guarded::Opened;

/// Pieces of a large pack.
const PIECES: usize = 8;

/// Rules from which on more than one piece pays.
const MANY: usize = 512;

/// Bytes of the number of pieces, and of what is said of each: its length and its hash.
const COUNT: usize = 2;
const ENTRY: usize = 8 + 32;

/// Compiles `rulebook`: the directory of the pieces, and then these.
///
/// # Errors
/// When it cannot be encoded.
pub(super) fn write(rulebook: &Rulebook) -> Result<(Part, Vec<u8>), postcard::Error> {
    let number = if rulebook.checks.len() + rulebook.logs.len() < MANY { 1 } else { PIECES };
    let mut directory = u16::try_from(number).unwrap_or(1).to_le_bytes().to_vec();
    let mut pieces = Vec::new();
    for at in 0..number {
        let piece: Vec<u8> = postcard::to_extend(&piece(rulebook, at, number), Vec::new())?;
        directory.extend_from_slice(&(piece.len() as u64).to_le_bytes());
        directory.extend_from_slice(&hash(&piece));
        pieces.extend_from_slice(&piece);
    }
    let length = (directory.len() + pieces.len()) as u64;
    let part = Part { length, hash: hash(&directory) };
    Ok((part, [directory, pieces].concat()))
}

/// Of `number` pieces the one `at`: a share of every list.
fn piece(rulebook: &Rulebook, at: usize, number: usize) -> Rulebook {
    fn share<T: Copy>(list: List<T>, at: usize, number: usize) -> List<T> {
        let (from, to) = (list.len() * at / number, list.len() * (at + 1) / number);
        List::of(list.members().get(from..to).unwrap_or_default())
    }
    Rulebook {
        checks: share(rulebook.checks, at, number),
        causes: share(rulebook.causes, at, number),
        shapes: share(rulebook.shapes, at, number),
        profiles: share(rulebook.profiles, at, number),
        logs: share(rulebook.logs, at, number),
        symptoms: share(rulebook.symptoms, at, number),
        changes: share(rulebook.changes, at, number),
        packed: rulebook.packed,
    }
}

/// What the directory says of a piece: its hash, and where in the part it stands.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: Hash,
    from: u64,
    length: usize,
}

/// What the directory at the beginning of a part says.
///
/// # Errors
/// When it is not the one that `part` says, or the pieces are not all that is in it.
fn entries(part: &Part, beginning: &[u8]) -> Result<Vec<Entry>, Broken> {
    let (count, _) = beginning.split_first_chunk::<COUNT>().ok_or(Broken::Length)?;
    let end = COUNT + ENTRY * usize::from(u16::from_le_bytes(*count));
    let directory = beginning.get(..end).ok_or(Broken::Length)?;
    if hash(directory) != part.hash {
        return Err(Broken::Changed);
    }
    let mut entries = Vec::new();
    let mut from = end as u64;
    for entry in directory.get(COUNT..).unwrap_or_default().chunks_exact(ENTRY) {
        let (length, hash) = entry.split_first_chunk::<8>().ok_or(Broken::Length)?;
        let length = u64::from_le_bytes(*length);
        let hash = hash.try_into().map_err(|_| Broken::Length)?;
        entries.push(Entry { hash, from, length: usize::try_from(length).map_err(|_| Broken::Length)? });
        from = from.checked_add(length).ok_or(Broken::Length)?;
    }
    if from == part.length { Ok(entries) } else { Err(Broken::Length) }
}

/// Whether `bytes` are the compiled part that `part` says.
///
/// # Errors
/// When they are not.
pub(super) fn judge(part: &Part, bytes: &[u8]) -> Result<(), Broken> {
    if bytes.len() as u64 != part.length {
        return Err(Broken::Length);
    }
    let is_whole = |entry: &Entry| {
        let from = usize::try_from(entry.from).ok()?;
        let piece = bytes.get(from..from.checked_add(entry.length)?)?;
        (hash(piece) == entry.hash).then_some(())
    };
    let whole = entries(part, bytes)?.iter().all(|entry| is_whole(entry).is_some());
    if whole { Ok(()) } else { Err(Broken::Changed) }
}

/// Reads and decodes the compiled part that begins at `start` of a file, on as many threads as pay. No
/// piece is decoded that is not what its hash says.
///
/// # Errors
/// When it cannot be read, or is not the one that `part` says.
pub(super) fn read(part: &Part, file: &Opened, start: u64) -> Result<Rulebook, NotRead> {
    let beginning = COUNT + ENTRY * PIECES;
    let room = usize::try_from(part.length).unwrap_or(usize::MAX).min(beginning);
    let entries = entries(part, &file.at(start, room)?)?;
    let decode = |entry: &Entry| -> Result<Rulebook, NotRead> {
        let piece = file.at(start.saturating_add(entry.from), entry.length)?;
        if hash(&piece) != entry.hash {
            return Err(Broken::Changed.into());
        }
        // The texts of the rules are borrowed from these bytes to the end of the process.
        Ok(postcard::from_bytes(piece.leak()).map_err(|_| Broken::Changed)?)
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).clamp(1, PIECES);
    let share = entries.len().div_ceil(threads).max(1);
    let decoded: Result<Vec<Rulebook>, NotRead> = thread::scope(|scope| {
        let mut shares = entries.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> =
            shares.map(|share| scope.spawn(move || share.iter().map(decode).collect::<Vec<_>>())).collect();
        let own: Vec<_> = own.iter().map(decode).collect();
        let others = others
            .into_iter()
            .flat_map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        own.into_iter().chain(others).collect()
    });
    Ok(joined(&decoded?))
}

fn joined(pieces: &[Rulebook]) -> Rulebook {
    fn all<T: Copy>(pieces: &[Rulebook], list: fn(&Rulebook) -> List<T>) -> List<T> {
        match pieces {
            [only] => list(only),
            many => List::keep(many.iter().flat_map(|piece| list(piece).members()).copied().collect()),
        }
    }
    Rulebook {
        checks: all(pieces, |piece| piece.checks),
        causes: all(pieces, |piece| piece.causes),
        shapes: all(pieces, |piece| piece.shapes),
        profiles: all(pieces, |piece| piece.profiles),
        logs: all(pieces, |piece| piece.logs),
        symptoms: all(pieces, |piece| piece.symptoms),
        changes: all(pieces, |piece| piece.changes),
        packed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check::Check;
    use crate::rulebook::{built_in, unpacked};
    use crate::world::guarded;

    /// The built-in rules, with their checks over and over.
    fn many() -> Rulebook {
        let rules = unpacked(&built_in());
        let checks: Vec<Check> = rules.checks.iter().cycle().take(MANY + 3).copied().collect();
        Rulebook { checks: List::keep(checks), ..rules }
    }

    /// The part as it stands in a file, behind one byte.
    fn read_from(part: &Part, bytes: &[u8]) -> Result<Rulebook, NotRead> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("part");
        crate::world::save::save_private(&file, &[b"x", bytes].concat()).unwrap();
        read(part, &guarded::open(&file).unwrap(), 1)
    }

    #[test]
    fn what_was_written_reads_back_in_order() {
        for rulebook in [unpacked(&built_in()), many()] {
            let (part, bytes) = write(&rulebook).unwrap();
            assert_eq!(judge(&part, &bytes), Ok(()));
            assert!(read_from(&part, &bytes) == Ok(rulebook));
        }
    }

    #[test]
    fn a_piece_that_was_changed_is_not_decoded() {
        let (part, bytes) = write(&many()).unwrap();
        let directory = COUNT + ENTRY * PIECES;
        for at in [0, COUNT, COUNT + 8, directory, directory + 1000, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(judge(&part, &changed).is_err(), "{at}");
            assert!(read_from(&part, &changed).is_err(), "{at}");
        }
        for cut in [0, 1, directory - 1, directory, bytes.len() - 1] {
            assert_eq!(judge(&part, &bytes[..cut]), Err(Broken::Length), "{cut}");
            assert!(read_from(&part, &bytes[..cut]).is_err(), "{cut}");
        }
    }
}
