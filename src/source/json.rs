//! Writes JSON: indented near the top of the document, one line per element below, and safe to
//! show on a terminal. Most of a report's time goes into its thousands of equal rows, which is why
//! they are written directly.

use super::spelling::rfc3339;
use crate::model::hidden::is_hidden;

/// A JSON text under construction.
pub struct Writer {
    out: Vec<u8>,
    /// Containers that are open.
    depth: usize,
    /// How many levels of containers get a line per member.
    lines: usize,
    /// Whether the innermost open container has a member yet.
    written: bool,
    /// The last time and its text: neighbours were mostly taken in the same millisecond.
    time: (i64, String),
}

impl Writer {
    /// Begins the members of the document's own object, whose brace is not written.
    pub fn with_capacity(bytes: usize) -> Writer {
        let time = (0, rfc3339(0));
        Writer { out: Vec::with_capacity(bytes), depth: 1, lines: 1, written: false, time }
    }

    /// A whole document, whose members `fill` writes.
    pub fn document(fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut json = Writer::with_capacity(4096);
        json.plain("{");
        fill(&mut json);
        json.plain("\n}\n");
        json.finish()
    }

    /// A whole document in one line, whose members `fill` writes.
    pub fn line(fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut json = Writer { lines: 0, ..Writer::with_capacity(512) };
        json.plain("{");
        fill(&mut json);
        json.plain("}\n");
        json.finish()
    }

    /// A whole document that is a list, with a line for each of `rows`, which `fill` writes.
    pub fn rows<T>(rows: impl IntoIterator<Item = T>, fill: impl FnMut(&mut Writer, T)) -> Vec<u8> {
        let mut json = Writer { depth: 0, ..Writer::with_capacity(4096) };
        json.list(rows, fill);
        json.plain("\n");
        json.finish()
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// From here on, containers in the outermost `levels` below the document's own object get a
    /// line per member; deeper ones stand in one line.
    pub fn break_lines(&mut self, levels: usize) {
        self.lines = 1 + levels;
    }

    /// `"name": `, after a comma where one is due. Names are the contract's own: plain letters.
    pub fn key(&mut self, name: &'static str) {
        self.next();
        self.put("\"");
        self.put(name);
        self.put("\": ");
    }

    /// `"name": ` for a name that is none of the contract's own.
    pub fn free_key(&mut self, name: &str) {
        self.next();
        self.text(name);
        self.put(": ");
    }

    /// An object, whose members `fill` writes.
    pub fn object(&mut self, fill: impl FnOnce(&mut Writer)) {
        self.open("{");
        fill(self);
        self.close("}");
    }

    /// A list with a member for each of `members`, which `fill` writes.
    pub fn list<T>(&mut self, members: impl IntoIterator<Item = T>, mut fill: impl FnMut(&mut Writer, T)) {
        self.open("[");
        for member in members {
            self.next();
            fill(self, member);
        }
        self.close("]");
    }

    /// A member of the object: a list of texts.
    pub fn texts<T: AsRef<str>>(&mut self, name: &'static str, texts: &[T]) {
        self.key(name);
        self.list(texts, |json, text| json.text(text.as_ref()));
    }

    /// A member of the object: a text.
    pub fn text_at(&mut self, name: &'static str, text: &str) {
        self.key(name);
        self.text(text);
    }

    /// A member of the object: a text, or null.
    pub fn maybe_at(&mut self, name: &'static str, text: Option<&str>) {
        self.key(name);
        match text {
            Some(text) => self.text(text),
            None => self.plain("null"),
        }
    }

    /// A member of the object: a number.
    pub fn number_at(&mut self, name: &'static str, number: impl std::fmt::Display) {
        self.key(name);
        self.plain(&number.to_string());
    }

    /// A member of the object: `true` or `false`.
    pub fn flag_at(&mut self, name: &'static str, flag: bool) {
        self.key(name);
        self.plain(if flag { "true" } else { "false" });
    }

    /// A member of the object: a time in RFC 3339.
    pub fn time_at(&mut self, name: &'static str, ms: i64) {
        self.key(name);
        if self.time.0 != ms {
            self.time = (ms, rfc3339(ms));
        }
        self.put("\"");
        self.out.extend_from_slice(self.time.1.as_bytes());
        self.put("\"");
    }

    /// A number, `true`, `false` or `null`, as it is.
    pub fn plain(&mut self, word: &str) {
        self.put(word);
    }

    /// A text. Besides what JSON demands, every hidden character is escaped.
    pub fn text(&mut self, text: &str) {
        self.put("\"");
        let plain = |byte: u8| (0x20..0x7f).contains(&byte) & (byte != b'"') & (byte != b'\\');
        // Without an early end the loop looks at many bytes at a time.
        if text.bytes().fold(true, |all, byte| all & plain(byte)) {
            self.put(text);
        } else {
            text.chars().for_each(|c| self.escaped(c));
        }
        self.put("\"");
    }

    fn escaped(&mut self, c: char) {
        match c {
            '"' => self.put("\\\""),
            '\\' => self.put("\\\\"),
            '\n' => self.put("\\n"),
            '\r' => self.put("\\r"),
            '\t' => self.put("\\t"),
            c if is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    self.put(&format!("\\u{unit:04x}"));
                }
            }
            c => self.put(c.encode_utf8(&mut [0; 4])),
        }
    }

    fn open(&mut self, bracket: &str) {
        self.depth += 1;
        self.written = false;
        self.put(bracket);
    }

    fn close(&mut self, bracket: &str) {
        self.depth -= 1;
        if self.written && self.depth < self.lines {
            self.indent();
        }
        self.written = true;
        self.put(bracket);
    }

    /// What stands before a member: a comma, and a new line or a blank.
    fn next(&mut self) {
        if self.written {
            self.put(",");
        }
        if self.depth <= self.lines {
            self.indent();
        } else if self.written {
            self.put(" ");
        }
        self.written = true;
    }

    fn indent(&mut self) {
        self.put("\n");
        (0..self.depth).for_each(|_| self.put("  "));
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(levels: usize, fill: impl FnOnce(&mut Writer)) -> String {
        let mut json = Writer::with_capacity(0);
        json.break_lines(levels);
        json.key("x");
        fill(&mut json);
        String::from_utf8(json.finish()).unwrap()
    }

    fn nested(json: &mut Writer) {
        json.list([2, 0], |json, many| {
            json.object(|json| {
                for _ in 0..many {
                    json.texts("a", &["b", "c"]);
                }
            });
        });
    }

    #[test]
    fn outer_levels_get_lines_and_inner_ones_do_not() {
        let row = "{\"a\": [\"b\", \"c\"], \"a\": [\"b\", \"c\"]}";
        assert_eq!(written(0, nested), format!("\n  \"x\": [{row}, {{}}]"));
        assert_eq!(written(1, nested), format!("\n  \"x\": [\n    {row},\n    {{}}\n  ]"));
        let broken = "{\n      \"a\": [\"b\", \"c\"],\n      \"a\": [\"b\", \"c\"]\n    }";
        assert_eq!(written(2, nested), format!("\n  \"x\": [\n    {broken},\n    {{}}\n  ]"));
        assert_eq!(written(2, |json| json.list([(); 0], |_, ()| {})), "\n  \"x\": []");
    }

    #[test]
    fn hidden_characters_are_escaped_and_every_text_reads_back_the_same() {
        for text in
            ["", "plain", "a\"b\\c", "ö 日本", "a\u{1b}[2J\u{9b}1m\u{202e}gpj\u{200b}\u{e0041}\u{7f}\n\r\t\0"]
        {
            let json = written(0, |json| json.text(text));
            assert!(!json[1..].chars().any(is_hidden), "{json}");
            let read: serde_json::Value = serde_json::from_str(&format!("{{{json}}}")).unwrap();
            assert_eq!(read["x"], text);
        }
    }

    #[test]
    fn times_are_not_mixed_up() {
        let json = written(0, |json| {
            json.object(|json| [0, 1000, 1000, 0].into_iter().for_each(|ms| json.time_at("t", ms)));
        });
        let (zero, one) = ("\"t\": \"1970-01-01T00:00:00Z\"", "\"t\": \"1970-01-01T00:00:01Z\"");
        assert_eq!(json, format!("\n  \"x\": {{{zero}, {one}, {one}, {zero}}}"));
    }
}
