//! Asking a person for a yes, where there is a person.

use std::io::{BufRead, Write};

use super::told::Told;
use crate::report::hidden::visible;
use crate::world::terminal::terminals;

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    Given,
    Declined,
    /// Nobody is there to be asked.
    Nobody,
}

impl Consent {
    /// Why nothing is done; `None` after a yes.
    pub(super) fn missing(self) -> Option<Told> {
        match self {
            Consent::Given => None,
            Consent::Declined => Some(Told::new("declined", "nothing was changed")),
            Consent::Nobody => {
                let why = "this has to be confirmed, and no terminal is here to ask on";
                Some(Told::new("unconfirmed", why).fix("add --yes"))
            }
        }
    }
}

/// Asks `question` on the terminal. Only `y` and `yes` mean yes.
pub(super) async fn ask(question: String) -> Consent {
    let here = terminals();
    if !(here.stdin && here.stderr) {
        return Consent::Nobody;
    }
    let read = move || {
        let _seen = write!(std::io::stderr().lock(), "{} [y/N] ", visible(&question));
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    };
    // The reading may never end; whoever interrupts it ends the program.
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(line)) if matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes") => Consent::Given,
        _ => Consent::Declined,
    }
}
