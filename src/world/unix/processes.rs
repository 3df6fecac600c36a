//! Processes, as `/proc` shows them.
#![expect(clippy::disallowed_methods, reason = "this is the door to other processes")]

use std::fs::File;
use std::io::{self, Read};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// How many processes are looked at; `kernel.pid_max` is 32,768 on ordinary machines.
const MOST_PROCESSES: usize = 20_000;

/// How much of one command line is read, in bytes.
const LONGEST_COMMAND: u64 = 64 * 1024;

/// Most command lines are no longer than this, in bytes: they are then read at once.
const USUAL_COMMAND: usize = 1024;

/// A process and its command line, which can hold a secret: hence no `Debug`.
pub struct Process {
    pub pid: u32,
    /// The arguments as they are in memory, a NUL after each.
    pub command: Vec<u8>,
}

impl Process {
    /// The arguments one by one, beginning with the program.
    pub fn arguments(&self) -> impl Iterator<Item = &[u8]> {
        let command = self.command.strip_suffix(b"\0").unwrap_or(&self.command);
        command.split(|byte| *byte == 0)
    }

    /// The effective user, if the process is still there.
    pub fn user(&self) -> Option<u32> {
        let mut text = String::new();
        let status = File::open(format!("/proc/{}/status", self.pid)).ok()?;
        status.take(LONGEST_COMMAND).read_to_string(&mut text).ok()?;
        effective_user_in(&text)
    }
}

impl Process {
    /// By what this process is known and no later one of the same number: its id and its start.
    pub fn mark(&self) -> Option<String> {
        Some(format!("{}@{}", self.pid, started(self.pid)?))
    }
}

/// When process `pid` was started, in clock ticks since the machine was.
pub(super) fn started(pid: u32) -> Option<u64> {
    let mut text = String::new();
    let stat = File::open(format!("/proc/{pid}/stat")).ok()?;
    stat.take(LONGEST_COMMAND).read_to_string(&mut text).ok()?;
    start_in(&text)
}

/// The 22nd field of `/proc/PID/stat` (`proc_pid_stat(5)`). The second, a name in brackets, can hold
/// blanks and brackets itself.
fn start_in(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(19)?.parse().ok()
}

/// The second number of the `Uid:` line of `/proc/PID/status` (`proc_pid_status(5)`). The folder's
/// owner will not do: it is root for every process that guards its memory.
fn effective_user_in(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The processes whose command lines this user may see, without this one and without the kernel's
/// own. An error where there is no `/proc`.
pub fn others() -> io::Result<impl Iterator<Item = Process>> {
    let own = std::process::id();
    let entries = std::fs::read_dir("/proc")?;
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    Ok(pids.filter(move |pid| *pid != own).take(MOST_PROCESSES).filter_map(seen))
}

/// Process `pid`, if it has a command line that this user may see.
pub(super) fn seen(pid: u32) -> Option<Process> {
    let mut command = Vec::with_capacity(USUAL_COMMAND);
    let file = File::open(format!("/proc/{pid}/cmdline")).ok()?;
    file.take(LONGEST_COMMAND).read_to_end(&mut command).ok()?;
    (!command.is_empty()).then_some(Process { pid, command })
}

/// Whether process `pid` runs, be it another user's.
pub fn is_alive(pid: u32) -> bool {
    match i32::try_from(pid) {
        // 0 and below would mean groups of processes.
        Ok(pid) if pid > 0 => matches!(kill(Pid::from_raw(pid), None), Ok(()) | Err(Errno::EPERM)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_command_line_apart() {
        let arguments = |command: &[u8]| {
            let process = Process { pid: 1, command: command.to_vec() };
            process.arguments().map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(arguments(b"cmdop\0\0connect\0"), ["cmdop", "", "connect"]);
        assert_eq!(arguments(b"cut off"), ["cut off"]);
    }

    #[test]
    fn the_effective_user_is_the_second_number() {
        assert_eq!(effective_user_in("Name:\tx\nUid:\t1000\t0\t1000\t1000\nGid:\t5\t5\t5\t5\n"), Some(0));
        assert_eq!(effective_user_in("Name:\tx\n"), None);
        assert_eq!(effective_user_in("Uid:\n"), None);
    }

    #[test]
    fn a_start_is_found_behind_any_name() {
        let rest = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 19";
        assert_eq!(start_in(&format!("12 (a) b) {rest}")), Some(4711));
        assert_eq!(start_in("12 (a) S"), None);
        assert!(started(std::process::id()).is_some());
    }

    #[test]
    fn one_is_alive_and_nobody_has_the_last_number() {
        assert!(is_alive(std::process::id()));
        assert!(is_alive(1));
        assert!(!is_alive(0));
        assert!(!is_alive(i32::MAX as u32));
        assert!(!is_alive(u32::MAX));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn sees_others_and_not_itself() {
        let mut child = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        // The command line of a process that has just started appears a moment after the process.
        let seen = (0..1000).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(1));
            others().unwrap().find(|process| process.pid == child.id())
        });
        let user = seen.and_then(|process| process.user());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(user, Some(super::super::accounts::effective()));
        assert!(others().unwrap().all(|process| process.pid != std::process::id()));
    }
}
