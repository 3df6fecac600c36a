//! The live machine: asks every probe of a plan at once, each within its own deadline, all within
//! the run's, and hands over what is known when the time is up.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout};

use super::aside::Aside;
use super::workers::{Answer, Workers, evidence};
use crate::engine::{Ask, Plan};
use crate::model::evidence::{Evidence, EvidenceSet, Reading, Why};
use crate::model::probe::Waits;
use crate::probe::{Call, Context, look_on_runtime, scrub_reading};

/// How often stuck threads and overdue probes are looked after.
const ROUND: Duration = Duration::from_millis(20);

/// What was gathered, and the keys of the probes that did not answer in time.
#[derive(Debug)]
pub struct Gathered {
    pub evidence: EvidenceSet,
    pub stalled: Vec<Arc<str>>,
    /// Whether `stop` cut the gathering short.
    pub interrupted: bool,
}

/// Is told of every probe that has answered, by its key, while others are still asked. What was read
/// may hold a secret until the gathering is over, and must not be shown before.
pub type Watch<'w> = &'w mut (dyn FnMut(&str, &Evidence) + 'w);

/// Asks everything in `plan`. Ends when all is answered, when `budget` has passed, or when `stop`
/// is done, whichever is first; what is then missing is unavailable.
pub async fn gather(
    plan: &Plan,
    ctx: &Arc<Context>,
    budget: Duration,
    watch: Watch<'_>,
    stop: impl Future<Output = ()>,
) -> Gathered {
    let mut run = Run::new(Arc::clone(ctx), plan.first.len(), watch);
    run.ask(&plan.first);
    let end = tokio::time::Instant::now() + budget;
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    let mut interrupted = false;
    let mut known = 0;
    while run.waiting() > 0 {
        tokio::select! {
            biased;
            () = &mut stop => { interrupted = true; break }
            () = sleep_until(end) => break,
            Some(answer) = run.tasks.join_next() => run.settle(answer.ok()),
            answers = run.workers.answers() => run.settle(answers),
            _ = rounds.tick() => run.attend(),
        }
        if plan.has_chained() && run.evidence.len() > known {
            known = run.evidence.len();
            let next = plan.next(&run.evidence, &run.chained);
            run.chained.extend(next.iter().map(|ask| Arc::clone(&ask.key)));
            run.ask(&next);
        }
    }
    run.finish(interrupted)
}

/// A gathering under way.
struct Run<'w> {
    watch: Watch<'w>,
    ctx: Arc<Context>,
    workers: Workers,
    /// Started by the first probe that waits for somebody.
    aside: Option<Aside>,
    tasks: JoinSet<Answer>,
    evidence: EvidenceSet,
    /// The keys of probes that had to wait for other evidence and were asked since.
    chained: HashSet<Arc<str>>,
    /// By place: the key, and since when it is waited for; `None` once it is settled.
    pending: Vec<(Arc<str>, Option<Instant>)>,
    unsettled: usize,
    /// The places of probes that did not answer in time.
    stalled: Vec<usize>,
}

impl<'w> Run<'w> {
    /// A gathering that begins with `asks` asks.
    fn new(ctx: Arc<Context>, asks: usize, watch: Watch<'w>) -> Run<'w> {
        Run {
            watch,
            workers: Workers::new(Arc::clone(&ctx)),
            ctx,
            aside: None,
            tasks: JoinSet::new(),
            evidence: EvidenceSet::with_capacity(asks),
            chained: HashSet::new(),
            pending: Vec::with_capacity(asks),
            unsettled: 0,
            stalled: Vec::new(),
        }
    }

    fn waiting(&self) -> usize {
        self.unsettled
    }

    fn ask(&mut self, asks: &[Arc<Ask>]) {
        let now = Instant::now();
        let mut for_threads = Vec::with_capacity(asks.len());
        for ask in asks {
            let place = self.pending.len();
            self.pending.push((Arc::clone(&ask.key), Some(now)));
            self.unsettled += 1;
            match &ask.call {
                Err(why) => self.put(place, evidence(Reading::Unavailable(why.clone()), now)),
                Ok(call) if call.kind.spec().network && self.ctx.settings.offline => {
                    self.put(place, evidence(Reading::Unavailable(Why::Offline), now));
                }
                Ok(call) if call.kind.spec().waits == Waits::OnRuntime => {
                    self.ask_aside(place, call.clone(), now);
                }
                Ok(_) => for_threads.push((place, Arc::clone(ask))),
            }
        }
        if !for_threads.is_empty() {
            self.workers.push(for_threads);
        }
    }

    fn ask_aside(&mut self, place: usize, call: Call, now: Instant) {
        if self.aside.is_none() {
            self.aside = Aside::start();
        }
        match &self.aside {
            Some(aside) => {
                let look = look_within_deadline(place, call, Arc::clone(&self.ctx));
                self.tasks.spawn_on(look, aside.handle());
            }
            None => self.put(place, evidence(Reading::Unavailable(Why::Crashed), now)),
        }
    }

    fn settle(&mut self, answers: impl IntoIterator<Item = Answer>) {
        for (place, found) in answers {
            self.put(place, found);
        }
    }

    fn put(&mut self, place: usize, found: Evidence) {
        // A late answer of a probe that was given up is dropped: the report says that it stalled.
        let Some((key, since)) = self.pending.get_mut(place) else { return };
        if since.take().is_some() {
            self.unsettled -= 1;
            if found.reading == Reading::Unavailable(Why::Stalled) {
                self.stalled.push(place);
            }
            (self.watch)(key, &found);
            self.evidence.insert(Arc::clone(key), found);
        }
    }

    /// Gives up the probes whose deadline has passed, and starts threads in place of stuck ones.
    fn attend(&mut self) {
        self.workers.attend();
        self.give_up(self.ctx.settings.probe_deadline + ROUND * 2);
    }

    /// Gives up the probes that have been waited for as long as `patience`.
    fn give_up(&mut self, patience: Duration) {
        let answers = self.workers.fetch();
        self.settle(answers);
        let waiting = |(place, (_, since)): (usize, &(_, Option<Instant>))| Some((place, (*since)?));
        let overdue: Vec<(usize, Instant)> = self
            .pending
            .iter()
            .enumerate()
            .filter_map(waiting)
            .filter(|(_, since)| since.elapsed() >= patience)
            .collect();
        for (place, since) in overdue {
            self.put(place, evidence(Reading::Unavailable(Why::Stalled), since));
        }
    }

    fn finish(mut self, interrupted: bool) -> Gathered {
        self.tasks.abort_all();
        // The process may end before those tasks have noticed.
        self.ctx.world.commands.end_all();
        self.give_up(Duration::ZERO);
        self.stalled.sort_unstable();
        let key = |place: &usize| self.pending.get(*place).map(|(key, _)| Arc::clone(key));
        let stalled = self.stalled.iter().filter_map(key).collect();
        // What was read before the stored credential could still hold it.
        if self.ctx.wallet.was_read() {
            self.evidence.readings_mut().for_each(|reading| scrub_reading(reading, &self.ctx));
        }
        Gathered { evidence: self.evidence, stalled, interrupted }
    }
}

/// A task that nobody waits for any more has nothing to do.
struct EndsWithThis(AbortHandle);

impl Drop for EndsWithThis {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Looks within the probe's deadline; a panic becomes a reading of its own.
async fn look_within_deadline(place: usize, call: Call, ctx: Arc<Context>) -> Answer {
    let begun = Instant::now();
    let deadline = ctx.settings.probe_deadline;
    let looking = tokio::spawn(async move { look_on_runtime(&call, &ctx).await });
    let _ends = EndsWithThis(looking.abort_handle());
    let reading = match timeout(deadline, looking).await {
        Ok(Ok(reading)) => reading,
        Ok(Err(_)) => Reading::Unavailable(Why::Crashed),
        Err(_) => Reading::Unavailable(Why::Stalled),
    };
    (place, evidence(reading, begun))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests look at files and processes of their own")]
mod tests;
