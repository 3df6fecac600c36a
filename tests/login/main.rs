//! Signing in: the real binary, the sandbox's authorization server, and servers that misbehave.
#![cfg(feature = "sandbox")]

#[cfg(test)]
mod browsers;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod due;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod lives_on;
#[cfg(test)]
mod oidc_provider;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod strays;
#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod unkept;
