//! Characters that nobody sees, and that may act all the same.

/// Whether `c` acts on a terminal, reorders its neighbours, or shows nothing: the controls C0 and
/// C1, line and paragraph separators, interlinear annotations, and Unicode's
/// `Default_Ignorable_Code_Point` (soft hyphen, zero-width and bidirectional marks, fillers,
/// variation selectors, tags), and noncharacters, which XML and YAML do not carry.
pub fn is_hidden(c: char) -> bool {
    let nonchar = u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    nonchar
        || matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
