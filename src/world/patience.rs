//! Waiting no longer than one wants for what can block in the kernel: a file on a dead mount, a
//! user database on the network.

use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;
use std::time::Duration;

/// What a thread is given to do.
type Work = Box<dyn FnOnce() + Send>;

/// A thread that has nothing to do: most looks are answered at once, and the next one needs no thread of
/// its own.
static IDLE: Mutex<Option<Sender<Work>>> = Mutex::new(None);

/// What `look` finds, if it finds it within `limit`. A look that is late goes on, on a thread that
/// nobody waits for, and its answer is dropped.
pub fn within<T: Send + 'static>(limit: Duration, look: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = sync_channel(1);
    let thread = idle().take().or_else(begin)?;
    let work = move || {
        // Nobody listens any more when this is late.
        let _late = tell.send(look());
    };
    thread.send(Box::new(work)).ok()?;
    let answer = told.recv_timeout(limit).ok();
    if answer.is_some() {
        *idle() = Some(thread);
    }
    answer
}

fn idle() -> std::sync::MutexGuard<'static, Option<Sender<Work>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thread that works until nobody can give it anything any more.
fn begin() -> Option<Sender<Work>> {
    let (give, given) = channel::<Work>();
    let looking = move || given.into_iter().for_each(|work| work());
    Builder::new().name("look".to_owned()).spawn(looking).ok()?;
    Some(give)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn an_answer_in_time_is_handed_over_and_a_late_one_is_not() {
        assert_eq!(within(Duration::from_secs(60), || 7), Some(7));
        let (hold, held) = mpsc::channel::<()>();
        let stuck = within(Duration::from_millis(1), move || held.recv().is_ok());
        assert_eq!(stuck, None);
        drop(hold);
        assert_eq!(within(Duration::from_secs(60), || 8), Some(8));
    }

    #[test]
    fn a_look_that_panics_has_no_answer_and_hurts_no_other() {
        assert_eq!(within(Duration::from_secs(60), || -> u8 { panic!("as a probe might") }), None);
        assert_eq!(within(Duration::from_secs(60), || 9), Some(9));
    }
}
