//! A browser that came to ask for something, on its way from page to page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::issuer::{Issuer, kept};
use super::ledger::Approval;
use super::redirect::RedirectUri;
use crate::sandbox::records::{Demand, Records, Workspace};

/// How many wrong second factors end a visit.
pub(super) const TRIES: u8 = 5;

/// A visit. It has no `Debug`: its ids are secrets.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Visit {
    /// What forms carry, so that no other site can fill them in (CSRF).
    pub(super) id: String,
    /// What the browser's cookie carries, so that no other browser can go on with it.
    pub(super) visitor: String,
    #[serde(deserialize_with = "kept")]
    pub(super) issuer: &'static Issuer,
    pub(super) purpose: Purpose,
    pub(super) ends: Timestamp,
    /// The id of the user, once chosen.
    pub(super) user: Option<String>,
    /// The six digits that the make-believe authenticator shows.
    pub(super) digits: String,
    /// How many wrong ones were typed.
    pub(super) wrong: u8,
    pub(super) second_factor: bool,
    pub(super) signed_on: bool,
    /// What came of it. It is kept, because people press buttons twice.
    pub(super) outcome: Option<Outcome>,
}

/// The end of a visit. It has no `Debug`: the way back carries the code.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Outcome {
    /// The browser is sent back to the client.
    Back(String),
    /// A last page, with its title and a sentence.
    Told(String, String),
}

/// What a visit is for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Purpose {
    /// A client on this machine waits for a code.
    Client { redirect_uri: RedirectUri, state: String, challenge: String },
    /// A device waits to be approved; its user code.
    Device(String),
    /// Nobody waits: the single sign-on is done anew.
    SignOn,
}

/// What has to happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Choose who you are, and allow or deny.
    Consent,
    SecondFactor,
    SignOn,
    Done,
}

impl Visit {
    /// The next step, as the workspace and the demands of the moment have it.
    pub(super) fn step(&self, records: &Records) -> Step {
        let Some(workspace) = self.user.as_deref().map(|user| home(user, records)) else {
            return Step::Consent;
        };
        let factor_asked = records.demand == Some(Demand::TwoFactor)
            || workspace.is_some_and(|workspace| workspace.two_factor_required);
        let sign_on_asked = records.demand == Some(Demand::SignOn)
            || workspace.is_some_and(|workspace| workspace.sso.enabled && workspace.sso.enforced);
        match self.purpose {
            Purpose::SignOn if self.signed_on => Step::Done,
            Purpose::SignOn => Step::SignOn,
            // A provider of its own knows nothing of the workspace's identity provider.
            _ if sign_on_asked && !self.signed_on && !self.issuer.direct => Step::SignOn,
            _ if factor_asked && !self.second_factor => Step::SecondFactor,
            _ => Step::Done,
        }
    }

    /// What the person agreed to; `None` before they have said who they are.
    pub(super) fn approval(&self, records: &Records) -> Option<Approval> {
        let user = self.user.clone()?;
        let workspace = home(&user, records).map(|workspace| workspace.id.clone());
        Some(Approval { user, workspace, second_factor: self.second_factor })
    }
}

/// The workspace that a sign-in of `user` is for: the first that they are a member of.
pub(super) fn home<'r>(user: &str, records: &'r Records) -> Option<&'r Workspace> {
    records.workspaces.iter().find(|workspace| workspace.role_of(user).is_some())
}
