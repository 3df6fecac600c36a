//! Slips that nobody sees: blanks, line ends, and characters without a shape.

/// A byte-order mark in front, as Windows editors write it.
pub(super) fn bom(text: &str) -> Option<String> {
    text.strip_prefix('\u{feff}').map(str::to_owned)
}

/// What a terminal puts around a paste (xterm: bracketed paste mode), or what is left of it.
pub(super) fn bracketed_paste(text: &str) -> Option<String> {
    const BEFORE: [&str; 5] = ["\u{1b}[200~", "^[[200~", "[200~", "200~", "00~"];
    const AFTER: [&str; 4] = ["\u{1b}[201~", "^[[201~", "[201~", "201~"];
    let started = BEFORE.iter().find_map(|mark| text.strip_prefix(mark));
    let rest = started.unwrap_or(text);
    let ended = AFTER.iter().find_map(|mark| rest.strip_suffix(mark));
    (started.is_some() || ended.is_some()).then(|| ended.unwrap_or(rest).to_owned())
}

/// Colours of a terminal (ECMA-48 control sequences), real or spelled out.
pub(super) fn ansi_escape(text: &str) -> Option<String> {
    const SPELLED: [&str; 5] = ["\\033[", "\\x1b[", "\\u001b[", "\\e[", "^[["];
    let mut real = text.to_owned();
    for spelling in SPELLED {
        real = real.replace(spelling, "\u{1b}[");
    }
    if !real.contains('\u{1b}') {
        return None;
    }
    let mut plain = String::with_capacity(real.len());
    let mut rest = real.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_sequence(&mut rest),
            other => plain.push(other),
        }
    }
    Some(plain)
}

/// Passes over what follows an escape character: parameters, and one final character.
fn skip_sequence(rest: &mut std::str::Chars<'_>) {
    if rest.next() == Some('[') {
        rest.find(|c| ('\u{40}'..='\u{7e}').contains(c));
    }
}

/// A Windows line end behind it.
pub(super) fn crlf_end(text: &str) -> Option<String> {
    let kept = text.trim_end_matches(['\r', '\n']);
    text[kept.len()..].contains('\r').then(|| kept.to_owned())
}

/// A line end behind it.
pub(super) fn newline_end(text: &str) -> Option<String> {
    text.ends_with('\n').then(|| text.trim_end_matches('\n').to_owned())
}

/// A line end before it.
pub(super) fn newline_start(text: &str) -> Option<String> {
    text.starts_with(['\r', '\n']).then(|| text.trim_start_matches(['\r', '\n']).to_owned())
}

/// A tab at an end, or the columns of a table.
pub(super) fn tab(text: &str) -> Option<String> {
    if !text.contains('\t') || text.contains('\n') {
        return None;
    }
    let columns = || text.split('\t').map(str::trim).filter(|column| !column.is_empty());
    Some(match columns().find(|column| column.starts_with("cmd_")) {
        Some(key) => key.to_owned(),
        None => columns().collect(),
    })
}

pub(super) fn leading_blank(text: &str) -> Option<String> {
    text.starts_with(' ').then(|| text.trim_start_matches(' ').to_owned())
}

pub(super) fn trailing_blank(text: &str) -> Option<String> {
    text.ends_with(' ').then(|| text.trim_end_matches(' ').to_owned())
}

/// Blanks other than the ordinary one: web pages and word processors put them.
pub(super) fn non_breaking_space(text: &str) -> Option<String> {
    without(text, |c| c.is_whitespace() && !c.is_ascii() && c != '\u{85}')
}

/// Characters of no width: joiners, soft hyphens, direction marks (Unicode: default ignorable).
pub(super) fn zero_width(text: &str) -> Option<String> {
    without(text, |c| {
        matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}')
    })
}

/// Any other control character: NUL, backspace, a bell.
pub(super) fn control_character(text: &str) -> Option<String> {
    without(text, |c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{1b}'))
}

fn without(text: &str, gone: impl Fn(char) -> bool) -> Option<String> {
    text.contains(&gone).then(|| text.chars().filter(|c| !gone(*c)).collect())
}
