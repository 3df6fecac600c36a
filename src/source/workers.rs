//! Threads for probes that wait in the kernel, where nothing can cancel them. A thread that hangs
//! is left behind: another takes over the rest of the queue, and the process exits without joining.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
/// The reader is woken for so many answers, or for those of [`INTERVAL`], so that thousands of
/// quick probes wake it rarely.
const BATCH: usize = 128;
const INTERVAL: Duration = Duration::from_millis(3);

/// An answer: the place of its ask, and what was read.
pub(super) type Answer = (usize, Evidence);

/// An ask and the place that its answer will carry.
pub(super) type Due = (usize, Arc<Ask>);

/// A queue of asks and the threads that work on it.
pub(super) struct Workers {
    desk: Arc<Desk>,
    started: usize,
    last_taken: usize,
    last_progress: Instant,
}

/// What the threads share.
struct Desk {
    trays: Mutex<Trays>,
    /// Wakes the reader of the answers.
    ready: Notify,
    ctx: Arc<Context>,
}

#[derive(Default)]
struct Trays {
    asks: VecDeque<Due>,
    /// How many asks have been taken so far: what tells a stuck thread from a busy one.
    taken: usize,
    /// Answers that nobody has read yet. They lie here and not with their threads, of which each
    /// may hang at its next probe.
    answers: Vec<Answer>,
}

impl Workers {
    pub(super) fn new(ctx: Arc<Context>) -> Workers {
        let desk = Desk { trays: Mutex::default(), ready: Notify::new(), ctx };
        Workers { desk: Arc::new(desk), started: 0, last_taken: 0, last_progress: Instant::now() }
    }

    /// Queues asks.
    pub(super) fn push(&mut self, asks: Vec<Due>) {
        let many = asks.len() > 2 * BATCH;
        self.desk.trays().asks.extend(asks);
        self.last_progress = Instant::now();
        self.start();
        if many {
            self.start();
        }
    }

    /// Waits until it is worth reading answers; never ends without any threads.
    pub(super) async fn ready(&self) {
        self.desk.ready.notified().await;
    }

    /// The answers since the last time.
    pub(super) fn answers(&self) -> Vec<Answer> {
        std::mem::take(&mut self.desk.trays().answers)
    }

    /// Starts more threads if all are stuck and work is left. To be called now and then.
    pub(super) fn attend(&mut self) {
        let (taken, left) = {
            let trays = self.desk.trays();
            (trays.taken, !trays.asks.is_empty())
        };
        if taken != self.last_taken {
            self.last_taken = taken;
            self.last_progress = Instant::now();
        } else if self.last_progress.elapsed() > PATIENCE && left {
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
        let desk = Arc::clone(&self.desk);
        let thread = std::thread::Builder::new().name("probe".to_owned()).spawn(move || desk.work());
        if thread.is_ok() {
            self.started += 1;
        }
    }
}

impl Desk {
    fn trays(&self) -> MutexGuard<'_, Trays> {
        self.trays.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut told = Instant::now();
        let mut answer = None;
        while let Some((place, ask)) = self.exchange(answer.take(), &mut told) {
            answer = Some((place, look(&ask, &self.ctx)));
        }
        self.ready.notify_one();
    }

    /// Hands in an answer and takes the next ask. `told` is when the reader was last woken.
    fn exchange(&self, answer: Option<Answer>, told: &mut Instant) -> Option<Due> {
        let mut trays = self.trays();
        trays.answers.extend(answer);
        let many = trays.answers.len() >= BATCH;
        let next = trays.asks.pop_front();
        trays.taken += usize::from(next.is_some());
        drop(trays);
        if many || told.elapsed() > INTERVAL {
            *told = Instant::now();
            self.ready.notify_one();
        }
        next
    }
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
