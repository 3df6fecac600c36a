//! `cmdop doctor rules schema`: the language of rules as JSON Schema, for editors.

use crate::cli::failure::Failure;
use crate::cli::output::print;
use crate::rulebook::schema::{of, whole};

/// Prints the schema of one kind of file, or of all kinds together.
pub(in crate::cli) fn run(kind: Option<&str>) -> Result<u8, Failure> {
    let schema = match kind {
        Some(name) => of(name).ok_or_else(|| Failure::new(format!("there is no kind of rule `{name}`")))?,
        None => whole(),
    };
    let mut text = format!("{schema:#}");
    text.push('\n');
    print(text.as_bytes()).map(|()| 0)
}
