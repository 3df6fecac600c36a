//! The authorization servers that are played here: one table each, so that what is odd about one
//! of them is data.

use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fields::Fields;
use super::refusal::Refused;
use crate::sandbox::random::equal_in_constant_time;

/// An authorization server and the one client that it knows.
#[derive(Debug)]
pub(in crate::sandbox) struct Issuer {
    /// The name, in records and on pages.
    pub(super) name: &'static str,
    /// Where it is below the base: the issuer is `BASE` and this.
    pub(super) path: &'static str,
    pub(super) authorize: &'static str,
    pub(super) token: &'static str,
    pub(super) device: &'static str,
    pub(super) revoke: &'static str,
    /// The page where people type user codes.
    pub(super) device_page: &'static str,
    pub(super) client: &'static str,
    /// What the client has to send though everybody can read it in the client's program.
    pub(super) secret: Option<&'static str>,
    pub(super) scope: &'static str,
    /// A client must say which scope it wants.
    pub(super) scope_required: bool,
    /// Every use of a refresh token replaces it.
    pub(super) rotates: bool,
    /// What the verification URI is called in answers of the device endpoint.
    pub(super) verification_uri: &'static str,
    /// The status of "not yet" and of "too often".
    pub(super) pending: StatusCode,
    pub(super) slow_down: StatusCode,
    /// The status of "no" to a device.
    pub(super) device_denied: StatusCode,
    /// Answers name the workspace and the user (facts: "OAuth").
    pub(super) names_workspace: bool,
    /// How its tokens begin: access tokens, refresh tokens.
    pub(super) beginnings: (&'static str, &'static str),
    /// It is a way in beside the workspace's own, which a workspace may forbid.
    pub(super) direct: bool,
}

/// CMDOP's own: a public client, which has no secret (RFC 8252, section 8.5).
pub(in crate::sandbox) static OWN: Issuer = Issuer {
    name: "CMDOP",
    path: "",
    authorize: "/oauth/authorize",
    token: "/oauth/token",
    device: "/oauth/device",
    revoke: "/oauth/revoke",
    device_page: "/device",
    client: "cmdop-cli",
    secret: None,
    scope: "workspace:access",
    scope_required: false,
    rotates: true,
    verification_uri: "verification_uri",
    pending: StatusCode::BAD_REQUEST,
    slow_down: StatusCode::BAD_REQUEST,
    device_denied: StatusCode::BAD_REQUEST,
    names_workspace: true,
    beginnings: ("at-", "rt-"),
    direct: false,
};

/// A make-believe Google, with what is odd about the real one: a secret that is none,
/// `verification_url`, 428 for "pending", 403 for "slow down" and "denied", refresh tokens that stay,
/// and the beginnings of its tokens ("OAuth 2.0 for TV and Limited-Input Device Applications", Google's documentation).
pub(super) static GOOGLE: Issuer = Issuer {
    name: "Google",
    path: "/provider/google",
    authorize: "/provider/google/o/oauth2/v2/auth",
    token: "/provider/google/token",
    device: "/provider/google/device/code",
    revoke: "/provider/google/revoke",
    device_page: "/provider/google/device",
    client: "cmdop-cli",
    secret: Some("not-a-secret"),
    scope: "openid email",
    scope_required: true,
    rotates: false,
    verification_uri: "verification_url",
    pending: StatusCode::PRECONDITION_REQUIRED,
    slow_down: StatusCode::FORBIDDEN,
    device_denied: StatusCode::FORBIDDEN,
    names_workspace: false,
    beginnings: ("ya29.", "1//0"),
    direct: true,
};

/// What a client has to know of the make-believe Google at `base`.
pub(in crate::sandbox) fn google(base: &str) -> String {
    let Issuer { path, client, secret, .. } = GOOGLE;
    format!("issuer {base}{path}, client {client}, secret {}", secret.unwrap_or_default())
}

/// In records an issuer stands by its name.
impl Serialize for Issuer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// The issuer that a record names.
pub(super) fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Issuer, D::Error> {
    String::deserialize(deserializer).map(|name| Issuer::named(&name))
}

impl Issuer {
    /// The issuer called `name` in records; CMDOP's own where there is none.
    pub(super) fn named(name: &str) -> &'static Issuer {
        if name == GOOGLE.name { &GOOGLE } else { &OWN }
    }

    /// The path of the page where people type user codes.
    pub(in crate::sandbox) fn device_page(&self) -> &'static str {
        self.device_page
    }

    /// How the client proves itself at the token endpoint (RFC 8414, section 2).
    pub(super) fn method(&self) -> &'static str {
        if self.secret.is_some() { "client_secret_post" } else { "none" }
    }

    /// Fails unless the client of these fields is ours: it says its name, and its secret if, and
    /// only if, it has one (RFC 6749, sections 2.3 and 3.2.1).
    pub(super) fn recognise(&self, fields: &Fields) -> Result<(), Refused> {
        let known = fields.get("client_id")? == Some(self.client);
        let proved = match (self.secret, fields.get("client_secret")?) {
            (None, None) => true,
            (Some(secret), Some(sent)) => equal_in_constant_time(secret, sent),
            _ => false,
        };
        match known && proved && !fields.authorized {
            true => Ok(()),
            false => Err(Refused::client(self.method())),
        }
    }
}
