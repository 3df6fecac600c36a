//! What is shown before a question: every step of what asks first, what it changes, and whether it
//! can be taken back.

use super::page::Page;
use super::treatment;
use crate::model::treatment::Attempt;
use crate::report::theme::Style;

/// The question, for the end of the listing. Whoever just presses Enter says no.
pub const QUESTION: &str = "Apply this? [y/N] ";

/// All that will be done on a yes; paths below `home` are written with `~`.
pub fn listing(asking: &[Attempt], home: Option<&str>, style: &Style) -> String {
    let mut page = Page::new(style, home);
    for attempt in asking {
        treatment::foreseen(&mut page, attempt);
    }
    page.gap();
    page.finish()
}
