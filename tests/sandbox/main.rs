//! The sandbox over real HTTP.
#![cfg(feature = "sandbox")]

#[cfg(test)]
mod breaks;
#[cfg(test)]
mod client;
#[cfg(test)]
mod serves;
#[cfg(test)]
mod signs_in;
#[cfg(test)]
mod wire;
