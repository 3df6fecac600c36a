//! What is found, and how finds that overlap become one.

/// A part of a text that is to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A key of ours.
    Key,
    /// A credential with a shape: how much of it is its kind's fixed beginning, and what it is.
    Shaped(usize, &'static str),
    Jwt,
    /// Behind `Bearer`, of no known shape.
    Bearer,
    /// Of no known shape, in a place where secrets stand.
    Opaque,
    /// Something that has a secret in it once it is decoded.
    Base64,
    PrivateKey,
    /// A password or a code: not even its length is told.
    Concealed,
    Email,
    Host,
}

/// Puts spans in order and joins those that overlap: what covers the other stays, of two that cover
/// the same the first that says more; what overlaps in part is concealed as one.
pub(super) fn settle(spans: &mut Vec<Span>, says_little: fn(What) -> u8) {
    if spans.array_windows().all(|[one, next]| one.end <= next.start) {
        return;
    }
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end), says_little(span.what)));
    let mut kept: usize = 0;
    for at in 0..spans.len() {
        let span = spans[at];
        match kept.checked_sub(1).map(|last| &mut spans[last]) {
            Some(last) if span.start < last.end => {
                if span.end > last.end {
                    (last.end, last.what) = (span.end, What::Concealed);
                }
            }
            _ => {
                spans[kept] = span;
                kept += 1;
            }
        }
    }
    spans.truncate(kept);
}

/// The less a find says of what it is, the more. What is a name is that only where nothing calls it a
/// secret.
pub(super) fn by_shape(what: What) -> u8 {
    match what {
        What::Email | What::Host => 3,
        What::Concealed => 2,
        What::Opaque | What::Bearer => 1,
        _ => 0,
    }
}

/// As `by_shape`, but what stands behind `Bearer` is that, whatever its shape.
pub(super) fn by_place(what: What) -> u8 {
    if what == What::Bearer { 0 } else { 1 + by_shape(what) }
}
