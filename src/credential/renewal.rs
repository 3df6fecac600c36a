//! When stored tokens want renewing, and whom the refresh token may be sent to for it.

use std::path::Path;

use super::appearance::Appearance;
use super::expiry::Stated;
use super::giver::Giver;
use super::jwt;
use super::keep::NotKept;
use super::shape::Shapes;
use super::store::{LARGEST, RING, RING_NAME, Stored, parse};
use crate::model::secret::Secret;
use crate::model::settings::{Keeping, Settings};
use crate::world::store::{StoreError, read_owned};

/// How long before its end an access token is renewed (facts: "about 5 minutes before expiry").
pub const AHEAD_MS: i64 = 5 * 60 * 1000;

/// Tokens that were renewed this short a time ago are as new as any: processes that start together
/// want one renewal, not one each.
const JUST_NOW_MS: i64 = 5000;

/// Why stored tokens are not sent to the authorization server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRenewable {
    #[error("no refresh token is stored in {0}")]
    NoRefreshToken(String),
    #[error("{0} belongs to another user, so nothing in it is sent")]
    Foreign(String),
    #[error("what is stored in {path} looks like {says}, so it is not sent")]
    NotOurs { path: String, says: String },
    #[error("the tokens in {path} are of {stored}, and you talk to {in_force}")]
    OtherIssuer { path: String, stored: String, in_force: String },
}

impl Stored {
    /// Looks at the store without its lock: enough to know whether there is anything to do. `None`
    /// where there is no login. May block in the kernel.
    ///
    /// # Errors
    /// When there is no place for a store, or a file that cannot be read.
    pub fn look(settings: &Settings) -> Result<Option<Stored>, NotKept> {
        if settings.keeping == Keeping::Keyring {
            let fields = RING.read()?.and_then(|bytes| parse(&bytes).ok());
            return Ok(fields.map(|fields| Stored::from_fields(Path::new(RING_NAME), false, fields)));
        }
        let path = settings.store().ok_or(NotKept::NoPlace)?;
        Stored::look_at(&path)
    }

    fn look_at(path: &Path) -> Result<Option<Stored>, NotKept> {
        match read_owned(path, LARGEST) {
            Ok(owned) => {
                let fields = parse(&owned.bytes).ok();
                Ok(fields.map(|fields| Stored::from_fields(path, owned.foreign, fields)))
            }
            Err(StoreError::Missing | StoreError::Dangling) => Ok(None),
            Err(why) => Err(NotKept::Unreadable { path: path.to_owned(), why }),
        }
    }

    /// When the access token ends, in milliseconds since 1970: by the file, or by its own word.
    pub fn ends_at(&self) -> Option<i64> {
        let own = || jwt::claims(self.access.as_ref()?.expose())?.expires_at;
        match self.about.expires {
            Stated::At { millis, .. } => Some(millis),
            Stated::Nothing | Stated::Unreadable(_) => own(),
        }
    }

    /// Whether the access token ended before `now` or ends soon after, and could be renewed as far as
    /// anybody knows.
    pub fn is_due(&self, now: i64) -> bool {
        let ends_soon = self.ends_at().is_some_and(|end| end.saturating_sub(now) < AHEAD_MS);
        ends_soon && self.refresh.is_some() && self.about.refresh_rejected_at.is_none()
    }

    /// Whether the tokens were renewed just before `begun`, or between `begun` and `now`, and are
    /// good at `now`.
    pub fn is_new(&self, begun: i64, now: i64) -> bool {
        let recent = begun.saturating_sub(JUST_NOW_MS)..=now.saturating_add(JUST_NOW_MS);
        let renewed = self.about.refreshed_at.is_some_and(|at| recent.contains(&at));
        renewed && self.ends_at().is_none_or(|end| end > now)
    }

    /// Whether both hold the same access token.
    pub fn is_same(&self, other: &Stored) -> bool {
        let (one, two) = (self.access.as_ref(), other.access.as_ref());
        one.map(Secret::expose) == two.map(Secret::expose)
    }

    /// The refresh token and whom to send it to, if it may be sent to anybody.
    ///
    /// # Errors
    /// When there is none, or as for [`Stored::giver`].
    pub fn renewable<'s>(
        &self,
        settings: &'s Settings,
        shapes: &Shapes,
    ) -> Result<(&Secret<String>, Giver<'s>), NotRenewable> {
        let giver = self.giver(settings, shapes)?;
        let none = || NotRenewable::NoRefreshToken(self.path.display().to_string());
        Ok((self.refresh.as_ref().ok_or_else(none)?, giver))
    }

    /// Who gave the tokens, to whom alone they may be sent.
    ///
    /// # Errors
    /// When that is nobody whom this program asks, or they are not this user's, or another vendor's.
    pub fn giver<'s>(&self, settings: &'s Settings, shapes: &Shapes) -> Result<Giver<'s>, NotRenewable> {
        let path = || self.path.display().to_string();
        if self.foreign {
            return Err(NotRenewable::Foreign(path()));
        }
        let giver = self.about.giver(settings);
        for token in self.access.iter().chain(&self.refresh) {
            let seen = match giver {
                Some(Giver::Provider(provider)) => Appearance::of_provider(token.expose(), shapes, provider),
                _ => Appearance::of_token(token.expose(), shapes),
            };
            if seen.is_foreign {
                let says = seen.says.unwrap_or("a credential of another vendor").to_owned();
                return Err(NotRenewable::NotOurs { path: path(), says });
            }
        }
        giver.ok_or_else(|| NotRenewable::OtherIssuer {
            path: path(),
            stored: self.about.issuer.clone().unwrap_or_default(),
            in_force: settings.issuer.value.clone(),
        })
    }
}

#[cfg(test)]
#[path = "renewal_tests.rs"]
mod tests;
