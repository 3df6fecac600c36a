//! Threads for probes that wait in the kernel, where nothing can cancel them. A thread that hangs
//! is left behind: another takes over the rest of the queue, and the process exits without joining.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::engine::Ask;
use crate::model::evidence::{Evidence, Reading, SourceKind, Why};
use crate::probe::{Context, look_in_kernel};
use crate::world::clock;

/// How long a worker may be busy with one probe before another is started beside it.
const PATIENCE: Duration = Duration::from_millis(60);
/// The most threads that hanging probes can cost.
const WORKERS_MAX: usize = 64;
/// More asks than these are worth a second thread: one that takes long, as the list of all processes
/// does, then holds up nothing else.
const FEW: usize = 8;
/// The reader is woken once in so many answers, and looks after the rest by itself now and then.
const BATCH: usize = 128;

/// An answer: the place of its ask, and what was read.
pub(super) type Answer = (usize, Evidence);

/// A queue of asks and the threads that work on it.
pub(super) struct Workers {
    queue: Arc<Queue>,
    started: usize,
    last_taken: usize,
    last_progress: Instant,
}

struct Queue {
    asks: Mutex<VecDeque<(usize, Arc<Ask>)>>,
    /// How many asks have been taken so far: what tells a stuck thread from a busy one.
    taken: AtomicUsize,
    /// What was read and not yet fetched. An answer goes here at once: the next probe may hang.
    answers: Mutex<Vec<Answer>>,
    worth_fetching: Notify,
    ctx: Arc<Context>,
}

impl Workers {
    pub(super) fn new(ctx: Arc<Context>) -> Workers {
        let queue = Queue {
            asks: Mutex::default(),
            taken: AtomicUsize::new(0),
            answers: Mutex::default(),
            worth_fetching: Notify::new(),
            ctx,
        };
        Workers { queue: Arc::new(queue), started: 0, last_taken: 0, last_progress: Instant::now() }
    }

    /// Queues asks, each with the place that its answer will carry.
    pub(super) fn push(&mut self, asks: Vec<(usize, Arc<Ask>)>) {
        let several = asks.len() > FEW;
        lock(&self.queue.asks).extend(asks);
        self.last_progress = Instant::now();
        self.start();
        if several {
            self.start();
        }
    }

    /// Waits for a good number of answers, or for the last.
    pub(super) async fn answers(&mut self) -> Vec<Answer> {
        self.queue.worth_fetching.notified().await;
        self.fetch()
    }

    /// The answers that are there.
    pub(super) fn fetch(&mut self) -> Vec<Answer> {
        std::mem::take(&mut *lock(&self.queue.answers))
    }

    /// Starts more threads if all are stuck and work is left. To be called now and then.
    pub(super) fn attend(&mut self) {
        let taken = self.queue.taken.load(Ordering::Acquire);
        if taken != self.last_taken {
            self.last_taken = taken;
            self.last_progress = Instant::now();
        } else if self.last_progress.elapsed() > PATIENCE && !lock(&self.queue.asks).is_empty() {
            // A dead mount holds one thread per probe: doubling gets past all of them in a few rounds.
            self.last_progress = Instant::now();
            for _ in 0..self.started.max(1) {
                self.start();
            }
        }
    }

    fn start(&mut self) {
        if self.started >= WORKERS_MAX {
            return;
        }
        let queue = Arc::clone(&self.queue);
        let thread = std::thread::Builder::new().name("probe".to_owned()).spawn(move || queue.work());
        if thread.is_ok() {
            self.started += 1;
        }
    }
}

impl Queue {
    fn take(&self) -> Option<(usize, Arc<Ask>)> {
        let ask = lock(&self.asks).pop_front()?;
        self.taken.fetch_add(1, Ordering::AcqRel);
        Some(ask)
    }

    fn work(&self) {
        while let Some((place, ask)) = self.take() {
            let answer = (place, look(&ask, &self.ctx));
            let mut answers = lock(&self.answers);
            answers.push(answer);
            if answers.len().is_multiple_of(BATCH) {
                self.worth_fetching.notify_one();
            }
        }
        self.worth_fetching.notify_one();
    }
}

/// A thread that panicked while it held the lock has left whole answers behind.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks, and turns a panic into a reading of its own.
fn look(ask: &Ask, ctx: &Context) -> Evidence {
    let begun = Instant::now();
    let reading = match &ask.call {
        Ok(call) => catch_unwind(AssertUnwindSafe(|| look_in_kernel(call, ctx)))
            .unwrap_or(Reading::Unavailable(Why::Crashed)),
        Err(why) => Reading::Unavailable(why.clone()),
    };
    evidence(reading, begun)
}

/// A reading, stamped with now and with how long it took.
pub(super) fn evidence(reading: Reading, begun: Instant) -> Evidence {
    let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Evidence::new(reading, clock::now_ms(), duration_ms, SourceKind::Live)
}
