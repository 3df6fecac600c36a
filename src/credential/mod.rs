//! Finding, reading, judging and attaching credentials. The only room besides `auth` that holds a
//! raw secret.

mod wallet;

pub use wallet::{Attached, Wallet, Withheld};
