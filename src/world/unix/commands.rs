//! Commands that are run to look: without a shell, with nothing of this program's environment but a few
//! names, and never longer than they may.
#![expect(clippy::disallowed_methods, reason = "this is the door to other programs")]

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncReadExt, Interest};
use tokio::process::{ChildStderr, ChildStdout};
use tokio::time::{Instant, timeout, timeout_at};

use crate::world::{Env, files, programs};

/// Where programs are looked for: the folders of the system alone, whatever `PATH` says.
pub const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The folder that commands run in: one that is always there, and that is nobody's.
const FOLDER: &str = "/";

/// The variables that a command gets as they are; none of them holds a secret.
const HANDED_ON: [&str; 4] = ["HOME", "USER", "LOGNAME", "TZ"];

/// What of each of its streams is kept, in bytes; a command that says more is ended.
pub const MOST: usize = 64 * 1024;

/// How long an ended command may take to be gone. A process that was killed goes at once, unless the
/// kernel holds it.
const GOING: Duration = Duration::from_millis(200);

/// How long somebody may still hold the streams of a command that has ended.
const DRAINING: Duration = Duration::from_millis(500);

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How it ended by itself; `None` where it was made to.
    pub status: Option<ExitStatus>,
    pub timed_out: bool,
    /// It said more than [`MOST`] bytes on one of its streams.
    pub truncated: bool,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Ended {
    pub fn exit_code(&self) -> Option<i32> {
        self.status.and_then(|status| status.code())
    }

    /// The number of the signal that ended it, but for one of ours.
    pub fn signal(&self) -> Option<i32> {
        self.status.and_then(|status| status.signal())
    }
}

/// Why a command was not run.
#[derive(Debug, thiserror::Error)]
pub enum NotRun {
    #[error("there is no such program")]
    Missing,
    #[error("it cannot be started: {}", files::words(.0))]
    Io(#[from] io::Error),
}

/// The commands that run now, so that none outlives the looking.
#[derive(Debug, Default)]
pub struct Commands(Mutex<Running>);

#[derive(Debug, Default)]
struct Running {
    groups: Vec<Weak<Group>>,
    /// Nothing more is started.
    closed: bool,
}

impl Commands {
    /// Runs `argv` until it ends, `deadline` comes, or it has said too much; then it is ended with all that
    /// it has started and that has stayed in its process group. Dropping the future ends it as well.
    ///
    /// # Errors
    /// When there is no such program, or it cannot be started.
    pub async fn run(&self, argv: &[String], env: &Env, deadline: Instant) -> Result<Ended, NotRun> {
        let mut started = self.start(argv, env)?;
        let (out, err) = (started.stdout.take(), started.stderr.take());
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut ended = {
            let listening = async {
                // One that says too much on one stream is not listened to on the other.
                tokio::try_join!(listen(out, &mut stdout), listen(err, &mut stderr)).is_ok()
            };
            started.followed(listening, deadline).await
        };
        (ended.stdout, ended.stderr) = (stdout, stderr);
        ended.stdout.truncate(MOST);
        ended.stderr.truncate(MOST);
        Ok(ended)
    }

    /// Ends all that still runs, and lets nothing start any more.
    pub fn end_all(&self) {
        let groups = {
            let mut running = lock(&self.0);
            running.closed = true;
            std::mem::take(&mut running.groups)
        };
        groups.iter().filter_map(Weak::upgrade).for_each(|group| _ = group.end());
    }

    fn start(&self, argv: &[String], env: &Env) -> Result<Started, NotRun> {
        let (name, args) = argv.split_first().ok_or(NotRun::Missing)?;
        let mut command = Command::new(found(name).ok_or(NotRun::Missing)?);
        command.args(args).env_clear().env("PATH", SYSTEM_PATH).env("LC_ALL", "C").current_dir(FOLDER);
        for name in HANDED_ON {
            if let Some(value) = env.raw(name) {
                command.env(name, value);
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        // Whoever ends all of them either sees this one, or keeps it from being started.
        let mut running = lock(&self.0);
        if running.closed {
            return Err(NotRun::Io(io::ErrorKind::Interrupted.into()));
        }
        let mut child = command.spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let mut started = Started { group: Arc::new(Group::of(child)?), stdout: None, stderr: None };
        running.groups.retain(|group| group.strong_count() > 0);
        running.groups.push(Arc::downgrade(&started.group));
        started.stdout = stdout.map(ChildStdout::from_std).transpose()?;
        started.stderr = stderr.map(ChildStderr::from_std).transpose()?;
        Ok(started)
    }
}

/// The program that is meant by `name`: an absolute path, or one in the folders of the system.
fn found(name: &str) -> Option<PathBuf> {
    let fits = !name.contains('/') || name.starts_with('/');
    programs::named(name, Some(SYSTEM_PATH.as_ref())).into_iter().next().filter(|_| fits)
}

/// More was said than is listened to.
struct TooMuch;

/// Reads to the end, within bounds.
async fn listen(stream: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) -> Result<(), TooMuch> {
    let Some(stream) = stream else { return Ok(()) };
    // One byte more tells whether there is more. What breaks off was said before.
    let _ = stream.take(MOST as u64 + 1).read_to_end(into).await;
    if into.len() <= MOST { Ok(()) } else { Err(TooMuch) }
}

/// A command under way; it ends with this value.
struct Started {
    group: Arc<Group>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
}

impl Drop for Started {
    fn drop(&mut self) {
        self.group.end();
    }
}

impl Started {
    /// Waits for the end while `listening` takes what it says, and tells whether that is all; then ends it.
    async fn followed(&self, listening: impl Future<Output = bool>, deadline: Instant) -> Ended {
        tokio::pin!(listening);
        let mut whole = None;
        let ending = async {
            let gone = self.group.gone();
            tokio::pin!(gone);
            loop {
                tokio::select! {
                    () = &mut gone => return true,
                    done = &mut listening, if whole.is_none() => {
                        whole = Some(done);
                        // What has closed its streams may still work; what says too much is not waited for.
                        if !done {
                            return false;
                        }
                    }
                }
            }
        };
        let by_itself = timeout_at(deadline, ending).await;
        let status = self.group.end();
        if whole.is_none() {
            // What it has said is in the pipe.
            whole = timeout(DRAINING, &mut listening).await.ok();
        }
        Ended {
            // Whether one that has said too much was quick enough to end by itself is all the same.
            status: status.filter(|_| by_itself == Ok(true) && whole != Some(false)),
            timed_out: by_itself.is_err(),
            truncated: whole == Some(false),
            stdout: Vec::new(),
            stderr: Vec::new(),
        }
    }
}

/// A process, held until its end is known, and the group that it leads. As long as it is held no other
/// process or group can have its number.
#[derive(Debug)]
struct Group {
    leader: Pid,
    held: OwnedFd,
    child: Mutex<Option<Child>>,
}

impl Group {
    fn of(mut child: Child) -> io::Result<Group> {
        let leader = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let held = leader.ok_or(io::ErrorKind::NotFound.into()).and_then(|leader| {
            let held = pidfd_open(leader, PidfdFlags::empty())?;
            Ok((leader, held))
        });
        match held {
            Ok((leader, held)) => Ok(Group { leader, held, child: Mutex::new(Some(child)) }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    /// Waits until the process has ended (a process descriptor is readable then, `pidfd_open(2)`).
    #[expect(
        deprecated,
        reason = "an owned descriptor is as safe here as what has taken its place, which is `unsafe`"
    )]
    async fn gone(&self) {
        let held = self.held.try_clone().and_then(|held| AsyncFd::with_interest(held, Interest::READABLE));
        match held {
            Ok(held) => _ = held.readable().await,
            // Then the deadline ends it.
            Err(_) => std::future::pending().await,
        }
    }

    /// Ends the process and its group, if that has not been done: how it ended, if it is gone.
    fn end(&self) -> Option<ExitStatus> {
        let mut child = lock(&self.child);
        let held = child.as_mut()?;
        // The leader is not reaped yet, so the number is its group's. It may have ended, and others not.
        let _ = kill_process_group(self.leader, Signal::KILL);
        let limit = Timespec::try_from(GOING).ok()?;
        let _ = poll(&mut [PollFd::new(&self.held, PollFlags::IN)], Some(&limit));
        let status = held.try_wait().ok().flatten()?;
        *child = None;
        Some(status)
    }
}

/// A thread that panicked while it held the lock has left whole values behind.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
