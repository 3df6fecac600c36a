//! The ways in which the authorization server can be made to misbehave; faults set them.

/// All of them. By default it behaves.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::sandbox) struct Quirks {
    /// What becomes of every device code.
    pub(in crate::sandbox) device: DeviceFate,
    /// There is no device flow.
    pub(in crate::sandbox) no_device: bool,
    /// What callbacks say of the issuer.
    pub(in crate::sandbox) iss: IssAnswer,
    /// Callbacks come with a `state` that nobody sent.
    pub(in crate::sandbox) state_changed: bool,
    /// Whatever is pressed on the pages, the answer is no.
    pub(in crate::sandbox) consent_denied: bool,
    /// Refresh tokens stay the same, and answers do not repeat them.
    pub(in crate::sandbox) no_rotation: bool,
    /// The metadata names another issuer.
    pub(in crate::sandbox) other_issuer: bool,
    /// The metadata names a token endpoint at another origin.
    pub(in crate::sandbox) foreign_token_endpoint: bool,
}

/// What becomes of device codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sandbox) enum DeviceFate {
    /// What the person decides, in time.
    #[default]
    Usual,
    /// Denied before anybody has looked.
    Denied,
    /// Past its end at once.
    Expired,
    /// Every poll is one too early.
    SlowDown,
    /// Pending, even past its end.
    Pending,
}

/// What a callback says in `iss` (RFC 9207).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sandbox) enum IssAnswer {
    /// The issuer, as the metadata promises.
    #[default]
    Right,
    /// Another issuer.
    Wrong,
    /// Nothing, though the metadata promises it.
    Missing,
    /// Nothing, and nothing is promised: a server from before RFC 9207.
    Unpromised,
}
