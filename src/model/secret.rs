//! Secrets: values that cannot be printed by accident.

use zeroize::Zeroize;

/// A value that must not be shown. No `Display`, no `Serialize`; `Debug` shows `***`; wiped when
/// dropped. Only `credential`, `auth` and what signs in to a proxy (`world::proxies`,
/// `world::tunnel`) may call [`Secret::expose`].
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    pub fn new(raw: T) -> Secret<T> {
        Secret(raw)
    }

    /// The raw value, for sending it or looking at its shape.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}
