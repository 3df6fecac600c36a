//! The sandbox over real HTTP.
#![cfg(feature = "sandbox")]

#[cfg(test)]
mod breaks;
#[cfg(test)]
mod serves;
#[cfg(test)]
mod wire;
