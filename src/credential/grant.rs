//! What a server gives to somebody who signs in.

use crate::model::secret::Secret;

/// The way round the server in force that a login took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// The identity provider, by name.
    pub provider: String,
    /// The base of the API that the tokens were obtained for, without a login in it.
    pub api: String,
}

/// Tokens, with all that was said about them: the answer of a token endpoint (facts: "OAuth").
#[derive(Debug)]
pub struct Grant {
    pub access: Secret<String>,
    /// `None` where the server gave none; a refresh then keeps the one that was used
    /// (RFC 6749 section 6).
    pub refresh: Option<Secret<String>>,
    /// As a rule `Bearer`.
    pub token_type: String,
    /// When the access token ends, in milliseconds since 1970; `None` where the server did not say.
    pub expires_at: Option<i64>,
    pub scope: Option<String>,
    pub workspace_id: Option<String>,
    pub workspace_name: Option<String>,
    pub user_id: Option<String>,
    pub user_email: Option<String>,
    /// Who gave it, as that server calls itself.
    pub issuer: String,
    /// `None` where the server in force gave it, and for a renewal, which changes nothing of it.
    pub via: Option<Via>,
}
