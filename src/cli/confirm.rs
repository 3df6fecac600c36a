//! Asking a person for a yes, where there is a person.

use std::io::{BufRead, Write};

use super::failure::Failure;
use super::output::complain;
use super::refused::REFUSED;
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
    /// Tells why nothing is done, and gives the exit code.
    pub(super) fn told(self) -> u8 {
        let why = match self {
            Consent::Given => return 0,
            Consent::Declined => "nothing was changed",
            Consent::Nobody => "this has to be confirmed, and no terminal is here to ask on; add --yes",
        };
        complain(&Failure::new(why));
        REFUSED
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
