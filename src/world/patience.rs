//! Waiting no longer than one wants for what can block in the kernel: a file on a dead mount, a
//! user database on the network.

use std::sync::mpsc;
use std::time::Duration;

/// What `look` finds, if it finds it within `limit`. A look that is late goes on, on a thread that
/// nobody waits for, and its answer is dropped.
pub fn within<T: Send + 'static>(limit: Duration, look: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("look".to_owned())
        .spawn(move || {
            // Nobody listens any more when this is late.
            let _late = tell.send(look());
        })
        .ok()?;
    told.recv_timeout(limit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_time_is_handed_over_and_a_late_one_is_not() {
        assert_eq!(within(Duration::from_secs(60), || 7), Some(7));
        let (hold, held) = mpsc::channel::<()>();
        let stuck = within(Duration::from_millis(1), move || held.recv().is_ok());
        assert_eq!(stuck, None);
        drop(hold);
    }
}
