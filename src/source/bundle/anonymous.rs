//! A bundle that names nobody: users and hosts are numbered, in every text by the same numbers, so
//! that what was equal stays equal.

use crate::model::fact::{Fact, Value};
use crate::model::list::List;
use crate::model::report::Report;
use crate::model::rulebook::Shape;
use crate::redact::{Redactor, Style};

/// Who the user is called, and where a home folder stands, in a bundle that names nobody.
const SOMEONE: &str = "someone";
const HOME: &str = "/home/someone";

/// Replaces the names of users and hosts in texts.
#[derive(Debug)]
pub struct Anonymizer {
    redactor: Redactor,
    home: Option<String>,
    user: Option<String>,
}

impl Anonymizer {
    /// One that knows the user by `home` and by what `report` tells of the account.
    pub fn new(shapes: List<Shape>, home: Option<&str>, report: &Report) -> Anonymizer {
        let account = report.evidence.iter().find(|(key, _)| key.as_ref() == "account");
        let user = match account.map(|(_, found)| found.reading.fact("user")) {
            Some(Fact::Known(Value::Text(name))) if name != "root" && name.len() > 1 => Some(name),
            _ => None,
        };
        let home = home.filter(|home| home.len() > 1 && *home != "/root").map(str::to_owned);
        let style = Style { anonymize: true, plain: false };
        Anonymizer { redactor: Redactor::new(shapes, style), home, user }
    }

    /// `text` without names.
    pub fn text(&mut self, text: &mut String) {
        if let Some(home) = self.home.as_ref().filter(|home| text.contains(home.as_str())) {
            *text = text.replace(home, HOME);
        }
        if let Some(user) = self.user.as_ref().filter(|user| text.contains(user.as_str())) {
            *text = replace_word(text, user, SOMEONE);
        }
        let clean = self.redactor.text(text.as_bytes());
        *text = String::from_utf8_lossy(&clean).into_owned();
    }

    /// `report` without names in its evidence and its remarks.
    pub fn report(&mut self, report: &mut Report) {
        for (key, found) in &mut report.evidence {
            let mut text = key.to_string();
            self.text(&mut text);
            *key = text.into();
            found.reading.change_texts(&mut |text| self.text(text));
        }
        report.remarks.iter_mut().for_each(|remark| self.text(remark));
        report.home = self.home.as_ref().map(|_| HOME.to_owned()).or_else(|| report.home.take());
    }
}

/// `text` with `new` wherever `old` stands as a whole word.
fn replace_word(text: &str, old: &str, new: &str) -> String {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let mut replaced = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in text.match_indices(old) {
        let (before, after) = (text[..at].chars().next_back(), text[at + old.len()..].chars().next());
        if at >= copied && !in_word(before) && !in_word(after) {
            replaced.push_str(&text[copied..at]);
            replaced.push_str(new);
            copied = at + old.len();
        }
    }
    replaced.push_str(&text[copied..]);
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_as_a_word_alone() {
        assert_eq!(replace_word("ada, /home/ada: adam-ada ada", "ada", "x"), "x, /home/x: adam-ada x");
        assert_eq!(replace_word("", "ada", "x"), "");
    }
}
