//! Renewing and revoking the stored login: the real binary, the sandbox's authorization server, and
//! machines on which writing is not easy.
#![cfg(feature = "sandbox")]
#![expect(clippy::disallowed_methods, reason = "tests make their own machines")]

#[cfg(test)]
mod kills;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod places;
#[cfg(test)]
mod refresh;
#[cfg(test)]
mod stopped;
#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;
