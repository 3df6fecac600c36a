//! Takes what steers a terminal out of a stream: colours, cursor movements, titles (ECMA-48,
//! xterm's control sequences), so that words stand together again that were coloured apart.

use memchr::{memchr, memchr2};

/// ESC, with which every sequence begins.
const ESC: u8 = 0x1b;

/// No sequence is longer; what is, was none.
const LONGEST: u16 = 256;

/// How far into a sequence the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Text,
    /// `^`, as `cat -v` writes the first half of an ESC.
    Caret,
    /// ESC.
    Begun,
    /// `ESC [`, and how many bytes since.
    Control(u16),
    /// `ESC ]`, which ends with BEL or `ESC \`.
    Title(u16),
    /// `ESC (` and the like: one byte more.
    One,
}

/// Where in a stream's sequences the last block ended.
#[derive(Debug, Default)]
pub(super) struct Colours {
    state: State,
    /// `^[` stands for ESC, as in what `cat -v` and `script` write.
    pub(super) with_carets: bool,
}

impl Colours {
    /// Takes the sequences out of `block[1..=length]`, and moves what is left to the front. The first
    /// byte is room for a caret that turned out to be one. How long it is then.
    pub(super) fn take_out(&mut self, block: &mut [u8], length: usize) -> usize {
        let (mut from, mut to) = (1, 0);
        let end = length + 1;
        while from < end {
            if self.state == State::Text {
                let ahead = &block[from..end];
                let plain = match self.with_carets {
                    true => memchr2(ESC, b'^', ahead),
                    false => memchr(ESC, ahead),
                };
                let plain = plain.unwrap_or(ahead.len());
                if to != from {
                    block.copy_within(from..from + plain, to);
                }
                (from, to) = (from + plain, to + plain);
                let colours = colours(&block[from..end]);
                from += colours;
                if from < end && colours == 0 {
                    self.state = if block[from] == ESC { State::Begun } else { State::Caret };
                    from += 1;
                }
                continue;
            }
            let byte = block[from];
            if self.state == State::Caret && byte != b'[' {
                // It was a caret; what follows it is looked at again as text.
                block[to] = b'^';
                to += 1;
                self.state = State::Text;
                continue;
            }
            self.state = next(self.state, byte);
            // A line's end is never part of a sequence.
            if byte == b'\n' {
                self.state = State::Text;
                block[to] = byte;
                to += 1;
            }
            from += 1;
        }
        to
    }

    /// What is left over at the end of the stream.
    pub(super) fn rest(&mut self) -> Option<u8> {
        (std::mem::take(&mut self.state) == State::Caret).then_some(b'^')
    }
}

/// The length of the colours that `text` begins with: `ESC [`, numbers and `m`, which most sequences are.
fn colours(text: &[u8]) -> usize {
    let mut length = 0;
    while let [ESC, b'[', rest @ ..] = &text[length..] {
        let numbers = rest.iter().take(16).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        if rest.get(numbers) != Some(&b'm') {
            break;
        }
        length += numbers + 3;
    }
    length
}

fn next(state: State, byte: u8) -> State {
    match (state, byte) {
        (State::Caret, _) => State::Begun,
        (State::Begun, b'[') => State::Control(0),
        (State::Begun, b']' | b'P' | b'_' | b'^' | b'X') => State::Title(0),
        (State::Begun, b' ' | b'#' | b'%' | b'('..=b'/') => State::One,
        (State::Control(length), 0x20..=0x3f) if length < LONGEST => State::Control(length + 1),
        (State::Title(_), 0x07) => State::Text,
        (State::Title(_), ESC) => State::Begun,
        (State::Title(length), _) if length < LONGEST => State::Title(length + 1),
        _ => State::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &[u8], piece: usize, with_carets: bool) -> Vec<u8> {
        let mut colours = Colours { with_carets, ..Colours::default() };
        let mut out = Vec::new();
        for piece in text.chunks(piece) {
            let mut block = [&[0][..], piece].concat();
            let length = colours.take_out(&mut block, piece.len());
            out.extend_from_slice(&block[..length]);
        }
        out.extend(colours.rest());
        out
    }

    #[test]
    fn sequences_go_and_text_stays() {
        let text = b"\x1b[1;31mError:\x1b[0m token\x1b]0;title\x07 expired\x1b(B\x1b[K\n\x1b]8;;http://x\x1b\\link\x1b[31\nnext";
        for piece in 1..text.len() {
            let left = plain(text, piece, false);
            assert_eq!(String::from_utf8(left).unwrap(), "Error: token expired\nlink\nnext", "{piece}");
        }
    }

    #[test]
    fn carets_may_stand_for_escapes() {
        let text = b"2^3 ^[[31mError:^[[0m token expired ^\n^^[[0m^";
        for piece in 1..text.len() {
            let left = plain(text, piece, true);
            assert_eq!(String::from_utf8(left).unwrap(), "2^3 Error: token expired ^\n^^", "{piece}");
        }
        assert_eq!(plain(text, 9, false), text);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn blocks_do_not_matter(
            text in proptest::collection::vec(prop_oneof![
                3 => any::<u8>(), 3 => Just(ESC), 2 => Just(b'['), 1 => Just(b'^'), 1 => Just(b'm'), 1 => Just(b'\n'),
            ], 1..200),
            piece in 1_usize..40,
        ) {
            for with_carets in [false, true] {
                let left = plain(&text, piece, with_carets);
                prop_assert_eq!(&left, &plain(&text, text.len(), with_carets));
                let feeds = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
                prop_assert_eq!(feeds(&left), feeds(&text));
            }
        }
    }
}
