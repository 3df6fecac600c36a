//! Whom an operation tells what happens while it works.

/// Somebody who can be told something, and who may do something about it: open a page, type a code.
pub trait Person: Send + Sync {
    /// Tells. Must not block.
    fn tell(&self, notice: &Notice);
}

/// What an operation has to say before it is done. Texts from outside are as they came: whoever
/// shows them makes them visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A page waits to be opened in a browser.
    Page {
        url: String,
        /// The host, where it is not the issuer's.
        foreign_host: Option<String>,
    },
    /// From now on something is lost if this program stops (`true`), or no longer (`false`).
    Committed(bool),
}
