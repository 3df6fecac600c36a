//! A runtime of its own for the probes that wait for others. A server can keep whoever reads from it
//! busy without ever letting go; then this thread is left behind, and the deadline still holds.

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A runtime on a thread that nobody joins. It ends with this value, unless it is stuck.
pub(super) struct Aside {
    handle: Handle,
    _ends_when_dropped: oneshot::Sender<()>,
}

impl Aside {
    /// Starts it; `None` where the system gives no thread or no event queue.
    pub(super) fn start() -> Option<Aside> {
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let handle = runtime.handle().clone();
        let (ends_when_dropped, end) = oneshot::channel();
        std::thread::Builder::new()
            .name("network".to_owned())
            .spawn(move || {
                // The sender is dropped, never used.
                let _ = runtime.block_on(end);
                runtime.shutdown_background();
            })
            .ok()?;
        Some(Aside { handle, _ends_when_dropped: ends_when_dropped })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}
