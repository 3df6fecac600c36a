//! How much a text tells of the line in which it stands.

/// Words that many lines of many logs have, in order: a text tells by what it has beside them.
const COMMON: [&str; 40] = [
    "access",
    "agent",
    "api",
    "auth",
    "callback",
    "certificate",
    "client",
    "cmdop",
    "connect",
    "credential",
    "error",
    "expired",
    "fail",
    "file",
    "found",
    "http",
    "invalid",
    "key",
    "login",
    "machine",
    "message",
    "missing",
    "open",
    "password",
    "permission",
    "port",
    "proxy",
    "request",
    "required",
    "response",
    "secret",
    "server",
    "session",
    "sign",
    "start",
    "status",
    "the",
    "token",
    "user",
    "workspace",
];

/// Where in [`COMMON`] the words with each first letter stand: this is asked at every byte of every text
/// that a rule may be looked for by.
const BY_LETTER: [(usize, usize); 26] = {
    let mut places = [(0, 0); 26];
    let mut at = 0;
    while at < COMMON.len() {
        let place = &mut places[(COMMON[at].as_bytes()[0] - b'a') as usize];
        if place.1 == 0 {
            place.0 = at;
        }
        at += 1;
        place.1 = at;
    }
    places
};

/// How much a text tells: of a common word a byte in four counts, and several stand together seldom.
pub(super) fn telling(text: &[u8]) -> usize {
    const TOGETHER: usize = 4;
    let (mut at, mut common, mut words) = (0, 0, 0);
    while at < text.len() {
        let length = common_word(&text[at..]);
        common += length;
        words += usize::from(length > 0);
        at += length.max(1);
    }
    text.len() - common + common / 4 + TOGETHER * usize::saturating_sub(words, 1)
}

/// How long the longest common word is that `text` begins with, in letters of any case; 0 where none.
fn common_word(text: &[u8]) -> usize {
    let letter = text.first().map(|byte| byte.to_ascii_lowercase().wrapping_sub(b'a'));
    let Some((from, to)) = letter.and_then(|letter| BY_LETTER.get(usize::from(letter))) else { return 0 };
    let begins = |word: &&&str| {
        text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    COMMON[*from..*to].iter().filter(begins).map(|word| word.len()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_common_word_is_known_as_one() {
        for word in COMMON {
            assert_eq!(common_word(format!("{word}s").as_bytes()), word.len(), "{word}");
            assert_eq!(telling(word.to_ascii_uppercase().as_bytes()), word.len() / 4, "{word}");
        }
        assert!(COMMON.is_sorted());
    }

    #[test]
    fn common_words_tell_little_and_several_together_more() {
        assert_eq!(telling(b"error"), 1);
        assert_eq!(telling(b"zebra"), 5);
        assert_eq!(telling(b"Token EXPIRED"), 1 + 12 / 4 + 4);
        assert_eq!(telling(b""), 0);
    }
}
