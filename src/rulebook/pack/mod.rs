//! Packs: many rules in one file, read already. A pack has its rules twice: as texts, and compiled, as the
//! built-in ones are. The texts are read like any others, so a pack from anywhere can do no more than a file
//! of rules can. The compiled part is a memory image of rules that were judged, and is believed only where it
//! is known who judged them: this user's own program, which notes what it compiles (`notes`), or the owner of
//! a key that the user trusts, whose signature the pack carries. Whatever a stranger writes into a compiled
//! part is never decoded.
//!
//! A pack is its head (`header`), the compiled rules (`pieces`), and the texts. Hashes in the head say what
//! the parts are; the hash of the head names the pack, and is what is signed. Times of files say nothing.

mod compile;
mod header;
mod notes;
mod opened;
mod pieces;
mod whole;

pub use compile::{Compiled, NotCompiled, compile, identity};
pub use header::{Broken, Hash};
pub use notes::{PackTrust, note};
pub use opened::{Judged, NotRead, Pack, Standing};
pub use whole::{Honesty, Whole};
