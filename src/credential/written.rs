//! The one form in which the credential file is written, whatever form it was read in. What this
//! program does not know it keeps as it is, byte for byte.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::value::{RawValue, to_raw_value};
use zeroize::{Zeroize, Zeroizing};

use super::expiry::{self, Stated};
use super::grant::Grant;
use super::store::WRITTEN_VERSION;

/// The names of the fields (facts: "Credential files"), in the order in which they are written, each
/// with the other spellings in which programs have written it.
const KNOWN: [(&str, &[&str]); 16] = [
    (VERSION, &[]),
    (ACCESS, &["accessToken"]),
    (REFRESH, &["refreshToken"]),
    ("token_type", &["tokenType"]),
    (EXPIRES, &["expiresAt", "expiry", "expires"]),
    ("scope", &["scopes"]),
    (WORKSPACE_ID, &["workspaceId"]),
    (WORKSPACE_NAME, &["workspaceName"]),
    ("user_id", &["userId"]),
    ("user_email", &["userEmail"]),
    ("issuer", &["iss"]),
    (PROVIDER, &[]),
    (API, &[]),
    (REFRESHED, &[]),
    (STARTED, &[]),
    (REJECTED, &[]),
];

const VERSION: &str = "version";
const ACCESS: &str = "access_token";
const REFRESH: &str = "refresh_token";
const EXPIRES: &str = "expires_at";
const WORKSPACE_ID: &str = "workspace_id";
const WORKSPACE_NAME: &str = "workspace_name";
/// The identity provider that the login came from.
pub(super) const PROVIDER: &str = "provider";
/// The API that a provider's tokens were obtained for.
pub(super) const API: &str = "api_url";
/// When the tokens were last renewed.
pub(super) const REFRESHED: &str = "refreshed_at";
/// When a renewal was begun whose answer is not here (yet).
pub(super) const STARTED: &str = "refresh_started_at";
/// When the server said that the refresh token is no good.
pub(super) const REJECTED: &str = "refresh_rejected_at";

/// A credential file about to be written. Wiped when dropped.
#[derive(Default)]
pub(super) struct Written(BTreeMap<String, Box<RawValue>>);

impl Written {
    /// The fields of the JSON object in `bytes`, each under the name that this program gives it.
    pub(super) fn parse(bytes: &[u8]) -> Option<Written> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut written = Written(serde_json::from_slice(bytes).ok()?);
        for (name, spellings) in KNOWN {
            written.respell(name, spellings);
        }
        if let Some(Stated::At { millis, .. }) = written.stated(EXPIRES) {
            written.set_time(EXPIRES, millis);
        }
        Some(written)
    }

    /// The version of the file; one without is of the first. Some write it as a text.
    pub(super) fn version(&self) -> i64 {
        let number = self.0.get(VERSION).and_then(|raw| raw.get().trim_matches('"').parse().ok());
        number.unwrap_or(WRITTEN_VERSION)
    }

    /// Whether an access token stands in it, as text.
    pub(super) fn has_access(&self) -> bool {
        self.0.get(ACCESS).is_some_and(|raw| raw.get().starts_with('"') && raw.get().len() > 2)
    }

    /// Whether a renewal was begun that did not end.
    pub(super) fn is_started(&self) -> bool {
        self.0.contains_key(STARTED)
    }

    /// Takes in what signing in gave: whatever is known of an earlier login goes.
    pub(super) fn begin_session(&mut self, grant: &Grant) {
        for (name, _) in KNOWN {
            self.remove(name);
        }
        self.take_in(grant);
    }

    /// Takes in what renewing gave at `now`: what the answer does not say stays, above all the
    /// refresh token (RFC 6749 section 6); but the end of the old access token is not the new one's.
    pub(super) fn renew_session(&mut self, grant: &Grant, now: i64) {
        for name in [EXPIRES, STARTED, REJECTED] {
            self.remove(name);
        }
        self.take_in(grant);
        self.set_time(REFRESHED, now);
    }

    fn take_in(&mut self, grant: &Grant) {
        let texts = [
            (ACCESS, Some(grant.access.expose())),
            (REFRESH, grant.refresh.as_ref().map(|refresh| refresh.expose())),
            ("token_type", Some(&grant.token_type)),
            ("scope", grant.scope.as_ref()),
            (WORKSPACE_ID, grant.workspace_id.as_ref()),
            (WORKSPACE_NAME, grant.workspace_name.as_ref()),
            ("user_id", grant.user_id.as_ref()),
            ("user_email", grant.user_email.as_ref()),
            ("issuer", Some(&grant.issuer)),
            (PROVIDER, grant.via.as_ref().map(|via| &via.provider)),
            (API, grant.via.as_ref().map(|via| &via.api)),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                self.set_text(name, text);
            }
        }
        if let Some(end) = grant.expires_at {
            self.set_time(EXPIRES, end);
        }
    }

    pub(super) fn choose_workspace(&mut self, id: Option<&str>, name: &str) {
        self.remove(WORKSPACE_ID);
        if let Some(id) = id {
            self.set_text(WORKSPACE_ID, id);
        }
        self.set_text(WORKSPACE_NAME, name);
    }

    /// Writes the instant `millis` in RFC 3339, in whole seconds. One that no calendar has is left
    /// out.
    pub(super) fn set_time(&mut self, name: &str, millis: i64) {
        self.remove(name);
        if let Ok(time) = Timestamp::from_second(millis.div_euclid(1000)) {
            self.set_text(name, &time.to_string());
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Some(raw) = self.0.remove(name) {
            wipe(raw);
        }
    }

    /// The document: known fields first, in their order.
    pub(super) fn bytes(&mut self) -> Zeroizing<Vec<u8>> {
        if let Ok(version) = to_raw_value(&WRITTEN_VERSION) {
            self.0.insert(VERSION.to_owned(), version);
        }
        let known = || KNOWN.iter().map(|(name, _)| *name);
        let others = self.0.keys().map(String::as_str).filter(|name| !known().any(|known| known == *name));
        let names: Vec<&str> = known().filter(|name| self.0.contains_key(*name)).chain(others).collect();
        // All room at once: a growing buffer would leave copies of the secrets behind.
        let room = self.0.iter().map(|(name, raw)| 6 * name.len() + raw.get().len() + 16).sum::<usize>();
        let mut bytes = Zeroizing::new(Vec::with_capacity(room + 16));
        bytes.extend_from_slice(b"{");
        for (at, name) in names.iter().enumerate() {
            bytes.extend_from_slice(if at == 0 { b"\n  " } else { b",\n  " });
            // Writing to memory cannot fail, nor can a text not be one.
            let _written = serde_json::to_writer(&mut *bytes, name);
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(self.0.get(*name).map_or("null", |raw| raw.get()).as_bytes());
        }
        bytes.extend_from_slice(b"\n}\n");
        bytes
    }

    fn stated(&self, name: &str) -> Option<Stated> {
        let value = serde_json::from_str(self.0.get(name)?.get()).ok()?;
        Some(expiry::read(Some(&value)))
    }

    fn set_text(&mut self, name: &str, text: &str) {
        self.remove(name);
        // A text is always one in JSON too.
        if let Ok(raw) = to_raw_value(text) {
            self.0.insert(name.to_owned(), raw);
        }
    }

    /// Moves what stands under another spelling to `name`, unless something stands there already.
    fn respell(&mut self, name: &str, spellings: &[&str]) {
        for spelling in spellings {
            let Some(raw) = self.0.remove(*spelling) else { continue };
            match self.0.get(name).is_none_or(|there| matches!(there.get(), "null" | "\"\"")) {
                true => drop(self.0.insert(name.to_owned(), raw)),
                false => wipe(raw),
            }
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        std::mem::take(&mut self.0).into_values().for_each(wipe);
    }
}

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn wipe(raw: Box<RawValue>) {
    let text: Box<str> = raw.into();
    String::from(text).zeroize();
}

#[cfg(test)]
#[path = "written_tests.rs"]
mod tests;
