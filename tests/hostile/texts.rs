//! Texts that nobody should have to see.

/// One of each kind.
pub(crate) const TEXTS: [&str; 17] = [
    "\u{1b}[31mred\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}c\u{1b}P1$r\u{1b}\\",
    "\u{1b}]8;;http://evil.test\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{b}\u{c}\u{e}\u{f}\u{10}\u{16}\u{1a}\u{1c}\u{1f}\u{7f}",
    "\u{80}\u{85}\u{8d}\u{90}\u{9b}2J\u{9c}\u{9d}0;x\u{9f}",
    "safe\u{202e}gnp.exe\u{202c}\u{2066}x\u{2069}\u{200f}\u{61c}\u{200e}",
    "a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{feff}f\u{ad}g\u{180e}h\u{3164}i\u{115f}j\u{fe0f}k\u{e0041}",
    "one\ntwo\r\nthree\rfour\tfive\u{2028}six\u{2029}seven\u{b}eight\u{c}nine",
    "::error file=app.js,line=1::boom ::add-mask::x\n::stop-commands::y ##[error]z ##vso[task.complete]q",
    "$(touch owned) `touch owned` ; touch owned && touch owned | touch owned > owned & $IFS ${x}",
    "-rf",
    "--help=x -y",
    "<script>alert(1)</script> **bold** [a](javascript:alert(1)) | # `x` &amp; ]]>",
    "{{ {} {token.prefix} {api} }} %s %n {0} ${store}",
    "\u{430}\u{440}\u{440}\u{4cf}e \u{ff21}\u{ff30}\u{ff29} \u{212a} \u{1d41a}",
    "' \" \\ ' \"\" \\\\",
    " ",
    "\u{fffd}\u{ffff}\u{10ffff}\u{e000}\u{301}\u{301}\u{301}",
];
