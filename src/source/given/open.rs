//! Opening what was given, and telling by its first bytes what it is.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rotation::turn;
use super::stop::{Feed, Stop};
use super::stream::{Packing, Stream};
use crate::world::files::{ReadError, open_plain};
use crate::world::recordings::{is_folder, list, open_listed};

/// Bytes that a bundle may have, unpacked: a usual one has a hundredth of this.
const MOST_OF_A_BUNDLE: u64 = 32 << 20;

/// So many bytes tell whether a document is a bundle.
const BEGINNING: usize = 4096;

/// Something that was named with `--from`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Stdin,
    /// A file, or a folder of files.
    Path(PathBuf),
}

impl Given {
    /// `-` is standard input.
    pub fn named(name: &Path) -> Given {
        if name == Path::new("-") { Given::Stdin } else { Given::Path(name.to_owned()) }
    }
}

/// All that was given, in the order in which it is to be read.
#[derive(Debug, Default)]
pub struct Opened {
    pub contents: Vec<Content>,
    /// What a person should know: what was left out, and why.
    pub remarks: Vec<String>,
}

/// One recording.
#[derive(Debug)]
pub enum Content {
    /// The whole of it.
    Bundle {
        name: Arc<str>,
        bytes: Vec<u8>,
    },
    Log(Stream),
}

/// Why something that was given is not read.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` cannot be read: {why}")]
pub struct NotRead {
    pub name: String,
    pub why: String,
}

impl NotRead {
    fn new(path: &Path, why: impl std::fmt::Display) -> NotRead {
        NotRead { name: path.display().to_string(), why: why.to_string() }
    }
}

/// Opens `given`, until `stop` is said. Of a log no more is read than tells that it is one.
///
/// # Errors
/// When something that was named is not there, is no plain file or folder, or is a bundle too large.
pub fn open(given: &[Given], stop: &Stop) -> Result<Opened, NotRead> {
    let mut opened = Opened::default();
    if given.iter().filter(|one| **one == Given::Stdin).count() > 1 {
        return Err(NotRead::new(Path::new("-"), "standard input can be read once only"));
    }
    for one in given {
        match one {
            Given::Stdin => {
                let feed = Feed::start(stop.clone()).map_err(|error| NotRead::new(Path::new("-"), error))?;
                let stream = Stream::plain("standard input".into(), Box::new(feed), stop);
                opened.contents.push(told_apart(stream)?);
            }
            Given::Path(path) if is_folder(path) => folder(path, &mut opened, stop)?,
            Given::Path(path) => {
                let file = open_plain(path).map_err(|error| NotRead::new(path, hinted(error)))?;
                opened.contents.push(told_apart(stream_of(path, file, stop))?);
            }
        }
    }
    Ok(opened)
}

fn hinted(error: ReadError) -> String {
    match error {
        ReadError::NotPlain(_) => format!("{error}; pipe it into `--from -`"),
        other => other.to_string(),
    }
}

fn stream_of(path: &Path, file: std::fs::File, stop: &Stop) -> Stream {
    Stream::plain(path.to_string_lossy().into(), Box::new(file), stop)
}

/// The plain files of a folder, the oldest of each log first.
fn folder(path: &Path, opened: &mut Opened, stop: &Stop) -> Result<(), NotRead> {
    let mut listing = list(path).map_err(|error| NotRead::new(path, error))?;
    for (other, kind) in &listing.others {
        opened.remarks.push(format!("{} was left out: it is a {}", other.display(), kind.name()));
    }
    if listing.cut {
        opened.remarks.push(format!("{} has too many files: some were left out", path.display()));
    }
    opened.remarks.sort();
    listing.files.sort_by_cached_key(|file| turn(file));
    for file in &listing.files {
        match open_listed(file) {
            Ok(found) => opened.contents.push(told_apart(stream_of(file, found, stop))?),
            Err(error) => opened.remarks.push(format!("{} was left out: {error}", file.display())),
        }
    }
    Ok(())
}

/// Unpacks, and tells bundles from logs.
fn told_apart(mut stream: Stream) -> Result<Content, NotRead> {
    let mut beginning = Vec::new();
    // The longest magic number has six bytes.
    peek(&mut stream, &mut beginning, |read| read.len() >= 6);
    let packing = Packing::of(&beginning);
    stream.put_back(beginning);
    if let Some(packing) = packing {
        stream = stream.unpacked(packing);
    }
    let mut beginning = Vec::new();
    peek(&mut stream, &mut beginning, |read| read.len() >= BEGINNING || may_be_bundle(read).is_some());
    let is_bundle = may_be_bundle(&beginning).unwrap_or(false);
    stream.put_back(beginning);
    if is_bundle { whole(stream) } else { Ok(Content::Log(stream)) }
}

/// Reads into `beginning` until it is `enough`, or the stream ends. Never waits for more than that:
/// standard input may be a log that is still being written.
fn peek(stream: &mut Stream, beginning: &mut Vec<u8>, enough: impl Fn(&[u8]) -> bool) {
    let mut block = [0; BEGINNING];
    while !enough(beginning) {
        let room = block.len().min(BEGINNING.saturating_sub(beginning.len()).max(1));
        match stream.read(&mut block[..room]) {
            Ok(read) if read > 0 => beginning.extend_from_slice(&block[..read]),
            _ => return,
        }
    }
}

/// Whether a text that begins so is a bundle: an object whose first member is its `schema`. None
/// where more of it is needed.
fn may_be_bundle(beginning: &[u8]) -> Option<bool> {
    const EXPECTED: [&[u8]; 4] = [b"{", b"\"schema\"", b":", b"\"cmdop.doctor.bundle/"];
    let mut rest = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    for word in EXPECTED {
        rest = rest.trim_ascii_start();
        match rest.strip_prefix(word) {
            Some(after) => rest = after,
            None if word.starts_with(rest) => return None,
            None => return Some(false),
        }
    }
    Some(true)
}

fn whole(mut stream: Stream) -> Result<Content, NotRead> {
    let mut bytes = Vec::new();
    let name = Arc::clone(&stream.name);
    let not_read = |why: String| NotRead { name: name.to_string(), why };
    let read = stream.by_ref().take(MOST_OF_A_BUNDLE + 1).read_to_end(&mut bytes);
    read.map_err(|error| not_read(crate::world::files::words(&error)))?;
    if let Some(told) = stream.told() {
        return Err(not_read(told.to_owned()));
    }
    if bytes.len() as u64 > MOST_OF_A_BUNDLE {
        return Err(not_read(format!("a bundle has at most {} MiB", MOST_OF_A_BUNDLE >> 20)));
    }
    Ok(Content::Bundle { name, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_told_by_its_beginning() {
        for bundle in
            ["{\"schema\": \"cmdop.doctor.bundle/1\"", "\u{feff} {\n \"schema\" : \"cmdop.doctor.bundle/2"]
        {
            assert_eq!(may_be_bundle(bundle.as_bytes()), Some(true), "{bundle}");
        }
        for log in ["2026-11-23 INF x", "{\"level\": \"debug\"", "{\"schema\": \"x\"", "[", "\u{0}"] {
            assert_eq!(may_be_bundle(log.as_bytes()), Some(false), "{log}");
        }
        for open in ["", " ", "{", "{ \"sch", "{\"schema\": \"cmdop.doc", "\n\n"] {
            assert_eq!(may_be_bundle(open.as_bytes()), None, "{open}");
        }
    }

    #[test]
    fn a_log_is_whole_after_it_was_told_apart() {
        let text = "{\"schema\": \"another\"}\n".repeat(1000);
        let bytes = std::io::Cursor::new(text.clone().into_bytes());
        let stream = Stream::plain("x".into(), Box::new(bytes), &Stop::default());
        let Ok(Content::Log(mut stream)) = told_apart(stream) else { panic!("no log") };
        let mut read = String::new();
        stream.read_to_string(&mut read).unwrap();
        assert_eq!(read, text);
    }
}
