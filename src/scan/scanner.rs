//! The scanner itself: compiled signatures, and scans with them.

use std::io::{self, Read};
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::blocks::{BLOCK, Block, Blocks};
use super::crew;
use super::hit::{Found, Hit};
use super::judge::Judge;
use super::lane::Hunt;
use super::plan::{Faulty, Plan, Signature, Test};
use super::sweep::{Sighting, sweep};

/// So much of a stream's beginning decides which windows are rare.
const SAMPLE: usize = 64 * 1024;

/// An expression that passed `Plan::of` stays below this, in bytes (the default of `regex`).
const REGEX_SIZE: usize = 10 << 20;

/// Signatures, ready to be looked for in any number of streams.
pub struct Scanner {
    pub(super) plan: Plan,
    /// Signatures without needles: every line is asked.
    pub(super) always: Vec<u32>,
    /// Expressions, compiled when the first needle of theirs is seen.
    regexes: Vec<OnceLock<Option<Regex>>>,
}

/// How much was scanned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scanned {
    pub bytes: u64,
    /// The last one counts whether or not it has an end.
    pub lines: u64,
}

impl Scanner {
    /// Compiles `signatures`, or says which of them cannot be.
    pub fn compile(signatures: &[Signature<'_>]) -> Result<Scanner, Faulty> {
        Plan::of(signatures).map(Scanner::new)
    }

    /// A scanner for signatures that were compiled before.
    pub fn new(plan: Plan) -> Scanner {
        let numbered = (0_u32..).zip(plan.signatures);
        let always = numbered.filter(|(_, planned)| planned.needles.is_empty()).map(|(index, _)| index);
        let regexes = plan.signatures.iter().map(|_| OnceLock::new()).collect();
        Scanner { plan, always: always.collect(), regexes }
    }

    /// Gives every hit in what `reader` yields to `give`, in the stream's order, and says how much
    /// there was. With more than one thread, others scan while the caller's gives. A stream that
    /// cannot be read further is an error after the hits before.
    pub fn scan(
        &self,
        reader: impl Read + Send,
        threads: usize,
        give: impl FnMut(Hit<'_>),
    ) -> io::Result<Scanned> {
        self.scan_in_blocks(reader, threads, BLOCK, give)
    }

    /// As `scan`, in blocks of about `size` bytes.
    pub(super) fn scan_in_blocks(
        &self,
        reader: impl Read + Send,
        threads: usize,
        size: usize,
        mut give: impl FnMut(Hit<'_>),
    ) -> io::Result<Scanned> {
        let mut blocks = Blocks::new(reader, size);
        let mut block = Block::default();
        if !blocks.next(&mut block)? {
            return Ok(Scanned::default());
        }
        let hunt = Hunt::new(&self.plan, &block.bytes()[..block.bytes().len().min(SAMPLE)]);
        let mut tally = Tally::default();
        let mut pass = Pass::new(self, &hunt);
        tally.add(pass.over(&block), &mut give);
        if threads > 1 {
            crew::scan(self, &hunt, threads, blocks, |found| tally.add(found, &mut give))?;
            return Ok(tally.scanned());
        }
        while blocks.next(&mut block)? {
            tally.add(pass.over(&block), &mut give);
        }
        Ok(tally.scanned())
    }

    /// The expression of a signature; none if its test is another.
    pub(super) fn regex(&self, signature: u32) -> Option<&Regex> {
        let Test::Matches(pattern) = self.plan.signatures[signature as usize].test else { return None };
        let build = || RegexBuilder::new(pattern).unicode(false).size_limit(REGEX_SIZE).build().ok();
        self.regexes[signature as usize].get_or_init(build).as_ref()
    }
}

impl std::fmt::Debug for Scanner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a scanner for {} signatures", self.plan.signatures.len())
    }
}

/// One thread's way over blocks.
pub(super) struct Pass<'s> {
    scanner: &'s Scanner,
    hunt: &'s Hunt,
    sightings: Vec<Sighting>,
    found: Found,
}

impl<'s> Pass<'s> {
    pub(super) fn new(scanner: &'s Scanner, hunt: &'s Hunt) -> Pass<'s> {
        Pass { scanner, hunt, sightings: Vec::new(), found: Found::default() }
    }

    /// The hits in `block`.
    pub(super) fn over(&mut self, block: &Block) -> &Found {
        self.found.clear();
        let bytes = block.bytes();
        sweep(self.hunt, bytes, &mut self.sightings);
        self.found.offset = block.offset;
        self.found.number = block.number;
        self.found.bytes = bytes.len() as u64;
        self.found.open = bytes.last().is_some_and(|last| *last != b'\n');
        Judge::new(self.scanner, self.hunt, bytes).judge(&self.sightings, &mut self.found);
        &self.found
    }

    /// The hits in `block`, to keep.
    pub(super) fn taken_over(&mut self, block: &Block) -> Found {
        self.over(block);
        std::mem::take(&mut self.found)
    }
}

/// What was scanned so far.
#[derive(Default)]
struct Tally {
    bytes: u64,
    lines: u64,
    open: bool,
}

impl Tally {
    fn add(&mut self, found: &Found, give: &mut impl FnMut(Hit<'_>)) {
        found.deliver(self.lines, give);
        self.bytes += found.bytes;
        self.lines += found.lines;
        self.open = found.open;
    }

    fn scanned(&self) -> Scanned {
        Scanned { bytes: self.bytes, lines: self.lines + u64::from(self.open) }
    }
}
