//! What was given with `--from`: files, folders and standard input, opened and told apart by their
//! content. Nothing in them is trusted: what is unpacked is bounded, and no link is followed out
//! of a folder.

mod frames;
mod open;
mod rotation;
mod stop;
mod stream;

pub use open::{Content, Given, NotRead, Opened, open};
pub use stop::Stop;
pub use stream::Stream;
