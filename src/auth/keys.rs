//! API keys: making, listing, finding and revoking them.

use serde_json::{Map, Value as Json, json};

use super::api::{Api, Listed};
use super::fields::{segment, text, texts, time};
use super::refusal::Refusal;
use crate::credential::shape::PUBLIC_OF_OURS;
use crate::model::secret::Secret;

/// Where the keys are (facts: "REST API").
const KEYS: &str = "/v1/api-keys";

/// The field that holds the key itself, in the answer that makes it and nowhere else.
const RAW: &str = "raw_key";

/// The permissions that documentation names (facts: "API keys"). A server may have others.
pub const PERMISSIONS: [&str; 12] = [
    "machines:read",
    "machines:write",
    "sessions:read",
    "commands:execute",
    "files:read",
    "files:write",
    "schedules:read",
    "schedules:write",
    "webhooks:manage",
    "agent:invoke",
    "permissions:manage",
    "admin",
];

/// A key, without itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub id: Option<String>,
    pub name: Option<String>,
    pub prefix: Option<String>,
    /// `None` where the server does not say.
    pub permissions: Option<Vec<String>>,
    /// Milliseconds since 1970.
    pub created_at: Option<i64>,
    /// `None` for a key without an end.
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
}

/// What a key is to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub name: String,
    /// Empty for all that the caller may do.
    pub permissions: Vec<String>,
    /// `None` for a key without an end.
    pub days: Option<u32>,
}

impl Key {
    fn read(object: &Json) -> Key {
        Key {
            id: text(object, "/id"),
            name: text(object, "/name"),
            prefix: text(object, "/key_prefix"),
            permissions: texts(object, "/permissions"),
            created_at: time(object, "/created_at"),
            expires_at: time(object, "/expires_at"),
            last_used_at: time(object, "/last_used_at").or_else(|| time(object, "/last_used")),
        }
    }
}

/// Makes a key. It is in the answer, this once.
///
/// # Errors
/// When the server refuses, or gives no key that can be used.
pub async fn create(api: Api<'_>, wish: &Wish) -> Result<(Key, Secret<String>), Refusal> {
    let mut document = Map::new();
    document.insert("name".to_owned(), json!(wish.name));
    if !wish.permissions.is_empty() {
        document.insert("permissions".to_owned(), json!(wish.permissions));
    }
    if let Some(days) = wish.days {
        document.insert("expires_in_days".to_owned(), json!(days));
    }
    let (made, raw) = api.make(KEYS, &Json::Object(document), RAW).await?;
    let key = Key::read(&made);
    tracing::info!(
        component = "keys",
        name = wish.name,
        id = key.id,
        prefix = key.prefix,
        permissions = wish.permissions.join(","),
        days = wish.days,
        "API key created"
    );
    match raw.filter(|raw| is_usable(raw.expose())) {
        Some(raw) => Ok((key, raw)),
        None => Err(Refusal::odd(&format!("POST {KEYS}"), "no key in it")),
    }
}

/// Whether a header can carry it, and a line.
fn is_usable(raw: &str) -> bool {
    const LONGEST: usize = 512;
    (1..=LONGEST).contains(&raw.len()) && raw.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The keys that the caller may see.
///
/// # Errors
/// When the server does not list them.
pub async fn list(api: Api<'_>) -> Result<Listed<Key>, Refusal> {
    let listed = api.list(KEYS).await?;
    Ok(Listed { elements: listed.elements.iter().map(Key::read).collect(), incomplete: listed.incomplete })
}

/// Revokes the key with this id: from then on nobody is let in with it.
///
/// # Errors
/// When the server refuses.
pub async fn revoke(api: Api<'_>, id: &str) -> Result<(), Refusal> {
    api.remove(&format!("{KEYS}/{}", segment(id))).await?;
    tracing::info!(component = "keys", id, "API key revoked");
    Ok(())
}

/// The keys of `keys` that `word` means: the one with this id; else those with this name; else those
/// whose public beginning it is, or begins with, so that a whole key stands for itself.
pub fn meant<'k>(word: &str, keys: &'k [Key]) -> Vec<&'k Key> {
    let all = |fits: &dyn Fn(&Key) -> bool| keys.iter().filter(|key| fits(key)).collect::<Vec<_>>();
    let by_id = all(&|key| key.id.as_deref() == Some(word));
    let by_name = || all(&|key| key.name.as_deref() == Some(word));
    let by_prefix = || all(&|key| key.prefix.as_deref().is_some_and(|prefix| begins(word, prefix)));
    [by_id, by_name(), by_prefix()].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

/// Whether `word` is the beginning of a key whose public part is `prefix`, or such a key as a whole.
fn begins(word: &str, prefix: &str) -> bool {
    /// Less says nothing: `cmd_` is how all of them begin.
    const LEAST: usize = 5;
    word.len() >= LEAST && (prefix.starts_with(word) || prefix.len() >= LEAST && word.starts_with(prefix))
}

/// Whether `word` is more of a key than is public.
pub fn is_raw(word: &str) -> bool {
    word.starts_with("cmd_") && word.chars().count() > PUBLIC_OF_OURS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, name: &str, prefix: &str) -> Key {
        Key::read(&json!({"id": id, "name": name, "key_prefix": prefix}))
    }

    #[test]
    fn a_key_is_meant_by_id_name_or_beginning() {
        let keys = [
            key("key_1", "deploy", "cmd_acme_a1b"),
            key("key_2", "deploy", "cmd_acme_a1c"),
            key("key_3", "key_1", "cmd_beta_zzz"),
        ];
        let ids =
            |word: &str| meant(word, &keys).iter().filter_map(|key| key.id.as_deref()).collect::<Vec<_>>();
        assert_eq!(ids("key_1"), ["key_1"], "an id precedes a name");
        assert_eq!(ids("deploy"), ["key_1", "key_2"]);
        assert_eq!(ids("cmd_acme_a1c"), ["key_2"]);
        assert_eq!(ids("cmd_acme"), ["key_1", "key_2"]);
        assert_eq!(ids("cmd_beta_zzz0123456789abcdef"), ["key_3"]);
        assert_eq!(ids("cmd_"), [""; 0]);
        assert_eq!(ids("nobody"), [""; 0]);
    }

    #[test]
    fn more_than_the_prefix_is_a_secret() {
        assert!(is_raw("cmd_acme_a1b2") && !is_raw("cmd_acme_a1b") && !is_raw("github-actions-deploy"));
    }
}
