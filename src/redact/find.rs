//! Finds every secret in a text.

use super::cues::{Stop, walk};
use super::shapes::Table;
use super::span::{Span, What, by_place, by_shape, settle};
use super::{key_block, value};

/// What is looked for.
pub(super) struct Finder<'t> {
    pub(super) table: &'t Table,
    /// Whether e-mail addresses and host names are.
    pub(super) anonymize: bool,
    /// Whether the place of a token says more than its shape.
    pub(super) plain: bool,
    /// Whether base64 is decoded.
    pub(super) decodes: bool,
}

impl Finder<'_> {
    /// Puts everything in `text` that is to be replaced into `spans`, in order and apart. What goes
    /// on beyond the text is not seen.
    pub(super) fn find(&self, text: &[u8], spans: &mut Vec<Span>) {
        spans.clear();
        let mut finding = Finding { finder: self, text, spans, covered: 0, ruled: false };
        walk(text, self.anonymize, &mut finding);
        if finding.ruled {
            key_block::find(text, spans);
        }
        settle(spans, if self.plain { by_place } else { by_shape });
    }

    /// Whether `text`, which was decoded from another, has a secret in it.
    pub(super) fn has_secret(&self, text: &[u8]) -> bool {
        let inner = Finder { table: self.table, anonymize: false, plain: false, decodes: false };
        let mut spans = Vec::new();
        inner.find(text, &mut spans);
        spans.iter().any(|span| !matches!(span.what, What::Email | What::Host))
    }
}

struct Finding<'f> {
    finder: &'f Finder<'f>,
    text: &'f [u8],
    spans: &'f mut Vec<Span>,
    /// Runs before this place belong to what was found.
    covered: usize,
    ruled: bool,
}

impl Stop for Finding<'_> {
    #[inline(always)]
    fn run(&mut self, start: usize, end: usize, hyphen: bool) {
        if start >= self.covered && self.finder.may_be_token(self.text, start, end, hyphen) {
            let span = self.finder.token(self.text, start, end, hyphen);
            self.covered = span.map_or(self.covered, |span| span.end);
            self.spans.extend(span);
        }
    }

    #[inline(always)]
    fn sign(&mut self, at: usize) {
        match self.text[at] {
            b'@' => self.finder.login_or_mail(self.text, at, self.spans),
            b'-' => value::behind_flag(self.text, at, self.spans),
            _ => value::behind_name(self.text, at, self.spans),
        }
    }

    fn dot(&mut self, at: usize) {
        self.spans.extend(self.finder.host(self.text, at));
    }

    fn rule(&mut self) {
        self.ruled = true;
    }
}
