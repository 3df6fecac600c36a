//! Links of every page: a file must be there, an anchor must be a heading, and a command that is named in
//! passing must be one.

use std::fs;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::blocks::ours;
use crate::play::ROOT;

/// Folders with pages of other people's.
const FOREIGN: &[&str] = &["target", "node_modules", ".git"];

/// The pages at and below a folder, by their paths from the root of the project.
pub(crate) fn markdown(folder: &str) -> Vec<String> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder == "." { name.clone() } else { format!("{folder}/{name}") };
        if entry.path().is_dir() && !FOREIGN.contains(&name.as_str()) {
            pages.extend(markdown(&path));
        } else if name.ends_with(".md") {
            pages.push(path);
        }
    }
    pages
}

/// The links of a page that lead nowhere. Addresses in the web are not asked.
pub(crate) fn dead_links(page: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
    let links = Parser::new_ext(&text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(dest_url.into_string())
        }
        _ => None,
    });
    let inward = links.filter(|link| !link.contains("://") && !link.starts_with("mailto:"));
    inward.filter(|link| !leads_somewhere(page, link)).map(|link| format!("{page}: {link}")).collect()
}

fn leads_somewhere(page: &str, link: &str) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let page = Path::new(ROOT).join(page);
    let target = if file.is_empty() { page } else { page.parent().unwrap().join(file) };
    match fs::read_to_string(&target) {
        _ if anchor.is_empty() => target.exists(),
        Ok(text) => anchors(&text).iter().any(|known| known == anchor),
        Err(_) => false,
    }
}

/// The anchors of the headings, as GitHub makes them: lower case, blanks as hyphens, no punctuation.
fn anchors(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => found.extend(heading.take().map(|words| anchor(&words))),
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            _ => {}
        }
    }
    found
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

/// The commands of this program that a page names in passing, in `code`.
pub(crate) fn named_commands(text: &str) -> Vec<String> {
    let code = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Code(words) => Some(words.into_string()),
        _ => None,
    });
    code.filter_map(|words| words.starts_with("cmdop ").then(|| ours(&words))?).collect()
}

#[test]
fn dead_links_are_found() {
    assert!(leads_somewhere("README.md", "checks/README.md#truth"));
    assert!(leads_somewhere("docs/README.md", "../README.md"));
    for dead in ["no.md", "#no-such-heading", "checks/README.md#no-such-heading"] {
        assert!(!leads_somewhere("README.md", dead), "{dead}");
    }
    assert_eq!(anchors("## Who is asked `what`?\n"), ["who-is-asked-what"]);
}
