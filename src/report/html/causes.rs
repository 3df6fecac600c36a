//! The picture of the causes: each root, and below it on a line of its own what it explains or keeps
//! waiting. It is narrow enough for a telephone.

use crate::model::report::Report;
use crate::report::hidden::visible;

/// The height of a row, in the picture's units.
const ROW: usize = 34;

/// So many rows are drawn; a picture with more shows nothing.
const ROWS: usize = 120;

/// So many characters fit into a box.
const CHARACTERS: usize = 34;

/// The picture.
pub(super) struct Picture {
    pub(super) height: usize,
    pub(super) boxes: Vec<Labelled>,
    pub(super) lines: Vec<Line>,
    /// How many rows did not fit.
    pub(super) left_out: usize,
}

/// A box with an id in it.
pub(super) struct Labelled {
    pub(super) class: &'static str,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) label: String,
    pub(super) whole: String,
}

/// From a root down to what it explains.
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Draws what explains what; where no root explains anything, there is nothing to see.
pub(super) fn picture(report: &Report) -> Picture {
    let mut picture = Picture { height: 0, boxes: Vec::new(), lines: Vec::new(), left_out: 0 };
    let explaining = report.diagnosis.roots.iter().filter(|root| !root.explains.is_empty());
    for root in explaining {
        let from = picture.height;
        if !picture.put(root.severity.name(), 0, &root.id) {
            picture.left_out += root.explains.len();
            continue;
        }
        for id in &root.explains {
            let to = picture.height;
            if picture.put("explained", 28, id) {
                picture.lines.push(Line { from: from + ROW - 6, to: to + ROW / 2 - 3 });
            }
        }
    }
    picture
}

impl Picture {
    /// Puts a box into the next row, `x` units from the left. Whether there was room.
    fn put(&mut self, class: &'static str, x: usize, id: &str) -> bool {
        if self.boxes.len() >= ROWS {
            self.left_out += 1;
            return false;
        }
        let whole = visible(id).into_owned();
        let fits = CHARACTERS - x / 9;
        let label = if whole.chars().count() <= fits {
            whole.clone()
        } else {
            whole.chars().take(fits - 1).chain(['…']).collect()
        };
        self.boxes.push(Labelled { class, x, y: self.height, width: 310 - x, label, whole });
        self.height += ROW;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ids_are_cut_and_kept_whole_beside() {
        let mut picture = Picture { height: 0, boxes: Vec::new(), lines: Vec::new(), left_out: 0 };
        assert!(picture.put("error", 28, &"x".repeat(50)));
        let drawn = picture.boxes.first().unwrap();
        assert_eq!((drawn.label.chars().count(), drawn.whole.len()), (31, 50));
        (1..ROWS).for_each(|_| assert!(picture.put("error", 0, "x")));
        assert!(!picture.put("error", 0, "x"));
        assert_eq!(picture.left_out, 1);
    }
}
