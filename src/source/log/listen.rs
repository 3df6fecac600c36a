//! Listening to the lines of a log that matter, in their order: each goes to its run, is taken for a
//! witness of probes, and may accuse somebody.

use std::collections::VecDeque;
use std::sync::Arc;

use url::Url;

use super::again::{self, Again, Charge, Setting};
use super::book::Book;
use super::curl::Curl;
use super::entry::{Entry, Form, Level};
use super::marks::{self, Mark};
use super::prompt::{Program, Prompt};
use super::run::{self, Success};
use super::speech::{Scene, accuses, is_ours};
use super::stamp::{self, Stamp};
use super::told;
use crate::engine::stamp as shown_moment;
use crate::model::line::Line;
use crate::model::rulebook::Rulebook;
use crate::redact::{Redactor, Style};
use crate::rulebook::recorded::Recorded;
use crate::rulebook::{Phrases, Said};

/// So much of a line is quoted, in characters.
const QUOTED: usize = 240;

/// Whoever listens.
pub(super) struct Listener<'p> {
    phrases: &'p Phrases,
    recorded: Recorded,
    /// How many signatures are of rules; marks follow.
    rules: usize,
    pub(super) book: Book,
    /// Settings that the log shows to be in force, by name.
    pub(super) settings: Vec<(String, String)>,
    /// The hosts of the API and the issuer.
    hosts: Vec<String>,
    /// The address of every request to a path of the API's.
    pub(super) requests: Vec<String>,
    redactor: Redactor,
    file: Arc<str>,
    /// The numbers of lines that were joined.
    numbers: Option<Vec<u64>>,
    /// All that are left; none are known in a large log.
    prompts: Option<VecDeque<(u64, Prompt)>>,
    program: Option<Program>,
    curl: Curl,
    /// What was heard before; none where nothing is to be known again.
    pub(super) again: Option<Again>,
}

impl<'p> Listener<'p> {
    pub(super) fn new(phrases: &'p Phrases, rules: usize, rulebook: &Rulebook) -> Listener<'p> {
        Listener {
            phrases,
            recorded: Recorded::of(rulebook),
            rules,
            book: Book::default(),
            settings: Vec::new(),
            hosts: Vec::new(),
            requests: Vec::new(),
            redactor: Redactor::new(rulebook.shapes, Style::default()),
            file: "".into(),
            numbers: None,
            prompts: None,
            program: None,
            curl: Curl::default(),
            again: Some(Again::default()),
        }
    }

    /// The next file begins.
    pub(super) fn turn_to(
        &mut self,
        file: &Arc<str>,
        numbers: Option<Vec<u64>>,
        prompts: Option<VecDeque<(u64, Prompt)>>,
    ) {
        self.file = Arc::clone(file);
        (self.numbers, self.prompts) = (numbers, prompts);
        (self.program, self.curl) = (None, Curl::default());
    }

    /// The file's line with this number, as the scanner counts.
    fn line(&self, number: u64) -> Line {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let numbers = self.numbers.as_ref().zip(index);
        let number = numbers.and_then(|(numbers, index)| numbers.get(index)).copied().unwrap_or(number);
        run::line(&self.file, number)
    }

    /// The prompts up to this line, or all that are left.
    pub(super) fn prompts_before(&mut self, number: u64) {
        while let Some((at, prompt)) =
            self.prompts.as_mut().and_then(|left| left.pop_front_if(|(at, _)| *at <= number))
        {
            self.typed(&prompt, &self.line(at));
        }
    }

    fn typed(&mut self, prompt: &Prompt, line: &Line) {
        let shown = Prompt { user: prompt.user.clone(), command: self.quoted(&prompt.command) };
        self.book.prompt(&shown, line);
        self.program = Some(prompt.program());
        self.curl = Curl::default();
    }

    /// Whether a line with this signature is worth hearing: what curl says stands at a line's beginning.
    pub(super) fn wants(&self, signature: usize, text: &[u8]) -> bool {
        let is_of_curl = signature.checked_sub(self.rules).is_some_and(|at| marks::at(at) == Mark::Curl);
        !is_of_curl || is_curls(text)
    }

    /// A line that has these signatures.
    pub(super) fn hear(&mut self, number: u64, text: &[u8], signatures: &[usize]) {
        self.prompts_before(number);
        let (time, words) = match stamp::usual(text) {
            Some((time, length)) => (Some(time), &text[length..]),
            None => (None, text),
        };
        let mut again = self.again.take();
        let known = again.as_mut().and_then(|again| again.get(words, signatures));
        if !known.is_some_and(|known| self.hear_again(number, time, known))
            && let Some(line) = self.hear_first(number, text, (time, words), signatures)
            && let Some(again) = &mut again
        {
            again.keep(words, line);
        }
        self.again = again;
    }

    /// Hears a line that says what `known` said; whether it means the same here.
    fn hear_again(&mut self, number: u64, time: Option<Stamp>, known: &mut again::Line) -> bool {
        let line = self.line(number);
        (known.entry.line, known.entry.time) = (number, time);
        if !self.book.would_stay(&known.entry) {
            return false;
        }
        if self.setting() != known.setting {
            return false;
        }
        self.book.turn_to(&known.entry, &line);
        self.book.run().is_known = known.is_known;
        known.charges.iter().for_each(|charge| self.charge(charge.clone(), &line));
        true
    }

    fn setting(&mut self) -> Setting {
        let (program, hosts) = (self.program, self.hosts.len());
        let run = self.book.run();
        Setting { program, is_known: run.is_known, is_examining: run.is_examining, hosts }
    }

    /// Hears a line, which is its time and its words; what it meant, if all that was to accuse somebody.
    fn hear_first(
        &mut self,
        number: u64,
        text: &[u8],
        (time, words): (Option<Stamp>, &[u8]),
        signatures: &[usize],
    ) -> Option<again::Line> {
        let of = |wanted: Mark| {
            signatures.iter().any(|at| at.checked_sub(self.rules).is_some_and(|at| marks::at(at) == wanted))
        };
        let may_hear = |at: &usize| *at < self.rules && self.phrases.may_hear(*at, words);
        let rules: Vec<usize> = signatures.iter().copied().filter(may_hear).collect();
        let (of_rules, of_runs) = (!rules.is_empty(), of(Mark::Run));
        if !of_rules && !of_runs && !is_curls(text) {
            // In a large log a prompt is only looked for before a command of ours.
            if of(Mark::Prompt)
                && self.prompts.is_none()
                && text.len() < 4096
                && let Some(prompt) = Prompt::on(&String::from_utf8_lossy(text))
            {
                self.typed(&prompt, &self.line(number));
            }
            return None;
        }
        let entry = Entry::read(number, text);
        if entry.form == Form::Plain && Prompt::on(&entry.message).is_some() {
            return None;
        }
        let line = self.line(number);
        if entry.form == Form::Curl
            && let Some(request) = self.curl.take(&entry)
        {
            self.book.turn_to(&request, &line);
            self.take(&request, &line, &mut (0..self.rules));
            return None;
        }
        if entry.message.contains("SESSION START ===") {
            self.program = Some(Program::Ours);
        }
        self.book.turn_to(&entry, &line);
        let setting = self.setting();
        let only_time_is_new = !of_runs
            && entry.form != Form::Curl
            && entry.pid.is_none()
            && entry.time == time
            && (time.is_none() || Entry::read(number, words).time.is_none());
        let charges = self.take(&entry, &line, &mut rules.iter().copied())?;
        let is_known = self.book.run().is_known;
        only_time_is_new.then(|| again::Line {
            entry,
            signatures: signatures.to_vec(),
            setting,
            is_known,
            charges,
        })
    }

    /// What an entry means to us: whom it accuses. None if that is not all, or depends on its time.
    fn take(
        &mut self,
        entry: &Entry,
        line: &Line,
        rules: &mut dyn Iterator<Item = usize>,
    ) -> Option<Vec<Charge>> {
        let scene = Scene { program: self.program, is_known: self.book.run().is_known, hosts: &self.hosts };
        if !is_ours(entry, scene) {
            return Some(Vec::new());
        }
        let is_shaped = entry.form != Form::Plain && entry.form != Form::Curl;
        if is_shaped && entry.component.is_some() {
            self.book.run().is_known = true;
        }
        self.learn(entry);
        self.book.run().is_examining |= entry.message == "examining the machine";
        let is_examining = self.book.run().is_examining;
        if !is_examining {
            self.happen(entry, line);
        }
        if let Some(testimony) = told::by(entry, &self.recorded) {
            self.book.run().testify(line, testimony, None);
            return None;
        }
        let mut fields: Vec<(&str, &str)> =
            entry.component.iter().map(|name| ("component", name.as_str())).collect();
        fields.extend(entry.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let moment = entry.time.filter(|time| time.zoned && time.dated);
        let moment = moment.map(|time| shown_moment(time.ms, "%Y-%m-%dT%H:%M:%S%.3fZ"));
        fields.extend(moment.as_deref().map(|moment| ("time", moment)));
        let said = Said { text: &entry.message, fields: &fields };
        let mut charges = Some(Vec::new());
        for rule in rules {
            if self.phrases.asks_when(rule) {
                charges = None;
            }
            let Some(heard) = self.phrases.hear(rule, &said) else { continue };
            let scene =
                Scene { program: self.program, is_known: self.book.run().is_known, hosts: &self.hosts };
            let accuses = heard.spans.iter().any(|span| accuses(entry, *span, scene));
            if is_shaped || accuses || entry.form == Form::Curl {
                for testimony in heard.testimonies {
                    let text = self.quoted(&shown(entry));
                    self.book.run().testify(line, testimony, Some(text));
                    charges = None;
                }
            }
            if accuses && !is_examining && !heard.suggests.is_empty() {
                let text = self.quoted(&entry.message);
                let fails = entry.form == Form::Plain || entry.level >= Some(Level::Warning);
                let charge = Charge { rule: heard.rule, suggests: heard.suggests, text, fails };
                self.charge(charge.clone(), line);
                charges.iter_mut().for_each(|charges| charges.push(charge.clone()));
            }
        }
        charges
    }

    fn charge(&mut self, Charge { rule, suggests, text, fails }: Charge, line: &Line) {
        self.book.run().accuse(rule, suggests, line, text.clone());
        if fails {
            self.book.fail(text, line);
        }
    }

    /// Takes note of what is in force.
    fn learn(&mut self, entry: &Entry) {
        let (name, value) = match entry.message.as_str() {
            "setting in force" => (entry.field("setting"), entry.field("value")),
            "credential in force" if entry.field("origin") == Some("file") => {
                (Some("store"), entry.field("source"))
            }
            _ => return,
        };
        let (Some(name), Some(value)) = (name, value) else { return };
        if matches!(name, "api_url" | "issuer")
            && let Some(host) = Url::parse(value).ok().and_then(|url| url.host_str().map(str::to_owned))
            && !self.hosts.contains(&host)
            && self.hosts.len() < 16
        {
            self.hosts.push(host);
        }
        self.settings.retain(|(known, _)| known != name);
        if self.settings.len() < 64 {
            self.settings.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Takes note of what happens.
    fn happen(&mut self, entry: &Entry, line: &Line) {
        let message = entry.message.as_str();
        match message {
            "request answered" => self.answered(entry, line),
            "request failed" => {
                let phase = entry.field("phase").unwrap_or("no answer");
                let what = format!("{} {phase}", request(entry));
                let what = self.quoted(&what);
                self.book.fail(what, line);
            }
            "tokens renewed" | "another process has renewed the tokens" | "the new login is kept" => {
                self.book.succeed(Success::SignedIn, message.to_owned(), line);
            }
            "the tokens were not renewed" => self.book.fail(message.to_owned(), line),
            _ if message.contains("✓ Authenticated as: ") || message.starts_with("Authenticated as: ") => {
                self.book.succeed(Success::SignedIn, "signed in".to_owned(), line);
            }
            _ => {}
        }
    }

    fn answered(&mut self, entry: &Entry, line: &Line) {
        let Some(status) = entry.field("status").and_then(|status| status.parse::<u16>().ok()) else {
            return;
        };
        if let Some(url) = entry.field("url")
            && url.contains("/v1/")
            && self.requests.len() < 64
            && !self.requests.iter().any(|known| known == url)
        {
            self.requests.push(url.to_owned());
        }
        let with_credential = entry.field("credential") != Some("false");
        let what = format!("{} {status}", request(entry));
        let what = self.quoted(&what);
        match status {
            0..=399 => self.book.succeed(Success::Answered { well: with_credential }, what, line),
            401 | 403 if !with_credential => {
                self.book.succeed(Success::Answered { well: false }, what, line);
            }
            _ => self.book.fail(what, line),
        }
    }

    /// `text` as it may be shown: without secrets, and not too long.
    pub(super) fn quoted(&mut self, text: &str) -> String {
        let clean = self.redactor.text(text.as_bytes());
        let clean = String::from_utf8_lossy(&clean);
        match clean.char_indices().nth(QUOTED) {
            Some((end, _)) => format!("{}…", &clean[..end]),
            None => clean.into_owned(),
        }
    }
}

fn is_curls(text: &[u8]) -> bool {
    matches!(text, [b'>' | b'<' | b'*', b' ', ..])
}

/// The words of an entry with its fields.
fn shown(entry: &Entry) -> String {
    let fields = entry.fields.iter().map(|(name, value)| format!(" {name}={value}"));
    std::iter::once(entry.message.clone()).chain(fields).collect()
}

/// `GET /v1/machines`.
fn request(entry: &Entry) -> String {
    let method = entry.field("method").unwrap_or("GET");
    let url = entry.field("url").unwrap_or_default();
    let shown = match Url::parse(url) {
        Ok(url) => url.path().to_owned(),
        Err(_) => url.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    format!("{method} {shown}")
}
