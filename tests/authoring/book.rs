//! `cmdop doctor rules doc`, and `explain`, which says the same of one rule.

use cmdop_doctor::rulebook::{built_in, unpacked};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::run;
use crate::support::Home;

/// What a reader of Markdown makes of a text: its headings, and whether there is anything but words.
fn read(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut headings, mut strange) = (Vec::new(), Vec::new());
    let mut within = false;
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                within = true;
                headings.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => within = false,
            Event::Text(words) | Event::Code(words) if within => {
                headings.last_mut().unwrap().push_str(&words)
            }
            Event::Html(html) | Event::InlineHtml(html) => strange.push(html.to_string()),
            Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with('#') => {
                strange.push(dest_url.to_string())
            }
            Event::Start(Tag::Image { dest_url, .. }) => strange.push(dest_url.to_string()),
            _ => {}
        }
    }
    (headings, strange)
}

#[test]
fn the_book_has_every_rule_and_nothing_but_words() {
    let home = Home::new();
    let (book, code) = run(&home, &["doc"]);
    assert_eq!(code, Some(0));
    let (headings, strange) = read(&book);
    assert_eq!(strange, Vec::<String>::new());
    let rules = unpacked(&built_in());
    let mut ids: Vec<&str> = rules.checks.iter().map(|rule| rule.id).collect();
    ids.extend(rules.causes.iter().map(|rule| rule.id));
    ids.extend(rules.symptoms.iter().map(|rule| rule.id));
    ids.extend(rules.logs.iter().map(|rule| rule.id));
    ids.extend(rules.shapes.iter().map(|rule| rule.id));
    ids.extend(rules.profiles.iter().map(|rule| rule.id));
    for id in &ids {
        assert!(headings.iter().any(|heading| heading == id), "{id}");
    }
    assert_eq!(headings.len(), ids.len() + 7, "and a heading for the book and for each chapter");
    for check in rules.checks {
        for outcome in check.outcomes {
            assert!(book.contains(&format!("`{}`", outcome.id)), "{}/{}", check.id, outcome.id);
        }
    }
}

#[test]
fn a_rule_from_outside_writes_no_markup() {
    let home = Home::new();
    let title = "<script>alert(1)</script> [here](javascript:x) ![i](http://a.example/) *b* www.a.example";
    let rule = format!(
        "id: corp.mean\ntitle: '{title}'\nabout: |\n  # a heading\n\n  - a list <b>\nevidence: {{ v: {{ env: {{ name: '`<i>`' }} }} }}\noutcomes:\n  - id: bad\n    when: {{ v.value: '``` <u> ```' }}\n    severity: error\n    symptom: '<img src=x>'\n    cause: '[a](b)'\n    fix: {{ manual: 'a ` <s> b' }}\n  - id: healthy\n"
    );
    home.file("mean.yaml", rule);
    for words in [
        &["doc", "--rules", "mean.yaml", "--no-builtin"][..],
        &["doc", "--rules", "mean.yaml", "--dir", "out"],
    ] {
        let (book, code) = run(&home, words);
        assert_eq!(code, Some(0), "{book}");
        let page = home.path().join("out/checks/corp.mean.md");
        let text = if words.contains(&"--dir") { std::fs::read_to_string(page).unwrap() } else { book };
        let (headings, strange) = read(&text);
        assert_eq!(strange, Vec::<String>::new(), "{text}");
        assert!(
            headings.contains(&"corp.mean".to_owned()) && !headings.contains(&"a heading".to_owned()),
            "{text}"
        );
    }
}

#[test]
fn a_folder_gets_a_page_for_each_rule_and_a_list() {
    let home = Home::new();
    assert_eq!(run(&home, &["doc", "--dir", "out"]), (String::new(), Some(0)));
    let list = std::fs::read_to_string(home.path().join("out/README.md")).unwrap();
    let linked: Vec<&str> =
        list.lines().filter_map(|line| line.split_once("](")?.1.strip_suffix(')')).collect();
    assert!(linked.len() > 200);
    for page in linked {
        assert!(home.path().join("out").join(page).is_file(), "{page}");
    }
    assert_eq!(run(&home, &["doc", "--output", "book.md"]), (String::new(), Some(0)));
    let book = std::fs::read_to_string(home.path().join("book.md")).unwrap();
    let page = std::fs::read_to_string(home.path().join("out/checks/token.file_mode.md")).unwrap();
    assert!(book.contains(page.trim_end()), "a page is a part of the book");
}

#[test]
fn explain_says_what_the_book_says() {
    let home = Home::new();
    let book: Value = serde_json::from_str(&run(&home, &["doc", "--json"]).0).unwrap();
    for (chapter, id) in
        [("checks", "token.file_mode"), ("checks", "net.proxy"), ("causes", "cause.clock_wrong")]
    {
        let rule = book[chapter].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap();
        let output = home.cmdop(&["doctor", "explain", id, "--json"]).output();
        let mut explained: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            explained.as_object_mut().unwrap().remove("schema").unwrap(),
            "cmdop.doctor.explanation/1"
        );
        assert_eq!(&explained, rule);
    }
    let shown = home.cmdop(&["doctor", "explain", "token.file_mode"]).output();
    let shown = String::from_utf8(shown.stdout).unwrap();
    for part in
        ["file: file {store}", "applies", "file.mode: { any_bits: \"0002\" }", "healthy", "chmod 600 {store}"]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}
