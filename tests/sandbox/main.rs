//! The sandbox over real HTTP.
#![cfg(feature = "sandbox")]

#[cfg(test)]
mod breaks;
#[cfg(test)]
mod breaks_sign_in;
#[cfg(test)]
mod browses;
#[cfg(test)]
mod clears;
#[cfg(test)]
mod client;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod keeps;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod renews;
#[cfg(test)]
mod serves;
#[cfg(test)]
mod signs_in;
#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod visit;
#[cfg(test)]
mod wire;
