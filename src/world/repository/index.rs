//! Git's index, read as far as it takes to know whether a file is in it.

/// The stat data, the object id and the flags that precede a name, with ids of 20 bytes
/// (gitformat-index, "Index entry").
const BEFORE_NAME: usize = 62;
const FLAGS: usize = 60;

/// The flag that says that two more bytes of flags follow.
const EXTENDED: u16 = 0x4000;

/// Whether `index` names `path`, relative to the working tree and with `/`. `None` if it cannot be
/// read: it is cut, or of a form that is not known.
pub(super) fn names(index: &[u8], path: &[u8]) -> Option<bool> {
    let (head, version, many) = (index.get(..4)?, number(index, 4)?, number(index, 8)?);
    if head != b"DIRC" || !(2..=4).contains(&version) {
        return None;
    }
    let (mut at, mut name) = (12, Vec::new());
    for _ in 0..many {
        let flags = u16::from_be_bytes(*index.get(at + FLAGS..)?.first_chunk()?);
        let from = at + BEFORE_NAME + if flags & EXTENDED != 0 { 2 } else { 0 };
        let (kept, from) = if version == 4 { shared(index, from, name.len())? } else { (0, from) };
        let length = index.get(from..)?.iter().position(|byte| *byte == 0)?;
        name.truncate(kept);
        name.extend_from_slice(&index[from..from + length]);
        if name == path {
            return Some(true);
        }
        let end = from + length;
        // Up to version 3, one to eight zeros make an entry's length a multiple of eight.
        at = if version == 4 { end + 1 } else { at + (end - at + 8) / 8 * 8 };
    }
    Some(false)
}

/// How much of the name before, of `length` bytes, an entry of version 4 keeps, and where the rest of
/// its name begins. How much it drops is written as pack files write offsets (gitformat-pack).
fn shared(index: &[u8], mut at: usize, length: usize) -> Option<(usize, usize)> {
    let mut dropped = 0_usize;
    loop {
        let byte = *index.get(at)?;
        at += 1;
        dropped = dropped.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some((length.checked_sub(dropped)?, at));
        }
        dropped = dropped.checked_add(1)?;
    }
}

fn number(index: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*index.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_index_and_what_is_cut_tells_nothing() {
        let mut index = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
        index.extend([0; BEFORE_NAME]);
        index.extend(b".env\0\0\0\0");
        assert_eq!(names(&index, b".env"), Some(true));
        assert_eq!(names(&index, b"env"), Some(false));
        for cut in 0..index.len() - 4 {
            assert_eq!(names(&index[..cut], b".env"), None, "{cut}");
        }
        for strange in [
            &b""[..],
            b"DIRC\0\0\0\x09\0\0\0\0",
            b"\0\0\0\0\0\0\0\x02\0\0\0\0",
            b"DIRC\0\0\0\x04\xff\xff\xff\xff",
        ] {
            assert_eq!(names(strange, b".env"), None);
        }
    }
}
