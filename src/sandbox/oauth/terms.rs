//! How long things last.

/// The lifetimes of what the authorization server hands out, in whole seconds. A lifetime of 0 ends
/// at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Of an access token.
    pub token_life: i64,
    /// Of a refresh token, each.
    pub refresh_life: i64,
    /// Of an authorization code.
    pub code_life: i64,
    /// Of a device code and what a person types for it.
    pub device_life: i64,
    /// Between two polls for a device code, at least.
    pub device_interval: i64,
    /// For how long a refresh token that was used is answered with the same successor; with 0, and
    /// after that, it ends the login.
    pub grace: i64,
}

impl Default for Terms {
    /// Published are 1 hour and 30 days for tokens, 900 and 5 seconds for the device flow (facts:
    /// "OAuth"). Codes should be short-lived (RFC 6749, section 4.1.2: at most 10 minutes).
    fn default() -> Terms {
        Terms {
            token_life: 3_600,
            refresh_life: 30 * 24 * 3_600,
            code_life: 60,
            device_life: 900,
            device_interval: 5,
            grace: 0,
        }
    }
}
