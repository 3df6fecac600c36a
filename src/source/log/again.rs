//! Lines that say again what a line before them said: a program that fails says so over and over. Of such
//! a line only the time is new.

use std::collections::HashMap;

use super::entry::Entry;
use super::prompt::Program;
use crate::model::list::{List, Str};
use crate::model::symptom::Suggestion;

/// So many lines are known again.
const MOST: usize = 128;

/// Longer lines are not kept.
const LONGEST: usize = 1024;

/// What a line was taken for depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) program: Option<Program>,
    pub(super) is_known: bool,
    pub(super) is_examining: bool,
    pub(super) hosts: usize,
}

/// What a line accuses somebody of.
#[derive(Debug, Clone)]
pub(super) struct Charge {
    pub(super) rule: Str,
    pub(super) suggests: List<Suggestion>,
    pub(super) text: String,
    /// It is something that failed, too.
    pub(super) fails: bool,
}

/// A line, and all that it meant.
pub(super) struct Line {
    pub(super) entry: Entry,
    pub(super) signatures: Vec<usize>,
    pub(super) setting: Setting,
    /// Whether this product is known to speak, from this line on.
    pub(super) is_known: bool,
    pub(super) charges: Vec<Charge>,
}

/// Lines by what they say behind their time.
#[derive(Default)]
pub(super) struct Again {
    lines: HashMap<Vec<u8>, Line>,
}

impl Again {
    pub(super) fn get(&mut self, text: &[u8], signatures: &[usize]) -> Option<&mut Line> {
        if text.len() > LONGEST {
            return None;
        }
        self.lines.get_mut(text).filter(|line| line.signatures == signatures)
    }

    pub(super) fn keep(&mut self, text: &[u8], line: Line) {
        if self.lines.len() == MOST {
            self.lines.clear();
        }
        if text.len() <= LONGEST {
            self.lines.insert(text.to_vec(), line);
        }
    }
}
