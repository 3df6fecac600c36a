//! Lines, and pieces of lines too long for one.

use memchr::{memchr, memrchr};

/// A line longer than this many bytes is taken as several of this length (the last is shorter).
pub const PIECE: usize = 64 * 1024;

/// A line, or a piece of one, within a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    /// Without the line's end.
    pub(super) end: usize,
    /// Where the next one begins.
    pub(super) next: usize,
}

/// The piece of `block` with the byte at `at`. At `known`, which is not behind `at`, a line or a
/// piece begins.
pub(super) fn piece_with(block: &[u8], at: usize, known: usize) -> Piece {
    let line = memrchr(b'\n', &block[known..at]).map_or(known, |end| known + end + 1);
    let start = at - (at - line) % PIECE;
    let reach = block.len().min(start + PIECE);
    let feed = memchr(b'\n', &block[start..block.len().min(reach + 1)]).map(|length| start + length);
    match feed {
        Some(feed) => {
            let end = if block[start..feed].ends_with(b"\r") { feed - 1 } else { feed };
            Piece { start, end, next: feed + 1 }
        }
        None => Piece { start, end: reach, next: reach },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_do_not_belong_to_lines() {
        let block = b"ab\r\ncd\n\nef";
        let piece = |at, known| piece_with(block, at, known);
        assert_eq!(piece(1, 0), Piece { start: 0, end: 2, next: 4 });
        assert_eq!(piece(5, 0), Piece { start: 4, end: 6, next: 7 });
        assert_eq!(piece(7, 7), Piece { start: 7, end: 7, next: 8 });
        assert_eq!(piece(9, 4), Piece { start: 8, end: 10, next: 10 });
    }

    #[test]
    fn long_lines_are_cut_and_a_line_of_the_bound_is_not() {
        let whole = [vec![b'a'; PIECE], b"\nb".to_vec()].concat();
        assert_eq!(piece_with(&whole, 5, 0), Piece { start: 0, end: PIECE, next: PIECE + 1 });
        let longer = [vec![b'a'; PIECE + 3], b"\nb".to_vec()].concat();
        assert_eq!(piece_with(&longer, 5, 0), Piece { start: 0, end: PIECE, next: PIECE });
        let second = Piece { start: PIECE, end: PIECE + 3, next: PIECE + 4 };
        assert_eq!(piece_with(&longer, PIECE + 1, 0), second);
        assert_eq!(piece_with(&longer, PIECE + 3, PIECE), second);
    }
}
