//! The beginning of a log, or all of a small one: what a person pasted is small, and what a terminal
//! did to it can be undone.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};

use super::prompt::Prompt;
use super::wrapping;

/// A paste is smaller.
const SMALL: usize = 1 << 20;

/// What was found out about a stream by looking at its beginning.
pub(super) struct Beginning<R> {
    /// The whole stream.
    pub(super) reader: Ahead<R>,
    /// The numbers that lines have in the file, where lines were joined.
    pub(super) numbers: Option<Vec<u64>>,
    /// The prompts of a paste, by line as the reader counts them. Nobody searches a large log for
    /// them all: there, none are known.
    pub(super) prompts: Option<VecDeque<(u64, Prompt)>>,
}

/// A stream whose beginning was read before. What was given of that takes no more memory.
pub(super) struct Ahead<R> {
    text: Vec<u8>,
    given: usize,
    reader: R,
}

impl<R: Read> Read for Ahead<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut left = &self.text[self.given..];
        if left.is_empty() {
            (self.text, self.given) = (Vec::new(), 0);
            return self.reader.read(into);
        }
        let read = left.read(into)?;
        self.given += read;
        Ok(read)
    }
}

/// Reads the beginning of `reader`, or all of it.
pub(super) fn of<R: Read>(mut reader: R) -> io::Result<Beginning<R>> {
    let mut text = Vec::with_capacity(SMALL / 4 + 1);
    let is_small = fill(&mut reader, &mut text)?;
    let mut numbers = None;
    let mut prompts = None;
    if is_small {
        if let Some(joined) = wrapping::joined(&text) {
            text = joined.text;
            numbers = Some(joined.numbers);
        }
        prompts = Some(self::prompts(&text));
    }
    Ok(Beginning { reader: Ahead { text, given: 0, reader }, numbers, prompts })
}

/// Reads until there is more than a paste has; whether the stream ended before.
fn fill(reader: &mut impl Read, text: &mut Vec<u8>) -> io::Result<bool> {
    while text.len() <= SMALL {
        let filled = text.len();
        text.resize(filled + SMALL / 4, 0);
        let read = match reader.read(&mut text[filled..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                text.truncate(filled);
                continue;
            }
            // What was read before is read; the error comes again, or the stream has ended.
            other => other?,
        };
        text.truncate(filled + read);
        if read == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn prompts(text: &[u8]) -> VecDeque<(u64, Prompt)> {
    let lines = (1_u64..).zip(text.split(|byte| *byte == b'\n'));
    let mut is_place = false;
    let prompt = |(number, line): (u64, &[u8])| {
        if line.len() >= 4096 {
            return None;
        }
        let line = String::from_utf8_lossy(line);
        // PowerShell quotes the command that failed below where it stands.
        is_place = line.starts_with("At ") && line.contains(" char:") || is_place && line.starts_with("+ ");
        if is_place { None } else { Some((number, Prompt::on(&line)?)) }
    };
    lines.filter_map(prompt).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_powershell_quotes_was_not_typed_again() {
        let paste = b"PS C:\\> cmdop login\ncmdop : Error: token expired\nAt line:1 char:1\n+ cmdop login\n\
            + ~~~~~~~~~~~\n    + CategoryInfo : NotSpecified\n\n+ cmdop machine list\n";
        let commands: Vec<(u64, String)> =
            prompts(paste).into_iter().map(|(number, prompt)| (number, prompt.command)).collect();
        assert_eq!(commands, [(1, "cmdop login".to_owned()), (8, "cmdop machine list".to_owned())]);
    }
}
