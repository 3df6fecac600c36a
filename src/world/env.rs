//! Environment variables, read once at the start.
#![expect(clippy::disallowed_methods, reason = "this is the door to the environment")]

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};

/// A snapshot of the environment. Its `Debug` shows names only: values can be secrets.
pub struct Env(HashMap<OsString, OsString>);

impl Env {
    /// The environment of this process.
    pub fn of_process() -> Env {
        Env(std::env::vars_os().collect())
    }

    /// An environment made up for a test or a tour.
    pub fn made_of<K: Into<OsString>, V: Into<OsString>>(pairs: impl IntoIterator<Item = (K, V)>) -> Env {
        Env(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The variable `name` as it is, which may be empty or not UTF-8.
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The variable `name`, if it is set, valid UTF-8 and not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).and_then(OsStr::to_str).filter(|text| !text.is_empty())
    }

    /// Whether `name` is set, be it to nothing.
    pub fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// All names that are set.
    pub fn names(&self) -> impl Iterator<Item = &OsStr> {
        self.0.keys().map(OsString::as_os_str)
    }
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
