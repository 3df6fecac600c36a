//! Which of the standard streams are terminals, and which system this is.

use std::io::IsTerminal;

/// Which of the standard streams are terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminals {
    pub stdin: bool,
    pub stdout: bool,
    pub stderr: bool,
}

/// Looks at the standard streams.
pub fn terminals() -> Terminals {
    Terminals {
        stdin: std::io::stdin().is_terminal(),
        stdout: std::io::stdout().is_terminal(),
        stderr: std::io::stderr().is_terminal(),
    }
}

/// The system that this program was built for: `linux`, `macos`, `windows`, …
pub fn platform() -> &'static str {
    std::env::consts::OS
}
