//! How much of a stream can be redacted without knowing what follows.

use std::ops::Range;

use memchr::{memmem, memrchr};

use super::bytes::{is_word, run_back};
use super::key_block;
use super::token::{LONGEST_JWT, reach};

/// A region has so many bytes at most. A line that is longer is cut, where it can be between two
/// values; what is cut off is at most as long.
pub(super) const REGION: usize = 64 * 1024;

/// So much of a line that was cut is looked at on both sides of a region: the name of a value, and its end.
/// The longest keys in use have half of it (RSA with 8192 bits).
const AROUND: usize = 8 * 1024;

/// The line's last so many bytes are where a cut is looked for.
const MARGIN: usize = 16 * 1024;

/// How much of the beginning of `text` is a region: whole lines, of which none goes on in what
/// follows. `None` if that cannot be told before more was read.
pub(super) fn cut(text: &[u8]) -> Option<usize> {
    let reach = &text[..text.len().min(REGION)];
    match memrchr(b'\n', reach) {
        Some(feed) => {
            let lines = feed + 1;
            match held(&text[..lines]) {
                // Too much hangs together: what is last stays whole.
                0 if text.len() > REGION => ends(&text[..lines]).take(2).filter(|end| *end > 0).last(),
                0 => None,
                held => Some(held),
            }
        }
        None if text.len() > REGION => Some(cut_in_line(&reach[..REGION - AROUND])),
        None => None,
    }
}

/// The length of `lines` without the last ones if those may go on.
fn held(lines: &[u8]) -> usize {
    ends(lines).last().unwrap_or(lines.len())
}

/// The length of `lines`; without the last ones if those may go on: a token that was broken, or a
/// private key without its end; without those that go on in what was held so far; and so on.
fn ends(lines: &[u8]) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(lines.len()), |end| {
        let (end, before) = (*end, &lines[..*end]);
        let reaches = |start: usize| reach(&lines[start..]) > end - start;
        let goes_on = |start: usize| {
            let begins = memmem::find_iter(&lines[start..end], b"eyJ");
            end == lines.len() || begins.into_iter().any(|at| reaches(start + at))
        };
        let token = open_token(before).filter(|start| end - start < LONGEST_JWT && goes_on(*start));
        let first = key_block::open(before).into_iter().chain(token).min()?;
        Some(memrchr(b'\n', &lines[..first]).map_or(0, |feed| feed + 1))
    })
}

/// Where the last token of `lines` begins, if it is a JSON Web Token that reaches the last line's end.
fn open_token(lines: &[u8]) -> Option<usize> {
    let part = |byte: u8| is_word(byte) || b".%".contains(&byte);
    let mut end = lines.len();
    loop {
        end = end.checked_sub(usize::from(lines[..end].ends_with(b"\n")))?;
        end -= usize::from(lines[..end].ends_with(b"\r"));
        let start = run_back(lines, end, LONGEST_JWT, part);
        if let Some(found) = memmem::find(&lines[start..end], b"eyJ") {
            return Some(start + found);
        }
        // A line that is all token may be the middle of one.
        if start == end || start == 0 || lines[start - 1] != b'\n' || lines.len() - start > LONGEST_JWT {
            return None;
        }
        end = start;
    }
}

/// Where to cut a line that begins with `reach` and is longer.
fn cut_in_line(reach: &[u8]) -> usize {
    let margin = reach.len() - MARGIN;
    let last = |wanted: fn(&[u8], usize) -> bool| {
        (margin..reach.len()).rev().find(|at| wanted(reach, *at)).map(|at| at + 1)
    };
    let between = |text: &[u8], at: usize| b",;&}\n".contains(&text[at]);
    let blank = |text: &[u8], at: usize| text[at] == b' ' && !b":= r".contains(&text[at - 1]);
    let other = |text: &[u8], at: usize| !is_word(text[at]) && !b".=:%\"' ".contains(&text[at]);
    last(between).or_else(|| last(blank)).or_else(|| last(other)).unwrap_or(reach.len())
}

/// What is to be looked at for `region` of `text`: more than that where a line was cut.
pub(super) fn around(text: &[u8], region: Range<usize>) -> Range<usize> {
    let start = run_back(text, region.start, AROUND, |byte| byte != b'\n');
    let cut = !text[region.clone()].ends_with(b"\n");
    start..if cut { text.len().min(region.end + AROUND) } else { region.end }
}

/// How much of `text` is lines that do not go on, for showing them without waiting for more.
pub(super) fn ready(text: &[u8]) -> usize {
    memrchr(b'\n', text).map_or(0, |feed| held(&text[..=feed]))
}
