//! Finding, reading and attaching credentials. The only room besides `auth` that holds a raw secret.

/// The credentials of this machine, found at first use.
#[derive(Debug)]
pub struct Wallet {}
