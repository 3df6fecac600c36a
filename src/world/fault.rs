//! What the HTTP library's errors mean: how far the exchange came, judged by the types in the chain
//! of causes.

use std::error::Error;
use std::io::{self, ErrorKind};

use super::exchange::{Fault, Phase};

/// The most of a library's words that is kept.
const WORDS_LIMIT: usize = 300;

/// How far the exchange came that ended in `error`.
pub(super) fn of(error: &reqwest::Error, proxied: bool) -> Fault {
    let io = kinds(error);
    let phase = if error.is_timeout() {
        Phase::Timeout
    } else if is_tls(error) {
        Phase::Tls
    } else if error.is_dns() {
        if proxied { Phase::Proxy } else { Phase::Dns }
    } else if error.is_connect() {
        if proxied { Phase::Proxy } else { Phase::Connect }
    } else if error.is_builder()
        || io.iter().any(|kind| matches!(kind, ErrorKind::BrokenPipe | ErrorKind::WriteZero))
    {
        Phase::Send
    } else {
        Phase::Read
    };
    Fault { phase, words: words(error), cut: io.contains(&ErrorKind::UnexpectedEof) }
}

fn is_tls(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| cause.is::<rustls::Error>())
}

fn kinds(error: &reqwest::Error) -> Vec<ErrorKind> {
    chain(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind).collect()
}

/// The words of the innermost cause, in one line of bounded length. The outer ones repeat the URL.
fn words(error: &reqwest::Error) -> String {
    let innermost = chain(error).last().map(ToString::to_string).unwrap_or_default();
    let line: String = innermost.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(WORDS_LIMIT).collect()
}

/// All causes of `error`, outermost first.
fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| below(*cause))
}

/// The cause of `cause`. An I/O error hides the error that it wraps from `source`.
fn below<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}
