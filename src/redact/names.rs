//! Names behind which secrets stand.

/// What stands behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A password or a code that only this name tells: anything is one.
    Password,
    /// A token or a key: what looks like a word is none.
    Token,
    /// An OAuth code or state, or the number of an error: only what looks drawn by lot is one.
    Code,
    /// The value of an `Authorization` header (RFC 9110 section 11.6.2): a scheme, and a secret.
    Authorization,
    /// Pairs with secrets as values (RFC 6265).
    Cookies,
}

/// Names end like this, without `_`, `-` and `.`, in small letters.
const ENDS: &[(&str, Named)] = &[
    ("password", Named::Password),
    ("passwd", Named::Password),
    ("passphrase", Named::Password),
    ("passcode", Named::Password),
    ("pwd", Named::Password),
    ("clientsecret", Named::Password),
    ("secret", Named::Password),
    ("codeverifier", Named::Password),
    ("usercode", Named::Password),
    ("devicecode", Named::Password),
    ("otp", Named::Password),
    ("token", Named::Token),
    ("apikey", Named::Token),
    ("rawkey", Named::Token),
    ("secretkey", Named::Token),
    ("accesskey", Named::Token),
    ("accountkey", Named::Token),
    ("privatekey", Named::Token),
    ("signingkey", Named::Token),
    ("sessionid", Named::Token),
    ("credential", Named::Token),
    ("credentials", Named::Token),
    ("proxyauthorization", Named::Authorization),
    ("authorization", Named::Authorization),
    ("cookie", Named::Cookies),
    ("code", Named::Code),
    ("state", Named::Code),
];

/// Whole names.
const WHOLE: &[(&str, Named)] =
    &[("pass", Named::Password), ("pw", Named::Password), ("jwt", Named::Token), ("bearer", Named::Token)];

/// Parts of names that end in `_pass` or `_auth`.
const TAILS: &[(&str, Named)] = &[
    ("_pass", Named::Password),
    ("-pass", Named::Password),
    ("_pw", Named::Password),
    ("_auth", Named::Token),
    ("-auth", Named::Token),
];

/// The longest name that is looked at.
pub(super) const LONGEST: usize = 64;

/// What stands behind `name`.
pub(super) fn named(name: &[u8]) -> Option<Named> {
    let (mut lower, mut bare) = ([0; LONGEST], [0; LONGEST]);
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let mut length = 0;
    for byte in lower.iter().filter(|byte| !b"_-.".contains(byte)) {
        bare[length] = *byte;
        length += 1;
    }
    let bare = &bare[..length];
    let ends = |end: &str, named: Named| match named {
        // Codes of statuses, errors and exits are none.
        Named::Code => bare.strip_suffix(end.as_bytes()).is_some_and(|before| CODES.contains(&before)),
        _ => bare.last() == end.as_bytes().last() && bare.ends_with(end.as_bytes()),
    };
    let end = ENDS.iter().find(|(end, named)| ends(end, *named));
    let whole = || WHOLE.iter().find(|(whole, _)| lower == whole.as_bytes());
    let tail = || TAILS.iter().find(|(tail, _)| lower.ends_with(tail.as_bytes()));
    end.or_else(whole).or_else(tail).map(|(_, named)| *named)
}

/// Whether what a variable or a field of that name holds is a secret, whatever it looks like.
pub fn is_secret_name(name: &str) -> bool {
    named(name.as_bytes()).is_some_and(|named| named != Named::Code)
}

/// What stands before `code` and `state` in names of secrets.
const CODES: &[&[u8]] = &[b"", b"auth", b"oauth", b"authorization"];

/// What names end in: the last four bytes of them in small letters.
const LAST_FOUR: [&[u8; 4]; 17] = [
    b"word", b"sswd", b"rase", b"code", b"cret", b"fier", b"oken", b"onid", b"n\x7fid", b"n-id", b"tial",
    b"ials", b"tion", b"okie", b"tate", b"pass", b"arer",
];

/// As `LAST_FOUR`, whatever the byte before.
const LAST_THREE: [&[u8; 3]; 4] = [b"key", b"pwd", b"otp", b"jwt"];

/// The last three bytes of the names of interest in small letters, 0 for any byte, in eight groups: as
/// much alike as can be within a group.
pub(super) const ENDINGS: [&[[u8; ENDING]]; 8] = [
    &[*b"ord", *b"swd", *b"pwd"],
    &[*b"ase", *b"ode", *b"ate", *b"kie"],
    &[*b"ret", *b"jwt", *b"\0pw"],
    &[*b"ier", *b"rer"],
    &[*b"ken", *b"ion"],
    &[*b"ial", *b"als", *b"ass"],
    &[*b"nid", *b"\x7fid", *b"-id"],
    &[*b"key", *b"otp", *b"uth"],
];

/// So many bytes of an ending are looked at first.
pub(super) const ENDING: usize = 3;

/// Which sums of endings there are: a bit for each, wrong now and then in one direction.
const SUMS: [u64; 16] = {
    let mut bits = [0_u64; 16];
    let mut at = 0;
    while at < LAST_FOUR.len() {
        let sum = sum(u32::from_le_bytes(*LAST_FOUR[at]));
        bits[sum / 64] |= 1 << (sum % 64);
        at += 1;
    }
    at = 0;
    while at < LAST_THREE.len() {
        let [first, second, third] = *LAST_THREE[at];
        let sum = sum(u32::from_le_bytes([0, first, second, third]));
        bits[sum / 64] |= 1 << (sum % 64);
        at += 1;
    }
    bits
};

/// A number below 1024 for four bytes, by multiplication (Knuth, volume 3, section 6.4).
const fn sum(four: u32) -> usize {
    (four.wrapping_mul(0x9e37_79b1) >> 22) as usize
}

/// A quick no: whether a name may end in these bytes, which something else may precede.
pub(super) fn may_end(last: [u8; 5]) -> bool {
    let [before, four @ ..] = last;
    let four = u32::from_le_bytes(four) | 0x2020_2020;
    let there = |four: u32| SUMS[sum(four) / 64] >> (sum(four) % 64) & 1 == 1;
    // `auth` alone is what half of all programs call a part of themselves.
    there(four)
        || there(four & !0xff)
        || four == u32::from_le_bytes(*b"auth") && b"_-".contains(&before)
        || last[3..].eq_ignore_ascii_case(b"pw")
}

/// All names, as they are written here.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    ENDS.iter().chain(WHOLE).chain(TAILS).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(name: &str) -> bool {
        may_end(*format!("    {name}").as_bytes().last_chunk().unwrap())
    }

    #[test]
    fn names_of_secrets_in_every_spelling() {
        for (name, what) in [
            ("password", Named::Password),
            ("PGPASSWORD", Named::Password),
            ("db-pass", Named::Password),
            ("client_secret", Named::Password),
            ("code_verifier", Named::Password),
            ("userCode", Named::Password),
            ("access_token", Named::Token),
            ("refreshToken", Named::Token),
            ("X-Api-Key", Named::Token),
            ("CMDOP_API_KEY", Named::Token),
            ("sessionId", Named::Token),
            ("Proxy-Authorization", Named::Authorization),
            ("Set-Cookie", Named::Cookies),
            ("code", Named::Code),
            ("state", Named::Code),
        ] {
            assert_eq!(named(name.as_bytes()), Some(what), "{name}");
            assert!(passes(name), "{name}");
        }
    }

    #[test]
    fn every_name_passes_the_quick_look() {
        for name in all() {
            assert!(passes(name), "{name}");
        }
    }

    #[test]
    fn names_of_other_things() {
        for name in [
            "status_code",
            "exit code",
            "error_code",
            "key",
            "monkey",
            "auth",
            "tokens",
            "statement",
            "compass",
            "",
            "session",
        ] {
            assert_eq!(named(name.as_bytes()), None, "{name}");
        }
    }
}
