//! A process of the user's own, ended and started again as it was.
#![expect(clippy::disallowed_methods, reason = "this is the door to processes")]

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::{accounts, processes};

/// Why a process was not ended, or not started again.
#[derive(Debug, thiserror::Error)]
pub enum NotRestarted {
    #[error("the process is gone, or is another one by now")]
    Gone,
    #[error("the process is not yours")]
    Foreign,
    #[error("its program is no longer where it was started from")]
    NoProgram,
    #[error("it does not end")]
    Stubborn,
    #[error("it cannot be restarted: {0}")]
    Io(#[from] io::Error),
}

/// A running process, held so that no later one of the same number is taken for it, and all that is
/// needed to start it again. Its arguments and variables can hold secrets: hence no `Debug`.
pub struct Running {
    held: OwnedFd,
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    folder: PathBuf,
}

impl Running {
    /// Finds the process that `mark` names (its id and its start, as `Process::mark` writes them).
    ///
    /// # Errors
    /// When it is gone, is another user's, or could not be started again.
    pub fn find(mark: &str) -> Result<Running, NotRestarted> {
        let (pid, start) = mark.split_once('@').ok_or(NotRestarted::Gone)?;
        let (pid, start): (u32, u64) = pid.parse().ok().zip(start.parse().ok()).ok_or(NotRestarted::Gone)?;
        let number = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(NotRestarted::Gone)?;
        let held = pidfd_open(number, PidfdFlags::empty()).map_err(|_| NotRestarted::Gone)?;
        // What is read from here on is of the process that is held, or its start differs.
        let process = processes::seen(pid).ok_or(NotRestarted::Gone)?;
        if process.user() != Some(accounts::effective()) {
            return Err(NotRestarted::Foreign);
        }
        let running = Running {
            held,
            program: program(pid)?,
            arguments: process.arguments().map(|part| OsString::from_vec(part.to_vec())).collect(),
            variables: variables(pid)?,
            folder: std::fs::read_link(format!("/proc/{pid}/cwd"))?,
        };
        match processes::started(pid) == Some(start) {
            true => Ok(running),
            false => Err(NotRestarted::Gone),
        }
    }

    /// Asks it to end, waits for that as long as `patience`, and starts it again: the same program with
    /// the same arguments, variables and folder, on its own.
    ///
    /// # Errors
    /// When it does not end, which leaves it running, or its program cannot be started.
    pub fn again(self, patience: Duration) -> Result<u32, NotRestarted> {
        pidfd_send_signal(&self.held, Signal::TERM).map_err(io::Error::from)?;
        if !self.has_ended(patience)? {
            return Err(NotRestarted::Stubborn);
        }
        let mut arguments = self.arguments.into_iter();
        let mut command = Command::new(&self.program);
        if let Some(name) = arguments.next() {
            command.arg0(name);
        }
        command.args(arguments).env_clear().envs(self.variables).current_dir(&self.folder).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command.spawn()?.id())
    }

    /// Whether it ends within `patience` (a process descriptor is readable then, `pidfd_open(2)`).
    fn has_ended(&self, patience: Duration) -> Result<bool, NotRestarted> {
        let mut ended = [PollFd::new(&self.held, PollFlags::IN)];
        let limit = Timespec::try_from(patience).map_err(io::Error::other)?;
        Ok(poll(&mut ended, Some(&limit)).map_err(io::Error::from)? > 0)
    }
}

/// The program of process `pid`. One that was replaced meanwhile, as an update does, stands at the same
/// path (`proc_pid_exe(5)`: the link then ends in " (deleted)").
fn program(pid: u32) -> Result<PathBuf, NotRestarted> {
    let program = std::fs::read_link(format!("/proc/{pid}/exe"))?;
    let text = program.to_string_lossy();
    let path = text.strip_suffix(" (deleted)").map_or(program.clone(), PathBuf::from);
    if Path::new(&path).is_file() { Ok(path) } else { Err(NotRestarted::NoProgram) }
}

fn variables(pid: u32) -> Result<Vec<(OsString, OsString)>, NotRestarted> {
    let whole = std::fs::read(format!("/proc/{pid}/environ"))?;
    let pair = |entry: &[u8]| {
        let at = entry.iter().position(|byte| *byte == b'=')?;
        let part = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        Some((part(entry.get(..at)?), part(entry.get(at + 1..)?)))
    };
    Ok(whole.split(|byte| *byte == 0).filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that ends when it is told to, and its mark.
    fn sleeper() -> (std::process::Child, String) {
        let child = Command::new("sleep").arg("60").env("CMDOP_TEST", "kept").spawn().unwrap();
        let mark = (0..1000).find_map(|_| {
            std::thread::sleep(Duration::from_millis(1));
            processes::seen(child.id()).filter(|seen| seen.arguments().count() == 2)?.mark()
        });
        (child, mark.unwrap())
    }

    #[test]
    fn a_process_is_started_again_as_it_was() {
        let (mut child, mark) = sleeper();
        let running = Running::find(&mark).unwrap();
        // Nobody else waits for this child: without that it would be there for ever, if not alive.
        let reaper = std::thread::spawn(move || child.wait());
        let pid = running.again(Duration::from_secs(10)).unwrap();
        reaper.join().unwrap().unwrap();
        let same = (0..1000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            processes::seen(pid).is_some_and(|seen| seen.command == b"sleep\x0060\0")
        });
        let kept = variables(pid).unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid as i32), nix::sys::signal::SIGKILL).unwrap();
        assert!(same);
        assert!(kept.contains(&("CMDOP_TEST".into(), "kept".into())));
    }

    #[test]
    fn another_process_of_the_same_number_is_left_alone() {
        let (mut child, mark) = sleeper();
        let (pid, start) = mark.split_once('@').unwrap();
        let other = format!("{pid}@{}", start.parse::<u64>().unwrap() + 1);
        assert!(matches!(Running::find(&other), Err(NotRestarted::Gone)));
        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(matches!(Running::find("0@1"), Err(NotRestarted::Gone)));
        assert!(matches!(Running::find("nonsense"), Err(NotRestarted::Gone)));
    }
}
