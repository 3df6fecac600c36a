//! Tables for people: columns as wide as what stands in them, within the width of the page.

use crate::report::hidden::visible;
use crate::report::text::wrap::{columns, wrap};
use crate::report::theme::{Role, Style};

/// Blanks between columns.
const GAP: usize = 2;

/// The least that the flexible column is wrapped to.
const NARROWEST: usize = 20;

/// A table with a line of headings.
#[derive(Debug)]
pub(super) struct Table {
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// The column whose cells are wrapped where the table is too wide.
    flexible: usize,
}

impl Table {
    pub(super) fn new(headings: &[&'static str], flexible: usize) -> Table {
        Table { headings: headings.to_vec(), rows: Vec::new(), flexible }
    }

    /// Adds a row with a cell for each heading. Texts from outside are made visible here.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| visible(&cell).into_owned()).collect());
    }

    /// The table as text.
    pub(super) fn render(&self, style: &Style) -> String {
        let widths = self.widths(style.width);
        let mut text = String::new();
        let headings: Vec<&str> = self.headings.clone();
        self.line(&mut text, &headings, &widths, |heading| style.paint(Role::Strong, heading).into_owned());
        for row in &self.rows {
            let cells: Vec<Vec<&str>> =
                row.iter().zip(&widths).map(|(cell, width)| wrap(cell, *width)).collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for at in 0..height {
                let line: Vec<&str> = cells.iter().map(|cell| cell.get(at).copied().unwrap_or("")).collect();
                self.line(&mut text, &line, &widths, str::to_owned);
            }
        }
        text
    }

    fn line(&self, text: &mut String, cells: &[&str], widths: &[usize], paint: impl Fn(&str) -> String) {
        let last = cells.iter().rposition(|cell| !cell.is_empty()).unwrap_or(0);
        for (at, (cell, width)) in cells.iter().zip(widths).enumerate().take(last + 1) {
            text.push_str(&paint(cell));
            if at < last {
                text.extend(std::iter::repeat_n(' ', width.saturating_sub(columns(cell)) + GAP));
            }
        }
        text.push('\n');
    }

    fn widths(&self, page: usize) -> Vec<usize> {
        let widest = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| columns(cell));
            cells.max().unwrap_or(0).max(columns(self.headings[at]))
        };
        let mut widths: Vec<usize> = (0..self.headings.len()).map(widest).collect();
        let total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        if total > page {
            let others = total - widths[self.flexible];
            widths[self.flexible] = page.saturating_sub(others).max(NARROWEST).min(widths[self.flexible]);
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let mut table = Table::new(&["NAME", "ROLE"], 0);
        table.row(["日本".to_owned(), "owner".to_owned()]);
        table.row(["a\u{1b}[2Jb".to_owned(), String::new()]);
        assert_eq!(table.render(&Style::PLAIN), "NAME       ROLE\n日本       owner\na\\x1b[2Jb\n");
    }

    #[test]
    fn the_flexible_column_is_wrapped_where_the_page_ends() {
        let mut table = Table::new(&["NAME", "PERMISSIONS", "EXPIRES"], 1);
        table.row(["ci".to_owned(), "machines:read, machines:write, admin".to_owned(), "never".to_owned()]);
        let text = table.render(&Style { width: 40, ..Style::PLAIN });
        assert_eq!(
            text,
            "NAME  PERMISSIONS                EXPIRES\n\
             ci    machines:read,             never\n      machines:write, admin\n"
        );
    }
}
