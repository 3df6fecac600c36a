//! The redactor: takes secrets out of texts and streams, and leaves in their place what helps to
//! find a fault: what it was, how long, and a fingerprint that tells equal secrets from others.
//! Pure: it is given bytes and knows no files.
//!
//! A secret is known by its shape (`rules/shapes/`, [`mention`]), by the name before it
//! (`password=`, `Authorization:`, `"refresh_token":`), or by where it stands in an address. One
//! pass over the bytes finds the few places worth a look (`cues`). Lines are looked at as wholes,
//! and what may go on in the next line keeps that line waiting (`region`), so that a secret is
//! never cut in two, however the stream is read.

mod address;
mod bytes;
mod cues;
pub mod encodings;
mod find;
mod fingerprint;
mod key_block;
mod known;
mod mask;
pub mod mention;
mod names;
mod redactor;
mod region;
mod residue;
mod shapes;
mod span;
mod token;
mod utf16;
mod value;
mod wrapped;

pub use fingerprint::fingerprint;
pub use known::{Form, Known};
pub use names::is_secret_name;
pub use redactor::{Broken, Redactor, Style};
