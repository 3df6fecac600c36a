//! The redactor itself: texts and streams in, the same without secrets out.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;

use super::find::Finder;
use super::region::{REGION, around, cut, ready};
use super::residue;
use super::shapes::Table;
use super::span::{Span, What};
use super::utf16::Coding;
use crate::model::list::List;
use crate::model::rulebook::Shape;

/// So much is read at once.
const BLOCK: usize = 256 * 1024;

/// So many users, and as many hosts, are told apart: a stream must not fill the memory with names.
const NAMES: usize = 1 << 16;

/// What is replaced, and by what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// E-mail addresses and host names are replaced too, by ordinals that stay the same within a
    /// stream.
    pub anonymize: bool,
    /// The kind of secret alone stands in its place: equal inputs have equal outputs.
    pub plain: bool,
}

/// Takes secrets out of texts and streams.
pub struct Redactor {
    table: Table,
    style: Style,
    users: Ordinals,
    hosts: Ordinals,
    spans: Vec<Span>,
}

/// Why a stream was not redacted to its end.
#[derive(Debug)]
pub enum Broken {
    Reading(io::Error),
    Writing(io::Error),
}

impl Redactor {
    /// A redactor that knows credentials by `shapes`.
    pub fn new(shapes: List<Shape>, style: Style) -> Redactor {
        let (users, hosts) = (Ordinals::default(), Ordinals::default());
        Redactor { table: Table::new(shapes), style, users, hosts, spans: Vec::new() }
    }

    /// `text` without secrets; a secret that goes on beyond it is not seen as a whole.
    pub fn text(&mut self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        let (mut left, coding) = (text, Coding::of(text));
        let decoded;
        if let Some(coding) = &coding {
            decoded = coding.decoded(text);
            left = &decoded;
        }
        let mut done = 0;
        while left.len() - done > REGION {
            let next = done + cut(&left[done..]).unwrap_or(left.len() - done);
            self.region(left, done..next, &mut out);
            done = next;
        }
        self.region(left, done..left.len(), &mut out);
        match coding {
            Some(coding) => coding.encoded(&out, text.len() % 2 == 1, text),
            None => out,
        }
    }

    /// Writes what `reader` yields to `writer`, without secrets. Lines are written as soon as they
    /// are complete and cannot go on; memory is bounded, whatever is read.
    pub fn stream(&mut self, mut reader: impl Read, mut writer: impl Write) -> Result<(), Broken> {
        let mut stream = super::utf16::Stream::default();
        let mut block = vec![0; BLOCK];
        let (mut text, mut out) = (Vec::new(), Vec::new());
        // So much of the text is done, and is kept where its line goes on.
        let mut done = 0;
        loop {
            let length = read(&mut reader, &mut block).map_err(Broken::Reading)?;
            stream.take(&block[..length], &mut text);
            while text.len() - done > REGION {
                let next = done + cut(&text[done..]).unwrap_or(text.len() - done);
                self.region(&text, done..next, &mut out);
                done = next;
            }
            let next = if length == 0 { text.len() } else { done + ready(&text[done..]) };
            self.region(&text, done..next, &mut out);
            let kept = around(&text, next..next).start;
            text.drain(..kept);
            done = next - kept;
            let whole = stream.give(&out, length == 0);
            writer.write_all(whole).map_err(Broken::Writing)?;
            out.clear();
            if length == 0 {
                return writer.flush().map_err(Broken::Writing);
            }
            if text.len() == done || length < block.len() {
                writer.flush().map_err(Broken::Writing)?;
            }
        }
    }

    /// Adds `region` of `text` without secrets to `out`.
    fn region(&mut self, text: &[u8], region: Range<usize>, out: &mut Vec<u8>) {
        if region.is_empty() {
            return;
        }
        let mut spans = std::mem::take(&mut self.spans);
        let Style { anonymize, plain } = self.style;
        let finder = Finder { table: &self.table, anonymize, plain, decodes: true };
        let seen = around(text, region.clone());
        finder.find(&text[seen.clone()], &mut spans);
        let mut copied = region.start;
        for span in &spans {
            let (start, end) = (seen.start + span.start, seen.start + span.end);
            let (from, to) = (start.max(region.start), end.min(region.end));
            if from < to {
                out.extend_from_slice(&text[copied..from]);
                // Of a part nothing is told, its beginning least of all.
                let what = if (from, to) == (start, end) { span.what } else { What::Concealed };
                self.replace(what, &text[from..to], out);
                copied = to;
            }
        }
        out.extend_from_slice(&text[copied..region.end]);
        self.spans = spans;
    }

    fn replace(&mut self, what: What, secret: &[u8], out: &mut Vec<u8>) {
        match what {
            _ if self.style.plain => residue::write_plain(what, out),
            What::Email => self.users.write("user", secret, out),
            What::Host => self.hosts.write("host", secret, out),
            _ => residue::write(what, secret, out),
        }
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a redactor, {:?}", self.style)
    }
}

fn read(reader: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Names, numbered as they come.
#[derive(Default)]
struct Ordinals(HashMap<Vec<u8>, usize>);

impl Ordinals {
    fn write(&mut self, kind: &str, name: &[u8], out: &mut Vec<u8>) {
        let name = name.to_ascii_lowercase();
        let next = self.0.len() + 1;
        let number = match self.0.get(&name) {
            Some(number) => *number,
            None if next > NAMES => return out.extend_from_slice(format!("{kind}-more").as_bytes()),
            None => *self.0.entry(name).or_insert(next),
        };
        out.extend_from_slice(format!("{kind}-{number}").as_bytes());
    }
}
