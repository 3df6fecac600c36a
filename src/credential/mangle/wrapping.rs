//! Slips that take along what stood around the key: quotes, a line of a file, a command, a page.

/// The captured output of the command that makes a key (facts: "API Key created: …").
pub(super) fn command_output(text: &str) -> Option<String> {
    let (_, after) = text.split_once("API Key created:").or_else(|| text.split_once("API key created:"))?;
    key_within(after)
}

/// Tags of a page: `<code>cmd_…</code>`.
pub(super) fn html_tag(text: &str) -> Option<String> {
    let tagged = text.contains("</") || text.contains("<br") || text.contains("/>");
    if !tagged || !text.contains('>') {
        return None;
    }
    let mut plain = String::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            other if depth == 0 => plain.push(other),
            _ => {}
        }
    }
    Some(plain)
}

/// Entities of a page: `&quot;`, `&#95;`.
pub(super) fn html_entity(text: &str) -> Option<String> {
    const ENTITIES: [(&str, &str); 12] = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&#95;", "_"),
        ("&lowbar;", "_"),
        ("&amp;", "&"),
    ];
    let found = ENTITIES.iter().any(|(entity, _)| text.contains(entity));
    found.then(|| ENTITIES.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain)))
}

/// A field of a JSON document, or the document: `"api_key": "cmd_…",`.
pub(super) fn json_fragment(text: &str) -> Option<String> {
    let field = text.trim_start_matches(['{', '[', ' ', '\n', '\r', '\t']);
    let quote = field.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (_, after_name) = field[1..].split_once(quote)?;
    let value = after_name.trim_start().strip_prefix(':')?.trim_start();
    if let Some(key) = quoted_key(text) {
        return Some(key);
    }
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(['"', '\'', ',', '}', '\n']).unwrap_or(value.len());
    Some(value[..end].trim_end().to_owned())
}

/// A key that stands in quotes, wherever it is.
fn quoted_key(text: &str) -> Option<String> {
    ["\"cmd_", "'cmd_"].iter().find_map(|start| {
        let key = &text[text.find(start)? + 1..];
        Some(key[..key.find(['"', '\'']).unwrap_or(key.len())].to_owned())
    })
}

/// An address with the key as user name or password.
pub(super) fn url_userinfo(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("://")?;
    let (user, _) = rest.split('/').next()?.rsplit_once('@')?;
    user.split(':').find(|part| part.starts_with("cmd_")).map(str::to_owned)
}

/// An address with the key among its parameters or in its path.
pub(super) fn url_query(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("://")?;
    (!text.contains(char::is_whitespace)).then(|| key_within(rest))?
}

/// A command, with the key as its argument.
pub(super) fn command_line(text: &str) -> Option<String> {
    const COMMANDS: [&str; 7] = ["cmdop ", "curl ", "wget ", "http ", "$ ", "sudo ", "docker "];
    let typed = text.starts_with('-') && !text.starts_with("- ")
        || COMMANDS.iter().any(|command| text.starts_with(command));
    typed.then(|| key_within(text))?
}

/// `export CMDOP_API_KEY=cmd_…`, in the spelling of any shell or file.
pub(super) fn variable_assignment(text: &str) -> Option<String> {
    const VERBS: [&str; 8] = ["export ", "set ", "declare -x ", "env ", "const ", "let ", "var ", "$env:"];
    const VERBS_WITHOUT_SIGN: [&str; 4] = ["setx ", "ENV ", "set -gx ", "set -x "];
    let stripped = |verbs: &[&str]| verbs.iter().find_map(|verb| text.strip_prefix(verb));
    let unsigned = stripped(&VERBS_WITHOUT_SIGN);
    let told = unsigned.or_else(|| stripped(&VERBS));
    let line = told.unwrap_or(text).trim_start();
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let signed = rest.strip_prefix(":=").or_else(|| rest.strip_prefix('='));
    let value = signed.or(unsigned.map(|_| rest))?;
    let meant = names_a_secret(name) || (told.is_some() && !name.starts_with("cmd_"));
    meant.then(|| value.trim_start().to_owned())
}

/// Whether a variable of this name could be meant to hold a key.
fn names_a_secret(name: &str) -> bool {
    let lowered = name.to_ascii_lowercase();
    !name.starts_with("cmd_")
        && ["key", "token", "secret", "cmdop", "auth"].iter().any(|part| lowered.contains(part))
}

/// A line of a request: `Authorization: Bearer cmd_…`.
pub(super) fn authorization_header(text: &str) -> Option<String> {
    let (name, value) = text.split_once(':')?;
    let header = ["authorization", "proxy-authorization", "x-api-key", "api-key", "x-auth-token"];
    header.contains(&name.trim().to_ascii_lowercase().as_str()).then(|| value.trim_start().to_owned())
}

/// A line of a YAML file, or of a page: `api_key: cmd_…`.
pub(super) fn yaml_line(text: &str) -> Option<String> {
    let (name, value) = text.split_once(':')?;
    let short = name.len() < 64 && !name.contains(['\n', '/']);
    (short && names_a_secret(name)).then(|| value.trim_start().to_owned())
}

/// The scheme of an `Authorization` header (RFC 6750 section 2.1).
pub(super) fn bearer_prefix(text: &str) -> Option<String> {
    ["bearer", "token", "apikey", "basic"].iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        let parted = rest.starts_with([' ', ':', '=']) && start.eq_ignore_ascii_case(scheme);
        parted.then(|| rest.trim_start_matches([' ', ':', '=']).to_owned())
    })
}

/// Markdown: emphasis, a link, a list, a quotation.
pub(super) fn markdown(text: &str) -> Option<String> {
    let emphasised = ["***", "**", "__", "~~", "*"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark))
        .filter(|inner| !inner.is_empty() && !inner.contains('*'));
    let linked = || Some(text.strip_prefix('[')?.split_once("](")?.0);
    let listed = || ["- ", "* ", "+ ", "> "].iter().find_map(|mark| text.strip_prefix(mark));
    emphasised.or_else(linked).or_else(listed).map(str::to_owned)
}

pub(super) fn double_quotes(text: &str) -> Option<String> {
    trimmed(text, &['"'])
}

pub(super) fn single_quotes(text: &str) -> Option<String> {
    trimmed(text, &['\''])
}

/// Also the fences of a block of code, with the language that they may name.
pub(super) fn backticks(text: &str) -> Option<String> {
    let inner = trimmed(text, &['`'])?;
    match inner.split_once('\n') {
        Some((language, rest)) if text.starts_with("```") && !language.contains('_') => Some(rest.to_owned()),
        _ => Some(inner),
    }
}

/// The quotes that word processors and chats make.
pub(super) fn typographic_quotes(text: &str) -> Option<String> {
    trimmed(text, &['“', '”', '„', '‟', '‘', '’', '‚', '‛', '«', '»', '‹', '›', '′', '″', '´'])
}

pub(super) fn angle_brackets(text: &str) -> Option<String> {
    trimmed(text, &['<', '>'])
}

pub(super) fn brackets(text: &str) -> Option<String> {
    trimmed(text, &['(', ')', '[', ']', '{', '}'])
}

/// `text` without these characters at its ends.
fn trimmed(text: &str, marks: &[char]) -> Option<String> {
    let inner = text.trim_matches(marks);
    (inner.len() < text.len()).then(|| inner.to_owned())
}

/// How Python shows bytes and other texts: `b'cmd_…'`.
pub(super) fn bytes_literal(text: &str) -> Option<String> {
    let literal = text.strip_prefix(['b', 'u', 'r', 'f'])?;
    let quoted = |mark| literal.strip_prefix(mark)?.strip_suffix(mark);
    quoted('\'').or_else(|| quoted('"')).map(str::to_owned)
}

/// What a shell or an editor shows where a line ends: zsh `%`, fish `⏎`, `cat -A` `$` and `^M$`.
pub(super) fn end_mark(text: &str) -> Option<String> {
    const MARKS: [&str; 7] = ["^M$", "^M", "%", "$", "⏎", "↵", "¶"];
    let marked = MARKS.iter().find_map(|mark| text.strip_suffix(mark))?;
    marked.contains("cmd_").then(|| marked.trim_end().to_owned())
}

/// The rest of the line, meant for a reader: `cmd_… # prod`.
pub(super) fn trailing_comment(text: &str) -> Option<String> {
    [" #", " //", " --", "\t#"]
        .iter()
        .find_map(|mark| text.split_once(mark))
        .filter(|(before, _)| !before.contains('\n'))
        .map(|(before, _)| before.trim_end().to_owned())
}

pub(super) fn trailing_comma(text: &str) -> Option<String> {
    text.strip_suffix(',').map(str::to_owned)
}

pub(super) fn trailing_semicolon(text: &str) -> Option<String> {
    text.strip_suffix(';').map(str::to_owned)
}

/// The mark that continues a line in a shell.
pub(super) fn trailing_backslash(text: &str) -> Option<String> {
    text.strip_suffix('\\').map(|rest| rest.trim_end().to_owned())
}

/// The end of the sentence that the key stood in.
pub(super) fn trailing_period(text: &str) -> Option<String> {
    text.strip_suffix('.').map(str::to_owned)
}

pub(super) fn leading_equals(text: &str) -> Option<String> {
    text.starts_with('=').then(|| text.trim_start_matches('=').trim_start().to_owned())
}

/// Other lines around the one with the key: a whole file, a whole answer.
pub(super) fn extra_lines(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let with_key = lines.clone().find(|line| line.contains("cmd_"))?;
    let others = lines.any(|line| line != with_key && !looks_like_rest(line));
    let wrapped = text.starts_with("cmd_") && !with_key_is_whole(with_key);
    (others && !wrapped).then(|| with_key.trim().to_owned())
}

/// Other words around the key: a sentence, the row of a table. What follows in lines of its own and
/// could belong to the key is rather the rest of one that was wrapped.
pub(super) fn extra_words(text: &str) -> Option<String> {
    if text.starts_with("cmd_") && text.lines().count() > 1 && text.lines().all(looks_like_rest) {
        return None;
    }
    let mut words = text.split_whitespace();
    let first = words.next()?;
    // A short first word is rather the beginning of a key that a blank cuts in two.
    if first.starts_with("cmd_") && with_key_is_whole(first) {
        return words.next().map(|_| first.to_owned());
    }
    words.find(|word| word.starts_with("cmd_")).map(str::to_owned)
}

/// Whether a line could be the continuation of a key that a terminal wrapped.
fn looks_like_rest(line: &str) -> bool {
    line.trim().bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Whether the line's key has a random part of its own.
fn with_key_is_whole(line: &str) -> bool {
    line.trim().rsplit('_').next().is_some_and(|random| random.len() >= 16)
}

/// The key that stands somewhere in `text`, up to what cannot belong to it.
fn key_within(text: &str) -> Option<String> {
    let key = &text[text.find("cmd_")?..];
    let end = key.find(|c: char| c.is_whitespace() || "\"'`,;&#?/@)]}>|".contains(c)).unwrap_or(key.len());
    Some(key[..end].to_owned())
}
