//! The keyring of the operating system: one secret under a service and a name. It is there only in a
//! program that was built with the cargo feature `keyring`.

use zeroize::Zeroizing;

/// Whether this program can talk to a keyring at all.
pub const BUILT_IN: bool = cfg!(feature = "keyring");

/// Why the keyring is of no use (facts: "Logs", `secret store: OS keyring not reachable …`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("secret store: OS keyring not reachable ({0})")]
pub struct Unreachable(pub String);

/// A place in the keyring.
#[derive(Debug, Clone, Copy)]
pub struct Ring {
    pub service: &'static str,
    pub name: &'static str,
}

#[cfg(feature = "keyring")]
impl Ring {
    /// The secret; `None` where there is none. May wait for a person who has to unlock the keyring.
    ///
    /// # Errors
    /// When nothing answers, or the keyring stays locked.
    pub fn read(self) -> Result<Option<Zeroizing<Vec<u8>>>, Unreachable> {
        match self.entry()?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(unreachable(&error)),
        }
    }

    /// Puts `secret` in place of any that is there.
    ///
    /// # Errors
    /// As for [`Ring::read`]; what is there stays then.
    pub fn write(self, secret: &[u8]) -> Result<(), Unreachable> {
        self.entry()?.set_secret(secret).map_err(|error| unreachable(&error))
    }

    /// Removes the secret, if there is one.
    ///
    /// # Errors
    /// As for [`Ring::read`].
    pub fn remove(self) -> Result<(), Unreachable> {
        match self.entry()?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(unreachable(&error)),
        }
    }

    fn entry(self) -> Result<keyring_core::Entry, Unreachable> {
        if keyring_core::get_default_store().is_none() {
            keyring_core::set_default_store(platform().map_err(|error| unreachable(&error))?);
        }
        keyring_core::Entry::new(self.service, self.name).map_err(|error| unreachable(&error))
    }
}

/// The first line of what the keyring says. It never quotes a secret: the forms that carry one are named
/// by what they are.
#[cfg(feature = "keyring")]
fn unreachable(error: &keyring_core::Error) -> Unreachable {
    use keyring_core::Error;
    let words = match error {
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "what it holds cannot be read".to_owned(),
        other => other.to_string(),
    };
    Unreachable(words.lines().next().unwrap_or_default().to_owned())
}

#[cfg(all(feature = "keyring", target_os = "linux"))]
fn platform() -> keyring_core::Result<std::sync::Arc<keyring_core::CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(all(feature = "keyring", target_os = "macos"))]
fn platform() -> keyring_core::Result<std::sync::Arc<keyring_core::CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(all(feature = "keyring", windows))]
fn platform() -> keyring_core::Result<std::sync::Arc<keyring_core::CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(feature = "keyring", not(any(target_os = "linux", target_os = "macos", windows))))]
fn platform() -> keyring_core::Result<std::sync::Arc<keyring_core::CredentialStore>> {
    Err(keyring_core::Error::NoDefaultStore)
}

#[cfg(not(feature = "keyring"))]
impl Ring {
    /// There is no keyring in this program.
    ///
    /// # Errors
    /// Always.
    pub fn read(self) -> Result<Option<Zeroizing<Vec<u8>>>, Unreachable> {
        Err(absent())
    }

    /// There is no keyring in this program.
    ///
    /// # Errors
    /// Always.
    pub fn write(self, _: &[u8]) -> Result<(), Unreachable> {
        Err(absent())
    }

    /// There is no keyring in this program.
    ///
    /// # Errors
    /// Always.
    pub fn remove(self) -> Result<(), Unreachable> {
        Err(absent())
    }
}

#[cfg(not(feature = "keyring"))]
fn absent() -> Unreachable {
    Unreachable("this program was built without it".to_owned())
}

/// A keyring in memory in place of the system's, for all tests of a process.
#[cfg(all(test, feature = "keyring"))]
pub(crate) fn mocked() {
    static DONE: std::sync::Once = std::sync::Once::new();
    DONE.call_once(|| keyring_core::set_default_store(keyring_core::mock::Store::new().unwrap()));
}

#[cfg(all(test, feature = "keyring"))]
mod tests {
    use super::*;
    use keyring_core::mock;

    const RING: Ring = Ring { service: "cmdop-test", name: "ring" };

    #[test]
    fn a_secret_is_written_read_and_removed_and_a_fault_has_the_documented_words() {
        mocked();
        assert_eq!(RING.read(), Ok(None));
        RING.write(b"one").unwrap();
        RING.write(b"two").unwrap();
        assert_eq!(RING.read().unwrap().as_deref().map(Vec::as_slice), Some(&b"two"[..]));
        RING.remove().unwrap();
        RING.remove().unwrap();
        assert_eq!(RING.read(), Ok(None));
        let entry = RING.entry().unwrap();
        let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        credential.set_error(keyring_core::Error::NoStorageAccess("it is locked".into()));
        let said = RING.read().unwrap_err().to_string();
        assert!(said.starts_with("secret store: OS keyring not reachable ("), "{said}");
    }
}
