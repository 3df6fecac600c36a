//! Threads for probes that wait in the kernel, where nothing can cancel them. A thread that hangs
//! is left behind: another takes over the rest of the queue, and the process exits without joining.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::engine::Ask;
use crate::model::evidence::{Evidence, Reading, Why};
use crate::probe::{Context, look_in_kernel};
use crate::world::clock;

/// How long a worker may be busy with one probe before another is started beside it.
const PATIENCE: Duration = Duration::from_millis(60);
/// The most threads that hanging probes can cost.
const WORKERS_MAX: usize = 64;
/// So many answers wake the reader, who else comes by in every round: thousands of quick probes
/// shall wake it rarely.
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
    asks: Mutex<VecDeque<(usize, Ask)>>,
    /// How many asks have been taken so far: what tells a stuck thread from a busy one.
    taken: AtomicUsize,
    /// What nobody has fetched yet. A thread that hangs takes nothing of it along.
    answers: Mutex<Vec<Answer>>,
    /// Told when fetching is worth while.
    ready: Notify,
    ctx: Arc<Context>,
}

impl Workers {
    pub(super) fn new(ctx: Arc<Context>) -> Workers {
        let queue = Queue {
            asks: Mutex::default(),
            taken: AtomicUsize::new(0),
            answers: Mutex::default(),
            ready: Notify::new(),
            ctx,
        };
        Workers { queue: Arc::new(queue), started: 0, last_taken: 0, last_progress: Instant::now() }
    }

    /// Queues asks, each with the place that its answer will carry.
    pub(super) fn push(&mut self, asks: Vec<(usize, Ask)>) {
        let many = asks.len() > 2 * BATCH;
        self.queue.waiting().extend(asks);
        self.last_progress = Instant::now();
        self.start();
        if many {
            self.start();
        }
    }

    /// The next answers, once there are many, or all.
    pub(super) async fn answers(&self) -> Vec<Answer> {
        self.queue.ready.notified().await;
        self.known()
    }

    /// The answers so far that nobody has fetched.
    pub(super) fn known(&self) -> Vec<Answer> {
        std::mem::take(&mut locked(&self.queue.answers))
    }

    /// Starts more threads if all are stuck and work is left. To be called now and then.
    pub(super) fn attend(&mut self) {
        let taken = self.queue.taken.load(Ordering::Acquire);
        if taken != self.last_taken {
            self.last_taken = taken;
            self.last_progress = Instant::now();
        } else if self.last_progress.elapsed() > PATIENCE && !self.queue.waiting().is_empty() {
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
    fn waiting(&self) -> MutexGuard<'_, VecDeque<(usize, Ask)>> {
        locked(&self.asks)
    }

    fn take(&self) -> Option<(usize, Ask)> {
        let ask = self.waiting().pop_front()?;
        self.taken.fetch_add(1, Ordering::AcqRel);
        Some(ask)
    }

    fn work(&self) {
        while let Some((place, ask)) = self.take() {
            let found = look(&ask, &self.ctx);
            let mut answers = locked(&self.answers);
            answers.push((place, found));
            if answers.len() == BATCH {
                self.ready.notify_one();
            }
        }
        self.ready.notify_one();
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
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
    Evidence { reading, taken_at: clock::now_ms(), duration_ms }
}
