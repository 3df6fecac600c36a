//! A page taken apart: what is typed and answered, what is written to files, what is prepared out of sight.

use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A page as it is written.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) blocks: Vec<Block>,
}

/// A fenced block, or a comment that prepares the home for the blocks after it.
pub(crate) struct Block {
    /// The first word after the fence; `setup` for a comment.
    pub(crate) language: String,
    /// The other words: `name=value`, or a name alone. `reason=` takes the rest of the line.
    marks: Vec<(String, String)>,
    /// Where its lines stand in the page.
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A command and the answer that the page promises.
#[derive(Debug, PartialEq)]
pub(crate) struct Command {
    pub(crate) typed: String,
    pub(crate) answer: String,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Page {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        Page::of(path, text)
    }

    pub(crate) fn of(path: &Path, text: String) -> Page {
        let mut blocks = Vec::new();
        let mut comment: Option<Range<usize>> = None;
        for (event, range) in Parser::new(&text).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(words))) => {
                    blocks.push(Block::fenced(&words, range, &text));
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                    blocks.push(Block::new("indented", range, &text));
                }
                Event::Start(Tag::HtmlBlock) => comment = Some(range),
                Event::End(TagEnd::HtmlBlock) => {
                    blocks.extend(comment.take().and_then(|at| Block::comment(at, &text)))
                }
                _ => {}
            }
        }
        Page { path: path.to_owned(), text, blocks }
    }

    /// Why blocks that look like commands are not run.
    pub(crate) fn trusted(&self) -> Vec<String> {
        self.blocks
            .iter()
            .filter(|block| block.has("norun"))
            .map(|block| block.mark("reason").unwrap_or_default())
            .collect()
    }

    /// For messages: the file and the line.
    pub(crate) fn place(&self, block: &Block) -> String {
        format!("{}:{}", self.path.file_name().unwrap().to_string_lossy(), block.line)
    }
}

impl Block {
    fn new(language: &str, range: Range<usize>, page: &str) -> Block {
        let line = page[..range.start].matches('\n').count() + 1;
        let text = page[range.clone()].to_owned();
        Block { language: language.to_owned(), marks: Vec::new(), range, text, line }
    }

    fn fenced(words: &str, range: Range<usize>, page: &str) -> Block {
        let whole = &page[range.clone()];
        let first = whole.find('\n').map_or(whole.len(), |end| end + 1);
        let last = whole.trim_end().rfind('\n').map_or(whole.len(), |end| end + 1);
        let mut block = Block::new("", range.start + first..range.start + last.max(first), page);
        let (words, reason) = match words.split_once("reason=") {
            Some((words, reason)) => (words, Some(("reason".to_owned(), reason.trim().to_owned()))),
            None => (words, None),
        };
        let mut words = words.split_whitespace();
        block.language = words.next().unwrap_or_default().to_owned();
        let mark = |word: &str| {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            (name.to_owned(), value.to_owned())
        };
        block.marks = words.map(mark).chain(reason).collect();
        block
    }

    /// `<!-- setup`, lines for the shell, `-->`; any other comment is one that nobody reads.
    fn comment(range: Range<usize>, page: &str) -> Option<Block> {
        let lines = page[range.clone()].strip_prefix("<!--")?;
        let mut block = Block::new("comment", range, page);
        if let Some((lines, _)) = lines.strip_prefix(" setup\n").and_then(|lines| lines.split_once("-->")) {
            block.language = "setup".to_owned();
            block.text = lines.to_owned();
        }
        Some(block)
    }

    /// The first mark that means nothing.
    pub(crate) fn unknown_mark(&self) -> Option<&str> {
        let known: &[&str] = match self.language.as_str() {
            "console" => &["sandbox", "wide", "norun", "reason"],
            _ => &["file"],
        };
        self.marks.iter().map(|(name, _)| name.as_str()).find(|name| !known.contains(name))
    }

    pub(crate) fn mark(&self, name: &str) -> Option<String> {
        self.marks.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.mark(name).is_some()
    }

    /// The commands of a console block: `$ ` begins one, `> ` goes on with it, the rest is the answer.
    pub(crate) fn commands(&self) -> Vec<Command> {
        let mut commands: Vec<Command> = Vec::new();
        for line in self.text.lines() {
            if let Some(typed) = line.strip_prefix("$ ") {
                commands.push(Command { typed: format!("{typed}\n"), answer: String::new() });
                continue;
            }
            let Some(last) = commands.last_mut() else {
                panic!("line {}: a console block begins with `$ `: {line}", self.line)
            };
            match line.strip_prefix("> ").or(line.strip_prefix(">").filter(|rest| rest.is_empty())) {
                Some(more) if last.answer.is_empty() => last.typed += &format!("{more}\n"),
                _ => last.answer += &format!("{line}\n"),
            }
        }
        commands
    }
}

/// The lines of a console block that has these commands.
pub(crate) fn written(commands: &[Command]) -> String {
    let typed = |typed: &str| {
        let mut lines = typed.lines();
        let first = format!("$ {}\n", lines.next().unwrap_or_default());
        lines.fold(first, |text, line| text + format!("> {line}").trim_end() + "\n")
    };
    commands.iter().map(|command| typed(&command.typed) + &command.answer).collect()
}

#[test]
fn a_block_is_read_and_written_alike() {
    let text = "# A\n\n<!-- setup\numask 077\n-->\n\n```console sandbox=slow norun reason=it serves\n$ a <<E\n> x\n> E\nb\n\n> c\n$ d\n```\n";
    let page = Page::of(Path::new("a.md"), text.to_owned());
    let [setup, console] = &page.blocks[..] else { panic!("two blocks") };
    assert_eq!((setup.language.as_str(), setup.text.as_str()), ("setup", "umask 077\n"));
    assert_eq!((console.language.as_str(), console.line), ("console", 8));
    assert_eq!(console.mark("sandbox").as_deref(), Some("slow"));
    assert_eq!(page.trusted(), ["it serves"]);
    let commands = console.commands();
    assert_eq!(commands[0], Command { typed: "a <<E\nx\nE\n".to_owned(), answer: "b\n\n> c\n".to_owned() });
    assert_eq!(written(&commands), text[console.range.clone()]);
}
