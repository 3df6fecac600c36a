//! GitHub-flavoured Markdown, for job summaries, issues and merge requests. Texts are escaped: they
//! hold no markup, no link and no HTML.

use std::fmt::Write;

use super::entry::{Entry, cause, entries, remedy};
use super::hidden::visible;
use super::text::closing_line;
use crate::model::diagnosis::Root;
use crate::model::report::Report;
use crate::model::severity::Severity;

/// Writes the document.
pub fn render(report: &Report) -> Vec<u8> {
    let entries = entries(report);
    let mut page = format!("## cmdop doctor: {}\n\n{}\n", report.verdict.name(), text(&closing_line(report)));
    for entry in &entries {
        if let Some(root) = entry.root {
            root_section(&mut page, entry, root);
        }
    }
    for remark in &report.remarks {
        let _infallible = writeln!(page, "\n> **note** {}", text(remark));
    }
    let rest: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.root.is_none()).collect();
    if !rest.is_empty() {
        let _infallible = write!(page, "\n<details><summary>{} other findings</summary>\n\n", rest.len());
        page.push_str("| finding | verdict | why |\n|---|---|---|\n");
        for entry in rest {
            let (id, verdict, why) = (text(&entry.id()), text(entry.verdict()), text(&entry.reason()));
            let _infallible = writeln!(page, "| {id} | {verdict} | {why} |");
        }
        page.push_str("\n</details>\n");
    }
    page.into_bytes()
}

fn root_section(page: &mut String, entry: &Entry<'_>, root: &Root) {
    let sign = match root.severity {
        Severity::Error => "❌ error",
        Severity::Warning => "⚠ warning",
    };
    let _infallible = write!(page, "\n### {sign}: {}\n\n**{}**\n\n", text(&entry.id()), text(&root.title));
    for (label, words) in [("Symptom", root.symptom.as_str()), ("Cause", &cause(root))] {
        if !words.is_empty() {
            let _infallible = writeln!(page, "- **{label}:** {}", text(words));
        }
    }
    if let Some(command) = remedy(root) {
        let safety = root
            .fix
            .as_ref()
            .map_or(String::new(), |fix| format!(" ({})", fix.safety.name().replace('_', " ")));
        let _infallible = writeln!(page, "- **Fix:** {}{safety}", code(&command));
    }
    if !root.explains.is_empty() {
        let _infallible = writeln!(page, "- **Explains:** {}", text(&root.explains.join(", ")));
    }
}

/// A text in which nothing is markup, and no address becomes a link. It begins no line: there a
/// dash or a number would be markup, too.
pub(super) fn text(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len() + 16);
    for c in visible(words).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped.replace("www.", "www\\.").replace("://", "&#58;//")
}

/// A code span (CommonMark section 6.1): fenced by one more backtick than any run inside.
pub(super) fn code(words: &str) -> String {
    let shown = visible(words);
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            text("<b>*x* [a](javascript:y) @team"),
            "&lt;b&gt;\\*x\\* \\[a\\](javascript:y) &#64;team"
        );
        assert_eq!(code("say `x`"), "`` say `x` ``");
        assert_eq!(code("a``b"), "```a``b```");
    }
}
