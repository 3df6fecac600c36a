//! What the authorization server has handed out and not forgotten.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::guesses::Guesses;
use super::issuer::{Issuer, kept};
use super::quirks::Quirks;
use super::terms::Terms;
use super::visit::Visit;
use crate::sandbox::random::equal_in_constant_time;

/// The whole of it. Plain lists, as in `records`.
#[derive(Default)]
pub(in crate::sandbox) struct Ledger {
    pub(in crate::sandbox) terms: Terms,
    pub(in crate::sandbox) quirks: Quirks,
    pub(in crate::sandbox) visits: Vec<Visit>,
    pub(in crate::sandbox) codes: Vec<Code>,
    pub(super) guesses: Guesses,
    pub(in crate::sandbox) devices: Vec<Device>,
    pub(in crate::sandbox) families: Vec<Family>,
    /// How many times a refresh token was replaced by a new one, or used where none is replaced.
    pub(in crate::sandbox) rotations: u64,
}

/// What a person agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Approval {
    /// The id of the user.
    pub(in crate::sandbox) user: String,
    /// The id of the workspace; `None` for somebody who belongs to none.
    pub(in crate::sandbox) workspace: Option<String>,
    /// The person gave a second factor.
    pub(in crate::sandbox) second_factor: bool,
}

/// An authorization code. It has no `Debug`: it is a secret for as long as it is good.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Code {
    pub(super) raw: String,
    #[serde(deserialize_with = "kept")]
    pub(super) issuer: &'static Issuer,
    pub(super) redirect_uri: String,
    /// The PKCE challenge, by the method S256.
    pub(super) challenge: String,
    pub(super) approval: Approval,
    pub(super) ends: Timestamp,
    pub(super) spent: bool,
    /// The id of the family that it gave.
    pub(super) gave: Option<String>,
}

/// A device that waits, or waited, for somebody to approve it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Device {
    pub(super) raw: String,
    /// What the person types, as `ABC-XYZ`.
    pub(in crate::sandbox) user_code: String,
    /// The name of the issuer.
    pub(super) issuer: String,
    pub(super) ends: Timestamp,
    /// Seconds between two polls.
    pub(super) interval: i64,
    pub(super) polled: Option<Timestamp>,
    pub(in crate::sandbox) answer: DeviceAnswer,
}

/// What the person said to a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum DeviceAnswer {
    Pending,
    Approved(Approval),
    /// And why.
    Denied(String),
    /// The tokens were fetched.
    Fetched,
}

/// All tokens that come from one sign-in. It has no `Debug`: it holds refresh tokens.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Family {
    pub(super) id: String,
    /// The name of the issuer.
    pub(super) issuer: String,
    pub(super) approval: Approval,
    /// The refresh token in force.
    pub(in crate::sandbox) refresh: String,
    pub(in crate::sandbox) ends: Timestamp,
    pub(super) spent: Vec<Spent>,
    pub(in crate::sandbox) revoked: bool,
}

/// A refresh token that was used, when, and what it gave.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spent {
    pub(super) raw: String,
    pub(super) at: Timestamp,
    pub(super) gave: Pair,
}

/// An access token with the refresh token that goes with it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Pair {
    pub(in crate::sandbox) access: String,
    pub(in crate::sandbox) refresh: String,
    pub(in crate::sandbox) ends: Timestamp,
}

impl Device {
    /// Whether somebody may still decide.
    pub(super) fn waits(&self, now: Timestamp) -> bool {
        self.answer == DeviceAnswer::Pending && self.ends > now
    }

    /// The path of the page where its user code is typed.
    pub(in crate::sandbox) fn page(&self) -> &'static str {
        Issuer::named(&self.issuer).device_page()
    }
}

impl Family {
    /// Whether `raw` is the refresh token in force.
    pub(super) fn is_in_force(&self, raw: &str) -> bool {
        equal_in_constant_time(&self.refresh, raw)
    }

    /// The use of `raw`, if it is a refresh token of this family that was used before.
    pub(super) fn use_of(&self, raw: &str) -> Option<&Spent> {
        self.spent.iter().find(|spent| equal_in_constant_time(&spent.raw, raw))
    }
}

impl Ledger {
    /// A ledger with nothing in it.
    pub(in crate::sandbox) fn new(terms: Terms) -> Ledger {
        Ledger { terms, ..Ledger::default() }
    }

    /// Where the family is that `raw` was ever a refresh token of.
    pub(super) fn family_of(&self, raw: &str) -> Option<usize> {
        self.families.iter().position(|family| family.is_in_force(raw) || family.use_of(raw).is_some())
    }

    /// The device that was given the user code `typed`, in either case, with or without the hyphen.
    pub(in crate::sandbox) fn device_named(&mut self, typed: &str) -> Option<&mut Device> {
        let typed = plain(typed);
        self.devices.iter_mut().find(|device| plain(&device.user_code) == typed)
    }

    /// Forgets what nobody can use any more, as of `now`; `memory` seconds later, so that a code
    /// that is replayed is still recognised.
    pub(super) fn forget(&mut self, now: Timestamp, memory: i64) {
        let over = |ends: Timestamp| ends.as_second().saturating_add(memory) < now.as_second();
        self.visits.retain(|visit| !over(visit.ends));
        self.codes.retain(|code| !over(code.ends));
        self.devices.retain(|device| !over(device.ends));
        self.families.retain(|family| !over(family.ends));
    }
}

/// A user code as it is compared (RFC 8628, section 6.1: signs that are not of the alphabet go).
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}
