//! Work that may block in the kernel for ever, done on a thread of its own that can be left behind.

use std::time::{Duration, Instant};

use tokio::sync::watch;

/// Work under way or done. Everybody who waits for it gets the same result, and nobody who stops
/// waiting stops it.
#[derive(Debug, Clone)]
pub(super) struct Aside<T> {
    result: watch::Receiver<Option<T>>,
    started: Instant,
}

impl<T: Clone + Send + Sync + 'static> Aside<T> {
    /// Starts `work`.
    pub(super) fn start(work: impl FnOnce() -> T + Send + 'static) -> Aside<T> {
        let (done, result) = watch::channel(None);
        // Where no thread can be started the channel closes, which reads as "no result".
        let _ = std::thread::Builder::new().name("aside".to_owned()).spawn(move || {
            let _ = done.send(Some(work()));
        });
        Aside { result, started: Instant::now() }
    }

    /// Waits for the result; `None` if the work could not be started or panicked.
    pub(super) async fn result(&self) -> Option<T> {
        let mut result = self.result.clone();
        let done = result.wait_for(Option::is_some).await.ok()?;
        done.clone()
    }

    /// Whether the work ended, and longer than `age` ago it was started.
    pub(super) fn is_stale(&self, age: Duration) -> bool {
        let ended = self.result.borrow().is_some() || self.result.has_changed().is_err();
        ended && self.started.elapsed() > age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_gets_the_one_result() {
        let aside = Aside::start(|| 7);
        let other = aside.clone();
        assert_eq!((aside.result().await, other.result().await), (Some(7), Some(7)));
        assert!(aside.is_stale(Duration::ZERO));
    }

    #[tokio::test]
    async fn work_that_never_ends_is_left_behind() {
        let aside = Aside::start(|| {
            loop {
                std::thread::park();
            }
        });
        let waited: Result<Option<()>, _> =
            tokio::time::timeout(Duration::from_millis(20), aside.result()).await;
        assert!(waited.is_err());
        assert!(!aside.is_stale(Duration::ZERO));
    }
}
