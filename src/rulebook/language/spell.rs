//! "Did you mean": the known word that is nearest to a misspelt one.

/// Longer words are not compared: nobody mistypes them, and the comparison is quadratic.
const MAX_LENGTH: usize = 64;

/// The candidate with the fewest edits from `word`: one, or up to a third of its letters.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word: Vec<char> = word.chars().take(MAX_LENGTH + 1).collect();
    if word.len() > MAX_LENGTH || word.len() < 2 {
        return None;
    }
    let limit = (word.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let bound = best.map_or(limit, |(edits, _)| edits - 1);
        if let Some(edits) = edits_within(&word, candidate, bound) {
            best = Some((edits, candidate));
            if edits == 0 {
                break;
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many letters have to be inserted, left out, replaced or swapped with their neighbour to
/// make `right` of `left`; `None` when more than `limit`.
fn edits_within(left: &[char], right: &str, limit: usize) -> Option<usize> {
    let right: Vec<char> = right.chars().take(MAX_LENGTH + 1).collect();
    if right.len() > MAX_LENGTH || left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut before = vec![0; right.len() + 1];
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, &a) in left.iter().enumerate() {
        let mut here = vec![row + 1; right.len() + 1];
        for (column, &b) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(a != b);
            let mut edits = replaced.min(above[column + 1] + 1).min(here[column] + 1);
            if row > 0 && column > 0 && a == right[column - 1] && b == left[row - 1] {
                edits = edits.min(before[column - 1] + 1);
            }
            here[column + 1] = edits;
        }
        before = std::mem::replace(&mut above, here);
    }
    above.last().copied().filter(|edits| *edits <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        let words = ["severity", "symptom", "safety"];
        assert_eq!(nearest("sevrity", words), Some("severity"));
        assert_eq!(nearest("sympotm", words), Some("symptom"));
        assert_eq!(nearest("saftey", words), Some("safety"));
        assert_eq!(nearest("colour", words), None);
        assert_eq!(nearest("", words), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("nope", ["mode", "home"]), None);
        assert_eq!(nearest("expirs_at", ["jwt_expires_at", "expires_at"]), Some("expires_at"));
    }

    #[test]
    fn a_swap_is_one_edit() {
        assert_eq!(edits_within(&['a', 'b'], "ba", 2), Some(1));
        assert_eq!(edits_within(&['a', 'b', 'c'], "abd", 2), Some(1));
        assert_eq!(edits_within(&['a'], "abcd", 2), None);
    }
}
