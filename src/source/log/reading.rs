//! Reading logs, one after another as if they were one.

use std::io::{self, Read};
use std::num::NonZero;
use std::sync::Arc;

use super::beginning::{self, Beginning};
use super::book::Book;
use super::encoding::Decoded;
use super::entry::Entry;
use super::listen::Listener;
use super::marks;
use super::run::{self, Run};
use super::stamp::Stamp;
use super::tail::Tail;
use super::witness::Hearing;
use crate::engine::{Plan, Symbols};
use crate::model::evidence::EvidenceSet;
use crate::model::fact::{Fact, Value};
use crate::model::history::{History, Quote};
use crate::model::line::Line;
use crate::model::probe::ProbeKind;
use crate::model::rulebook::Rulebook;
use crate::model::symptom::Suggested;
use crate::rulebook::{Phrases, Testimony};
use crate::scan::Scanner;
use crate::source::given::Stream;

/// More threads than this do not read faster.
const THREADS: usize = 4;

/// Lines at a log's end among which one has a time.
const LAST_LINES: usize = 64;

/// What logs tell.
#[derive(Debug)]
pub struct Log {
    /// What symbols stand for on the machine that wrote them.
    pub symbols: Symbols,
    /// The last moment that they name, in milliseconds since 1970.
    pub ended_at: Option<i64>,
    run: Run,
    clock: Option<(i64, Line)>,
    history: History,
}

/// Reads `streams` in their order. What cannot be read further ends there; the stream knows why.
pub fn read(streams: &mut [Stream], rulebook: &Rulebook) -> Log {
    let named = streams.iter_mut().map(|stream| (Arc::clone(&stream.name), stream));
    read_named(named, rulebook)
}

/// Reads logs that are no files.
pub(in crate::source) fn read_named<R: Read + Send>(
    streams: impl Iterator<Item = (Arc<str>, R)>,
    rulebook: &Rulebook,
) -> Log {
    let phrases = Phrases::of(rulebook);
    let rules = phrases.signatures();
    let mut listener = Listener::new(&phrases, rules.signatures.len(), rulebook);
    // The marks are literals that were tried: a test reads with them.
    if let Ok(plan) = marks::with(rules) {
        let scanner = Scanner::new(plan);
        for (name, stream) in streams {
            // What was read before an error counts.
            let _ended = listen(&scanner, &name, stream, &mut listener);
        }
    }
    closed(listener)
}

/// What was heard.
pub(super) fn closed(listener: Listener<'_>) -> Log {
    let mut symbols = symbols(&listener);
    let Listener { book, .. } = listener;
    let clock = book.last_moment.clone();
    let (run, history) = book.close();
    run.told.iter().for_each(|told| learn(&told.testimony, &mut symbols));
    Log { symbols, ended_at: clock.as_ref().map(|(ms, _)| *ms), run, clock, history }
}

fn listen<R: Read + Send>(
    scanner: &Scanner,
    name: &Arc<str>,
    stream: R,
    listener: &mut Listener<'_>,
) -> io::Result<()> {
    let Beginning { reader, numbers, prompts } = beginning::of(Decoded::new(stream))?;
    listener.turn_to(name, numbers, prompts);
    let mut tail = Tail::new(reader);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    let mut line = Lined::default();
    let scanned = scanner.scan(&mut tail, threads, |hit| {
        if !listener.wants(hit.signature, hit.text) {
            return;
        }
        if (line.number, line.offset) != (hit.line, hit.offset) {
            line.give(listener);
            // A line too long for one piece is heard by its beginning.
            let goes_on = line.number == hit.line;
            line = Lined { number: hit.line, offset: hit.offset, ..Lined::default() };
            if !goes_on {
                line.text.extend_from_slice(hit.text);
            }
        }
        line.signatures.push(hit.signature);
    });
    line.give(listener);
    listener.prompts_before(u64::MAX);
    let lines = scanned?.lines;
    note_the_end(&tail, name, lines, &mut listener.book);
    Ok(())
}

/// A line with the signatures that it has.
#[derive(Default)]
struct Lined {
    number: u64,
    offset: u64,
    text: Vec<u8>,
    signatures: Vec<usize>,
}

impl Lined {
    fn give(&self, listener: &mut Listener<'_>) {
        if !self.signatures.is_empty() && !self.text.is_empty() {
            listener.hear(self.number, &self.text, &self.signatures);
        }
    }
}

/// The last moment that a log names is often in a line that tells nothing else.
pub(super) fn note_the_end<R: Read>(tail: &Tail<R>, name: &Arc<str>, lines: u64, book: &mut Book) {
    for (back, text) in (0_u64..).zip(tail.lines().take(LAST_LINES)) {
        let number = lines.saturating_sub(back);
        let Some(Stamp { ms, zoned: true, dated: true }) = Entry::read(number, text).time else { continue };
        let is_later =
            book.last_moment.as_ref().is_none_or(|(before, line)| ms >= *before || line.file != *name);
        if is_later {
            book.last_moment = Some((ms, run::line(name, number)));
        }
        return;
    }
}

/// What the log shows symbols to stand for.
fn symbols(listener: &Listener<'_>) -> Symbols {
    let mut symbols = Symbols::unknown();
    for (setting, value) in &listener.settings {
        let name = match setting.as_str() {
            "api_url" => "api",
            "config_dir" => "config",
            other => other,
        };
        symbols.learn(name, value.trim_end_matches('/').to_owned());
    }
    if symbols.get("api").is_none()
        && let Some(base) = only_base(&listener.requests)
    {
        symbols.learn("api", base);
    }
    symbols
}

/// A reading of the settings, or of the account, names what symbols stand for.
fn learn(testimony: &Testimony, symbols: &mut Symbols) {
    let named: &[(&str, &str)] = match testimony.kind {
        ProbeKind::Settings => &[
            ("api", "api"),
            ("issuer", "issuer"),
            ("config_dir", "config"),
            ("store", "store"),
            ("workspace", "workspace"),
        ],
        ProbeKind::Account => &[("home", "home")],
        _ => return,
    };
    for (fact, symbol) in named {
        if let Fact::Known(Value::Text(value)) = testimony.reading.fact(fact) {
            symbols.learn(symbol, value);
        }
    }
}

/// The one base of all requests to the API; the product's own, if there are several.
fn only_base(requests: &[String]) -> Option<String> {
    let mut bases: Vec<&str> = requests.iter().filter_map(|url| Some(url.rsplit_once("/v1/")?.0)).collect();
    bases.sort_unstable();
    bases.dedup();
    if let [only] = bases.as_slice() {
        return Some((*only).to_owned());
    }
    bases.into_iter().find(|base| base.ends_with(".cmdop.com")).map(str::to_owned)
}

impl Log {
    /// What the diagnosed run tells about what `plan` asks.
    pub fn evidence(&mut self, plan: &Plan, symbols: &Symbols) -> EvidenceSet {
        let hearing = Hearing::of(&self.run.told, plan, symbols, self.clock.as_ref());
        self.history.contradictions = hearing.contradictions;
        self.history.assumptions = hearing.assumptions;
        hearing.evidence
    }

    /// What the diagnosed run suggests, and did not get over.
    pub fn suggested(&self) -> Vec<Suggested> {
        let left = self.run.accusations.iter().filter(|accusation| !accusation.recovered);
        left.map(|accusation| Suggested {
            rule: accusation.rule,
            outcomes: accusation.suggests,
            text: accusation.text.clone(),
            lines: accusation.lines.clone(),
        })
        .collect()
    }

    /// Whether there is anything in it about authentication.
    pub fn is_silent(&self) -> bool {
        self.run.told.is_empty() && self.run.accusations.is_empty()
    }

    /// The story that the logs tell.
    pub fn history(&self) -> History {
        let told = self.run.told.iter().filter_map(|told| Some((&told.line, told.text.as_ref()?)));
        let left = self.run.accusations.iter().filter(|accusation| !accusation.recovered);
        let said = left.flat_map(|accusation| accusation.lines.iter().map(|line| (line, &accusation.text)));
        let mut quotes: Vec<Quote> =
            said.chain(told).map(|(line, text)| Quote { line: line.clone(), text: text.clone() }).collect();
        quotes.sort_by(|a, b| a.line.cmp(&b.line));
        quotes.dedup_by(|a, b| a.line == b.line);
        History { quotes, ..self.history.clone() }
    }
}
