//! `cmdop doctor rules keygen`: a private key, and the public one that others are given.

use std::path::PathBuf;

use crate::cli::failure::Failure;
use crate::cli::grammar::MakeKeys;
use crate::cli::output::print;
use crate::credential::signing::SigningKey;
use crate::report::hidden::visible;
use crate::world::files::words;
use crate::world::{guarded, save};

/// Writes both files, of which none may be there, and prints the public key.
pub(super) fn run(typed: &MakeKeys) -> Result<u8, Failure> {
    let mut beside = typed.file.clone().into_os_string();
    beside.push(".pub");
    let beside = PathBuf::from(beside);
    for file in [&typed.file, &beside] {
        if guarded::is_there(file) {
            let file = file.display();
            return Err(Failure::new(format!("{file} is there already, and a key is not overwritten")));
        }
    }
    let (key, text) = SigningKey::generate().map_err(|why| Failure::new(why.to_string()))?;
    let public = key.public().called(visible(&typed.comment).trim());
    let unwritten =
        |error: std::io::Error| Failure::new(format!("the key is not written: {}", words(&error)));
    save::save_private(&typed.file, text.as_bytes()).map_err(unwritten)?;
    save::save(&beside, format!("{public}\n").as_bytes()).map_err(unwritten)?;
    print(format!("{public}\n").as_bytes()).map(|()| 0)
}
