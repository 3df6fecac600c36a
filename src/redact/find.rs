//! Finds every secret in a text.

use super::cues::{Cue, walk};
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
        let mut covered = 0;
        walk(text, self.anonymize, |cue| match cue {
            Cue::Run(at, end) if at >= covered => {
                if let Some(span) = self.token(text, at, end) {
                    covered = span.end;
                    spans.push(span);
                }
            }
            Cue::Run(..) => {}
            Cue::Sign(at) => match text[at] {
                b'@' => self.login_or_mail(text, at, spans),
                b'-' => value::behind_flag(text, at, spans),
                _ => value::behind_name(text, at, spans),
            },
            Cue::Dot(at) => spans.extend(self.host(text, at)),
        });
        key_block::find(text, spans);
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
