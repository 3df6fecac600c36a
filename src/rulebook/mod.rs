//! Rules as data: YAML files read into the validated model, at build time and at run time alike.

mod embedded;
mod identity;
pub mod language;
mod load;
mod message;
pub mod pack;
mod packed;
mod phrases;
pub mod schema;
pub mod spelling;
mod testimony;

pub use embedded::built_in;
pub use identity::identity;
pub use language::{RuleFault, RuleFaults, RuleText, cases, extend, key, lint, parse_all, recorded, sieve};
pub use load::{Loaded, RuleFile, Source, base, case_files, load, load_with_packs, texts, texts_of};
pub use message::recognise;
pub use phrases::{Heard, Phrases, Said, unpacked};
pub use testimony::{Known, Testimony};
