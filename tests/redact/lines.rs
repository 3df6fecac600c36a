//! What goes on in the next line is one secret, however the lines come.

use crate::{streamed, without_prints};

/// Read line by line, and as a whole.
#[track_caller]
fn becomes(text: &str, expected: &str) {
    let whole = streamed(text.as_bytes(), usize::MAX);
    assert_eq!(without_prints(std::str::from_utf8(&whole).unwrap()), expected);
    let longest = text.lines().map(str::len).max().unwrap_or_default();
    for size in 1..longest + 2 {
        let cut = streamed(text.as_bytes(), size);
        assert_eq!(String::from_utf8(cut), String::from_utf8(whole.clone()), "{size}");
    }
}

#[test]
fn a_token_that_was_broken_at_a_dot() {
    // The second part of a token begins like a token.
    becomes(
        "a eyJhbGciOiJIUzI1NiJ9.\neyJzdWIiOiJhZGEifQ.AAECAwQFBgcICQ\nb\n",
        "a [JWT, 55 characters, fingerprint #]\nb\n",
    );
}

#[test]
fn tokens_in_lines_of_their_own() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAECAwQFBgcICQ\n";
    becomes(&token.repeat(4), &"[JWT, 54 characters, fingerprint #]\n".repeat(4));
}

#[test]
fn a_key_that_ends_where_the_next_begins() {
    let key = |body: &str| format!("-----BEGIN {0}-----\n{body}-----END {0}-----", "PRIVATE KEY");
    let shown = "[private key, fingerprint #]";
    let both = format!("{}{}\nb\n", key("QUJD\n"), key("REVG\n"));
    becomes(&both, &format!("{shown}{shown}\nb\n"));
}

#[test]
fn a_key_without_an_end_reaches_to_the_next() {
    let begin = format!("-----BEGIN {}-----", "PRIVATE KEY");
    let rest = "R0hJ\n-----END CERTIFICATE-----\nb\n";
    becomes(
        &format!("{begin}\nQUJD\nand more\n{begin}\nREVG\n-----BEGIN CERTIFICATE-----\n{rest}"),
        "[private key, fingerprint #]\nb\n",
    );
}

#[test]
fn a_first_line_is_one_line() {
    becomes("-----BEGIN \nPRIVATE KEY\n", "-----BEGIN \nPRIVATE KEY\n");
}

#[test]
fn a_value_in_a_line_that_is_cut_is_concealed_on_both_sides() {
    const CUT: usize = 56 * 1024;
    let secret = "Zq7Rk2Wp9Xt4";
    for value in [
        format!("{{\"password\": \"hunt,{secret}\", \"a\": 1}}"),
        format!("password = \"correct horse {secret}\""),
        format!("Cookie: theme=dark; sid={secret}; Path=/"),
        format!("\"{}\\n{},{secret}\"", "-----BEGIN PRIVATE KEY-----", "QUJD"),
    ] {
        for before in (CUT - value.len()..CUT).step_by(4) {
            let text = " ".repeat(before) + &value + &" and more".repeat(1000) + "\n";
            let whole = streamed(text.as_bytes(), usize::MAX);
            assert!(!String::from_utf8_lossy(&whole).contains(secret), "{before} {value}");
            assert!(streamed(text.as_bytes(), 9001) == whole, "{before} {value}");
        }
    }
}
