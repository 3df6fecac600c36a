//! One test per page, and that no page is left out.

use std::path::Path;

use crate::blocks::misnamed;
use crate::links::{dead_links, markdown, named_commands};
use crate::page::Page;
use crate::play::{ROOT, examine};

macro_rules! pages {
    ($($test:ident $file:literal)*) => {
        const PAGES: &[&str] = &[$($file),*];
        $(#[test]
        fn $test() {
            examine(Path::new(ROOT).join($file).as_path());
        })*
    };
}

pages! {
    readme "README.md"
    index "docs/README.md"
    user "docs/user.md"
    ci "docs/ci.md"
    support "docs/support.md"
    rules "docs/rules.md"
    contributing "docs/contributing.md"
}

#[test]
fn every_page_of_the_book_is_a_test() {
    let mut pages: Vec<String> = markdown("docs");
    pages.push("README.md".to_owned());
    pages.sort();
    let mut tested = PAGES.to_vec();
    tested.sort_unstable();
    assert_eq!(pages, tested);
}

/// What the reader has to take on trust: few, and each says why.
#[test]
fn few_blocks_are_not_run() {
    let reasons: Vec<String> =
        PAGES.iter().flat_map(|page| Page::read(&Path::new(ROOT).join(page)).trusted()).collect();
    assert!(reasons.len() <= 6, "{reasons:#?}");
    assert!(
        reasons.iter().all(|reason| !reason.is_empty()),
        "a block that is not run says why: {reasons:#?}"
    );
}

#[test]
fn every_link_leads_somewhere() {
    let dead: Vec<String> = markdown(".").iter().flat_map(|page| dead_links(page)).collect();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn every_command_that_is_named_in_passing_is_one() {
    let pages = markdown(".");
    let faults = pages.iter().flat_map(|page| {
        let text = std::fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
        let faults = named_commands(&text).into_iter().filter_map(|command| misnamed(&command));
        faults.map(move |fault| format!("{page}: {fault}")).collect::<Vec<_>>()
    });
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
