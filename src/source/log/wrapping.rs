//! Lines that a terminal broke at its width: put together again. Only a paste has them, and a paste
//! is small.

/// Terminals are at least so wide.
const NARROWEST: usize = 40;

/// So many lines that end at the same column, and none beyond it, were broken there.
const ENOUGH: usize = 2;

/// A text with the lines that it had before a terminal broke them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) text: Vec<u8>,
    /// The number in the file of the first part of each line, one-based.
    pub(super) numbers: Vec<u64>,
}

/// `text` with its broken lines joined; none where no line was broken.
pub(super) fn joined(text: &[u8]) -> Option<Joined> {
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let width = width(&lines)?;
    let mut joined = Joined { text: Vec::with_capacity(text.len()), numbers: Vec::new() };
    let mut broken = false;
    for (number, line) in (1_u64..).zip(lines) {
        let bare = line.strip_suffix(b"\r").unwrap_or(line);
        if !broken {
            if !joined.numbers.is_empty() {
                joined.text.push(b'\n');
            }
            joined.numbers.push(number);
        }
        joined.text.extend_from_slice(bare);
        broken = columns(bare) == width;
    }
    Some(joined)
}

/// The column at which lines were broken, if any were.
fn width(lines: &[&[u8]]) -> Option<usize> {
    let widths: Vec<usize> =
        lines.iter().map(|line| columns(line.strip_suffix(b"\r").unwrap_or(line))).collect();
    let widest = *widths.iter().max()?;
    let there = |(at, width): (usize, &usize)| (*width == widest).then_some(at);
    let full: Vec<usize> = widths.iter().enumerate().filter_map(there).collect();
    // A line that was broken goes on, and goes on in the middle of its words.
    let goes_on = |at: &usize| {
        let here = lines[*at].strip_suffix(b"\r").unwrap_or(lines[*at]);
        let next = lines.get(at + 1).copied().unwrap_or_default();
        !here.ends_with(b" ") || !next.is_empty()
    };
    let broken =
        full.iter().filter(|at| goes_on(at) && lines.get(**at + 1).is_some_and(|next| begins_within(next)));
    (widest >= NARROWEST && broken.count() >= ENOUGH).then_some(widest)
}

/// Whether a line may be the rest of another: it has words, and no time, prompt or mark before them.
fn begins_within(line: &[u8]) -> bool {
    let first = line.first().copied().unwrap_or_default();
    let text = String::from_utf8_lossy(&line[..line.len().min(64)]);
    !line.is_empty()
        && !matches!(first, b'{' | b'$' | b'#' | b'[' | b'\r')
        && super::stamp::at_start(&text).is_none()
        && super::prompt::Prompt::on(&text).is_none()
}

fn columns(line: &[u8]) -> usize {
    line.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` as a terminal of this width shows it.
    fn broken(text: &str, width: usize) -> String {
        let lines = text.lines().map(|line| {
            let letters: Vec<char> = line.chars().collect();
            let parts: Vec<String> = letters.chunks(width).map(|part| part.iter().collect()).collect();
            parts.join("\n")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    const PASTE: &str = "$ cmdop --debug auth status\n\
        2026-11-23T09:12:00Z DBG request answered component=http method=GET url=https://api.cmdop.com/v1/machines status=401\n\
        2026-11-23T09:12:00Z ERR request refused component=api why=unauthenticated status=401 code=unauthorized\n\
        Error: token expired";

    #[test]
    fn broken_lines_are_joined_and_keep_their_numbers() {
        for width in [40, 60, 79, 80] {
            let joined = joined(broken(PASTE, width).as_bytes()).unwrap_or_else(|| panic!("{width}"));
            assert_eq!(String::from_utf8(joined.text).unwrap(), PASTE, "{width}");
            assert_eq!(joined.numbers[..2], [1, 2], "{width}");
            assert_eq!(joined.numbers.len(), 4, "{width}");
        }
    }

    #[test]
    fn whole_lines_stay_as_they_are() {
        assert_eq!(joined(PASTE.as_bytes()), None);
        assert_eq!(joined(b""), None);
        let table = "a line of forty columns, no more, no less\n".repeat(9);
        let table: Vec<String> = table.lines().map(|line| format!("2026-11-23T09:12:00Z {line}")).collect();
        assert_eq!(joined(table.join("\n").as_bytes()), None);
    }
}
