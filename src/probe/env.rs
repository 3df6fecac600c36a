//! One environment variable. Its value is told only where the name is known to hold no secret.

use std::ffi::OsStr;

use super::{Call, Context, sheet};
use crate::model::address::without_credentials;
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts};
use crate::redact::mention;

/// Variables whose value may be shown.
const OPEN: &[&str] = &[
    "CMDOP_WORKSPACE",
    "CMDOP_CONFIG_DIR",
    "CMDOP_LOG_LEVEL",
    "CMDOP_DEBUG",
    "CMDOP_CLIENT_ID",
    "CMDOP_CALLBACK_PORT",
    "CMDOP_CA_FILE",
    "HOME",
    "USER",
    "LOGNAME",
    "SUDO_USER",
    "SHELL",
    "TERM",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NO_PROXY",
    "no_proxy",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "BROWSER",
    "SSH_CONNECTION",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
];

/// Variables that hold an address, shown without the credentials in it.
const ADDRESSES: &[&str] = &["CMDOP_API_URL", "CMDOP_ISSUER"];

pub(super) fn look(call: &Call, ctx: &Context) -> Reading {
    let name = call.required("name");
    match ctx.world.env.raw(name) {
        Some(value) => Reading::Found(describe(name, value)),
        None => Reading::Absent,
    }
}

fn describe(name: &str, value: &OsStr) -> Facts {
    let text = value.to_string_lossy();
    let blank_ends = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    Facts::new()
        .with("empty", text.trim().is_empty())
        .with("length", sheet::count(text.chars().count()))
        .with("blank_ends", blank_ends)
        .with("utf8", value.to_str().is_some())
        .with("value", shown(name, &text).map_or(Fact::Nothing, Fact::from))
}

/// The value as far as it may be shown. A key in the wrong variable is a secret all the same.
fn shown(name: &str, value: &str) -> Option<String> {
    let text = if ADDRESSES.contains(&name) {
        without_credentials(value)
    } else if OPEN.contains(&name) {
        value.to_owned()
    } else {
        return None;
    };
    (!mention::is_secret(&text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::probe::ProbeKind;
    use std::os::unix::ffi::OsStrExt;

    fn fact(name: &str, value: &str, fact: &str) -> Fact {
        describe(name, OsStr::new(value)).get(fact).cloned().unwrap()
    }

    #[test]
    fn never_tells_the_value_of_a_key() {
        assert_eq!(fact("CMDOP_API_KEY", "cmd_acme_a1b2c3d4e5f6", "value"), Fact::Nothing);
        assert_eq!(fact("CMDOP_WORKSPACE", "cmd_acme_a1b2c3d4e5f6", "value"), Fact::Nothing);
        assert_eq!(fact("CMDOP_WORKSPACE", "acme", "value"), Fact::from("acme"));
        assert_eq!(fact("CMDOP_API_URL", "https://a:b@host", "value"), Fact::from("https://host"));
    }

    #[test]
    fn tells_empty_from_blank_from_text() {
        assert_eq!(fact("X", "", "empty"), Fact::from(true));
        assert_eq!(fact("X", " \t", "empty"), Fact::from(true));
        assert_eq!(fact("X", " a", "empty"), Fact::from(false));
        assert_eq!(fact("X", " a", "blank_ends"), Fact::from(true));
        assert_eq!(fact("X", "a\r\n", "blank_ends"), Fact::from(true));
        assert_eq!(fact("X", "äö", "length"), Fact::from(2));
        assert_eq!(fact("X", "äö", "blank_ends"), Fact::from(false));
    }

    #[test]
    fn bytes_that_are_no_text_say_so() {
        let facts = describe("X", OsStr::from_bytes(b"a\xff"));
        assert_eq!(facts.get("utf8"), Some(&Fact::from(false)));
        for fact in ProbeKind::Env.spec().facts {
            assert!(facts.get(fact.name).is_some(), "{}", fact.name);
        }
    }
}
