//! The page in a real browser, where there is one: it fits narrow and wide windows, in light and dark,
//! and neither runs nor fetches anything.
#![expect(clippy::disallowed_methods, reason = "the page is a file")]

use std::path::Path;

use cmdop_doctor::model::report::Report;
use cmdop_doctor::report::Format;

use crate::support::chromium::{Chromium, PROGRAM};
use crate::support::has;
use crate::{hostile, rendered, texts, waived};

/// Narrow as a telephone, wide as a desk.
const WIDTHS: [u32; 2] = [360, 1440];

fn show(browser: &mut Chromium, folder: &Path, report: &Report) {
    let file = folder.join("report.html");
    std::fs::write(&file, rendered(Format::Html, report)).unwrap();
    browser.open(&format!("file://{}", file.display()));
    browser.wait_until("document.readyState", "complete");
    browser.wait_until("document.querySelector('main') ? 'there' : 'missing'", "there");
}

#[test]
fn the_page_fits_every_window_in_light_and_dark_and_does_nothing() {
    if !has("chromium", Path::new(PROGRAM).exists()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Chromium::start();
    browser.watch();
    let reports = [waived()].into_iter().chain(texts::TEXTS.iter().map(|words| hostile(words)));
    for report in reports {
        show(&mut browser, folder.path(), &report);
        for dark in [false, true] {
            browser.prefer_dark(dark);
            for width in WIDTHS {
                assert!(browser.fits(width), "{width} pixels, dark: {dark}");
            }
            assert!(contrast(&mut browser) >= 7.0, "dark: {dark}");
        }
        let outside: Vec<String> = browser
            .requests()
            .into_iter()
            .filter(|url| !url.starts_with("file://") && !url.starts_with("data:"))
            .collect();
        assert_eq!((outside, browser.complaints()), (Vec::new(), Vec::new()));
        assert_eq!(browser.evaluate("document.querySelectorAll('script, iframe, a, img, form').length"), 0);
    }
}

/// How much lighter the text is than the paper, or the other way round, as WCAG 2.2 defines it
/// ("contrast ratio"; 7 is what its level AAA asks).
fn contrast(browser: &mut Chromium) -> f64 {
    let light = "(color => { const [r, g, b] = color.match(/\\d+/g).slice(0, 3).map(Number).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; })";
    let of = |name: &str| format!("{light}(getComputedStyle(document.body).{name})");
    let mut ask = |expression: String| browser.evaluate(&expression).as_f64().unwrap();
    let (ink, paper) = (ask(of("color")), ask(of("backgroundColor")));
    (ink.max(paper) + 0.05) / (ink.min(paper) + 0.05)
}

/// The picture of the causes is there to be read: no larger than text around it, no smaller than legible.
#[test]
fn the_picture_is_as_large_as_its_words() {
    if !has("chromium", Path::new(PROGRAM).exists()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Chromium::start();
    show(&mut browser, folder.path(), &waived());
    for width in WIDTHS {
        assert!(browser.fits(width));
        let height = browser.evaluate("document.querySelector('svg text').getBoundingClientRect().height");
        let height = height.as_f64().unwrap();
        assert!((10.0..=24.0).contains(&height), "{width} pixels wide: {height} high");
    }
}
