//! What a person types or pastes: the message of an error, with quotes, colours or what stood before it.

use super::phrases::{Heard, Phrases, Said};

/// What is looked at of it: lines, and bytes of a line.
const LINES: usize = 64;
const BYTES: usize = 4096;

/// What the phrases make of `text`, each once: those that know most of it first is their own order.
pub fn recognise(phrases: &Phrases, text: &str) -> Vec<Heard> {
    let mut all: Vec<Heard> = Vec::new();
    for line in text.lines().take(LINES) {
        for spelling in spellings(line) {
            let said = Said { text: &spelling, fields: &[] };
            let numbers = phrases.candidates(&spelling);
            let heard: Vec<Heard> =
                numbers.into_iter().filter_map(|number| phrases.hear(number, &said)).collect();
            let found = !heard.is_empty();
            for heard in heard.into_iter().filter(|heard| !heard.suggests.is_empty()) {
                if !all.iter().any(|known| known.rule == heard.rule) {
                    all.push(heard);
                }
            }
            if found {
                break;
            }
        }
    }
    all
}

/// The ways in which a line may say what the rules know: as it is, without what stands around the message,
/// and as the message that a program would print.
fn spellings(line: &str) -> Vec<String> {
    let plain = without_controls(&line[..line.floor_char_boundary(BYTES)]);
    let bare = plain.trim_matches(|c: char| c.is_whitespace() || "\"'`“”‘’«»*_>|()[]".contains(c)).to_owned();
    let lower = bare.to_ascii_lowercase();
    let from_error = lower.find("error: ").map(|at| bare[at..].to_owned());
    let as_printed = format!("Error: {bare}");
    let mut all = vec![plain, bare];
    all.extend(from_error);
    all.push(as_printed);
    all.retain(|spelling| !spelling.trim().is_empty());
    all.dedup();
    all
}

/// `line` without what colours a terminal (ECMA-48 section 5.4: control sequences) and other controls.
fn without_controls(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' && chars.next_if_eq(&'[').is_some() {
            while chars.next_if(|c| ('\u{20}'..='\u{3f}').contains(c)).is_some() {}
            chars.next();
        } else if c == '\t' {
            text.push(' ');
        } else if !c.is_control() {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_message_is_taken_away() {
        let said = spellings("\u{1b}[1;31m“Error: permission denied”\u{1b}[0m\r");
        assert_eq!(
            said,
            ["“Error: permission denied”", "Error: permission denied", "Error: Error: permission denied"]
        );
        assert!(spellings("12:01 ERR Error: x y=z").contains(&"Error: x y=z".to_owned()));
        assert!(spellings(" \u{7} ").iter().all(|spelling| spelling == "Error: "));
    }
}
