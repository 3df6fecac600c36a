//! What a run demands of the credential beyond being accepted: what a pipeline says it needs.

use std::time::Duration;

/// The demands of a run; by default there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demand {
    /// The profile that was asked for, as in `ci`.
    pub profile: Option<String>,
    /// Permissions that the credential must have, as in `machines:read`.
    pub needs: Vec<String>,
    /// How long from now on it must be good.
    pub valid_for: Option<Duration>,
}
