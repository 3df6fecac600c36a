//! The stored credential, read tolerantly: the fields of `auth.json` in every form that programs
//! of this product have written, and a list of what is wrong with them.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use url::Url;

use super::expiry::{self, Stated};
use super::written::{API, PROVIDER, REFRESHED, REJECTED, STARTED};
use crate::model::secret::Secret;
use crate::world::keyring::Ring;
use crate::world::store::{StoreError, read_owned};

/// The version that this program writes. A file without one is of this version.
pub const WRITTEN_VERSION: i64 = 1;

/// A credential file is a few kilobytes; what is larger is something else.
pub(super) const LARGEST: u64 = 1024 * 1024;

/// Where the login is in the keyring. The service is the product's (facts: "Credential files"); the name
/// is that of the file, whose form this is, and not that of another generation's token.
pub(super) const RING: Ring = Ring { service: "cmdop", name: "auth.json" };

/// What that place is called where a path would stand.
pub(super) const RING_NAME: &str = "the OS keyring (cmdop, auth.json)";

/// How much of a field is shown.
const LONGEST_TEXT: usize = 256;

/// What stands at the place of the credential file.
#[derive(Debug)]
pub(super) enum Store {
    Absent,
    /// Something is there that gives no credential; says why, in words.
    Unreadable(String),
    Found(Box<Stored>),
}

/// A credential file that could be read.
#[derive(Debug)]
pub struct Stored {
    pub path: PathBuf,
    /// Owned by another user who is not root: never sent.
    pub foreign: bool,
    pub access: Option<Secret<String>>,
    pub refresh: Option<Secret<String>>,
    /// Texts that stand where a token should, in another type.
    pub strays: Vec<Secret<String>>,
    pub about: About,
}

/// What a credential file says besides its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub expires: Stated,
    pub scope: Option<String>,
    pub workspace_id: Option<String>,
    pub workspace_name: Option<String>,
    pub user_id: Option<String>,
    pub user_email: Option<String>,
    /// Without a user name or password.
    pub issuer: Option<String>,
    /// The identity provider that the login came from, by the name that it was asked for by.
    pub provider: Option<String>,
    /// The API that a provider's tokens were obtained for, without a user name or password.
    pub api_url: Option<String>,
    pub version: Option<i64>,
    /// When a renewal was begun whose answer is not here, in milliseconds since 1970.
    pub refresh_started_at: Option<i64>,
    /// When the server said that the refresh token is no good.
    pub refresh_rejected_at: Option<i64>,
    /// When the tokens were last renewed.
    pub refreshed_at: Option<i64>,
    /// Fields that a credential needs and the file lacks.
    pub missing: Vec<String>,
    /// `name: found where expected was expected`, without values.
    pub wrong_types: Vec<String>,
}

impl Store {
    /// Reads what the keyring holds.
    pub(super) fn read_ring() -> Store {
        let stored =
            |fields| Store::Found(Box::new(Stored::from_fields(Path::new(RING_NAME), false, fields)));
        match RING.read() {
            Err(why) => Store::Unreadable(why.to_string()),
            Ok(None) => Store::Absent,
            Ok(Some(bytes)) => match parse(&bytes) {
                Ok(fields) => stored(fields),
                Err(why) => Store::Unreadable(format!("{RING_NAME}: {why}")),
            },
        }
    }

    /// Reads the file at `path`; without a place there is none.
    pub(super) fn read(path: Option<&Path>) -> Store {
        let Some(path) = path else { return Store::Absent };
        let unreadable = |why: &str| Store::Unreadable(format!("{}: {why}", path.display()));
        match read_owned(path, LARGEST) {
            Err(StoreError::Missing) => Store::Absent,
            Err(other) => unreadable(&other.to_string()),
            Ok(owned) => match parse(&owned.bytes) {
                Ok(fields) => Store::Found(Box::new(Stored::from_fields(path, owned.foreign, fields))),
                Err(why) => unreadable(why),
            },
        }
    }
}

/// The fields of a JSON object, which may have a byte-order mark before it.
pub(super) fn parse(bytes: &[u8]) -> Result<Map<String, Value>, &'static str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err("it is JSON, but not an object"),
        Err(_) if bytes.trim_ascii().is_empty() => Err("it is empty"),
        Err(_) => Err("it is not valid JSON"),
    }
}

impl Stored {
    pub(super) fn from_fields(path: &Path, foreign: bool, fields: Map<String, Value>) -> Stored {
        let mut fields = Fields { fields, wrong_types: Vec::new(), strays: Vec::new() };
        let access = fields.secret("access_token", "accessToken");
        let refresh = fields.secret("refresh_token", "refreshToken");
        let mut about = About {
            version: fields.version(),
            refresh_started_at: fields.time(STARTED),
            refresh_rejected_at: fields.time(REJECTED),
            refreshed_at: fields.time(REFRESHED),
            expires: fields.expiry(),
            scope: fields.text("scope", "scopes"),
            workspace_id: fields.text("workspace_id", "workspaceId"),
            workspace_name: fields.text("workspace_name", "workspaceName"),
            user_id: fields.text("user_id", "userId"),
            user_email: fields.text("user_email", "userEmail"),
            issuer: fields.text("issuer", "iss").map(|issuer| without_userinfo(&issuer)),
            provider: fields.text(PROVIDER, PROVIDER),
            api_url: fields.text(API, API).map(|api| without_userinfo(&api)),
            missing: Vec::new(),
            wrong_types: Vec::new(),
        };
        // A number where the token should be is a wrong type, and no second fault.
        if access.is_none() && !fields.wrong_types.iter().any(|fault| fault.starts_with("access_token:")) {
            about.missing.push("access_token".to_owned());
        }
        about.wrong_types = fields.wrong_types;
        Stored { path: path.to_owned(), foreign, access, refresh, strays: fields.strays, about }
    }
}

/// The fields of a file, taken out one by one; null and an empty text count as lacking.
struct Fields {
    fields: Map<String, Value>,
    wrong_types: Vec<String>,
    strays: Vec<Secret<String>>,
}

impl Fields {
    /// The field `name`, or else its other spelling.
    fn take(&mut self, name: &str, alias: &str) -> Option<Value> {
        let lacking =
            |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        [name, alias]
            .iter()
            .find_map(|spelling| self.fields.remove(*spelling).filter(|value| !lacking(value)))
    }

    fn secret(&mut self, name: &str, alias: &str) -> Option<Secret<String>> {
        match self.take(name, alias)? {
            Value::String(text) => Some(Secret::new(text)),
            other => {
                collect_texts(&other, &mut self.strays);
                self.wrong(name, &other, "text")
            }
        }
    }

    /// A text to show; a number is taken as one, since servers number users and workspaces.
    fn text(&mut self, name: &str, alias: &str) -> Option<String> {
        match self.take(name, alias)? {
            Value::String(text) => Some(text.chars().take(LONGEST_TEXT).collect()),
            Value::Number(number) => Some(number.to_string()),
            Value::Array(texts) if texts.iter().all(Value::is_string) => {
                let joined = texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
                Some(joined.chars().take(LONGEST_TEXT).collect())
            }
            other => self.wrong(name, &other, "text"),
        }
    }

    fn version(&mut self) -> Option<i64> {
        let value = self.take("version", "version")?;
        value.as_i64().or_else(|| self.wrong("version", &value, "number"))
    }

    fn expiry(&mut self) -> Stated {
        let value = self.take("expires_at", "expiresAt").or_else(|| self.take("expiry", "expires"));
        let stated = expiry::read(value.as_ref());
        if let Stated::Unreadable(found) = stated {
            self.wrong_types.push(format!("expires_at: {found}"));
        }
        stated
    }

    /// A time that only this program writes; what is none is none.
    fn time(&mut self, name: &str) -> Option<i64> {
        match expiry::read(self.take(name, name).as_ref()) {
            Stated::At { millis, .. } => Some(millis),
            Stated::Nothing | Stated::Unreadable(_) => None,
        }
    }

    fn wrong<T>(&mut self, name: &str, found: &Value, expected: &str) -> Option<T> {
        self.wrong_types.push(format!("{name}: {} where {expected} was expected", type_name(found)));
        None
    }
}

/// Every text in `value`, the names of fields too.
fn collect_texts(value: &Value, texts: &mut Vec<Secret<String>>) {
    match value {
        Value::String(text) => texts.push(Secret::new(text.clone())),
        Value::Array(members) => members.iter().for_each(|member| collect_texts(member, texts)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            texts.push(Secret::new(name.clone()));
            collect_texts(value, texts);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The word for a JSON type.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

/// An address without the secret that may stand in it; what is no address stays as it is.
fn without_userinfo(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            let cleared = url.set_username("").and_then(|()| url.set_password(None));
            if cleared.is_ok() { url.into() } else { "?".to_owned() }
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
