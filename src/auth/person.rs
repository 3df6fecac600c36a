//! Whom an operation tells what happens while it works.

use std::time::Duration;

/// Somebody who can be told something, and who may do something about it: open a page, type a code.
pub trait Person: Send + Sync {
    /// Tells. Must not block.
    fn tell(&self, notice: &Notice);
}

/// What an operation has to say before it is done. Texts from outside are as they came: whoever
/// shows them makes them visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The way of signing in that this program chose by itself, and why.
    Chosen { way: Way, why: String },
    /// A page waits to be opened in a browser.
    Page {
        url: String,
        /// The host, where it is not the issuer's.
        foreign_host: Option<String>,
    },
    /// A browser command took the page, and ended or runs on.
    Opened { by: String, running: bool },
    /// No browser command took the page; says of each why.
    NotOpened(Vec<String>),
    /// Somebody asked at the callback address who had nothing to do with this; says why. The
    /// waiting goes on.
    Stray(&'static str),
    /// A code waits to be typed on a page.
    Code {
        user_code: String,
        page: String,
        /// The page with the code filled in.
        complete: Option<String>,
        /// The host, where it is not the issuer's.
        foreign_host: Option<String>,
        /// For how long.
        left: Duration,
    },
    /// The code is good for so long; told about once a second.
    Left(Duration),
    /// No usable answer came, and the asking goes on; says what came instead.
    Trouble(String),
    /// Signing in worked, and the server wants more.
    Due(Due),
    /// From now on something is lost if this program stops (`true`), or no longer (`false`).
    Committed(bool),
}

/// A way of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A browser that comes back to this machine.
    Browser,
    /// A code to type in a browser anywhere.
    Device,
}

/// What a server may want besides a credential (facts: "an answer that needs more").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    SecondFactor,
    SignOn,
}
