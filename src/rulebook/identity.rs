//! What tells one set of rules from another.

use std::fmt::{self, Write};

use ring::digest::{Context, SHA256};

use crate::model::rulebook::Rulebook;

/// A hash of all that the rules say, as 64 hexadecimal digits: equal rules have equal ones,
/// wherever they were written.
pub fn identity(rulebook: &Rulebook) -> String {
    let mut hash = Hash(Context::new(&SHA256));
    // A hash takes whatever is written.
    let _ = write!(hash, "{rulebook:?}");
    crate::redact::encodings::hex(hash.0.finish().as_ref())
}

struct Hash(Context);

impl Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::built_in;

    #[test]
    fn where_rules_are_written_does_not_matter() {
        let rules = built_in();
        let mut checks = rules.checks.to_vec();
        for check in &mut checks {
            (check.source.file, check.source.line) = ("/home/ada/rules.yaml", 7);
        }
        let moved = Rulebook { checks: crate::model::list::List::keep(checks), ..rules };
        assert_eq!(identity(&rules), identity(&moved));
    }

    #[test]
    fn other_rules_have_another_identity() {
        let rules = built_in();
        let fewer = Rulebook { causes: crate::model::list::List::EMPTY, ..rules };
        assert_eq!(identity(&rules), identity(&built_in()));
        assert_ne!(identity(&rules), identity(&fewer));
        assert_eq!(identity(&rules).len(), 64);
    }
}
