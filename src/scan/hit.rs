//! What a scan finds.

/// A line that has a signature. A line that has several is several hits, in the order of the
/// signatures; a signature that matches a line several times is one, the first.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'h> {
    /// Which signature, counted from 0 in the order given.
    pub signature: usize,
    /// The line's number, from 1.
    pub line: u64,
    /// How many bytes of the stream precede the line, or the piece of a line too long.
    pub offset: u64,
    /// The line, without its end.
    pub text: &'h [u8],
    pub(super) spans: &'h [Option<Span>],
}

/// From, to, in a line.
pub(super) type Span = (u32, u32);

impl<'h> Hit<'h> {
    /// What the group with this number took; 0 is the whole match. `None` if it took no part.
    pub fn group(&self, number: usize) -> Option<&'h [u8]> {
        let (from, to) = self.spans.get(number).copied().flatten()?;
        self.text.get(from as usize..to as usize)
    }
}

/// The hits in one block.
#[derive(Default)]
pub(super) struct Found {
    hits: Vec<Kept>,
    /// The hits' lines, one after another.
    text: Vec<u8>,
    spans: Vec<Option<Span>>,
    /// How many lines end in the block.
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) offset: u64,
    pub(super) number: usize,
    /// Whether the block's end is within a line.
    pub(super) open: bool,
}

struct Kept {
    signature: u32,
    line: u64,
    offset: u64,
    text: std::ops::Range<usize>,
    spans: std::ops::Range<usize>,
}

impl Found {
    pub(super) fn clear(&mut self) {
        self.hits.clear();
        self.text.clear();
        self.spans.clear();
    }

    /// Keeps a line for hits to come.
    pub(super) fn keep_line(&mut self, text: &[u8]) -> std::ops::Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        start..self.text.len()
    }

    /// Keeps a hit on the line `text`, which `lines` lines and `offset` bytes of the block precede.
    pub(super) fn keep(
        &mut self,
        signature: u32,
        (lines, offset): (u64, usize),
        text: std::ops::Range<usize>,
        spans: impl Iterator<Item = Option<Span>>,
    ) {
        let start = self.spans.len();
        self.spans.extend(spans);
        let spans = start..self.spans.len();
        self.hits.push(Kept { signature, line: lines, offset: offset as u64, text, spans });
    }

    /// Gives all hits to `give`; `lines` lines precede the block.
    pub(super) fn deliver(&self, lines: u64, give: &mut impl FnMut(Hit<'_>)) {
        for kept in &self.hits {
            give(Hit {
                signature: kept.signature as usize,
                line: lines + kept.line + 1,
                offset: self.offset + kept.offset,
                text: &self.text[kept.text.clone()],
                spans: &self.spans[kept.spans.clone()],
            });
        }
    }
}
