//! Being told to stop: by Ctrl-C, or by whoever runs this program.

use std::io;

/// Who told us to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interrupt {
    Interrupted,
    Terminated,
}

impl Interrupt {
    /// The interrupt that ended a command with `code`.
    pub(super) fn of_exit_code(code: u8) -> Option<Interrupt> {
        [Interrupt::Interrupted, Interrupt::Terminated].into_iter().find(|one| one.exit_code() == code)
    }

    /// 128 and the number of the signal, as shells say it.
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Interrupt::Interrupted => 130,
            Interrupt::Terminated => 143,
        }
    }
}

/// The signals that end a run, from now on caught.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Interrupts {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Interrupts {
    /// Begins to catch them. Needs a runtime.
    pub(super) fn catch() -> io::Result<Interrupts> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Interrupts {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Interrupt {
        tokio::select! {
            _ = self.interrupt.recv() => Interrupt::Interrupted,
            _ = self.terminate.recv() => Interrupt::Terminated,
        }
    }
}

/// Ctrl-C, which is all that other systems have.
#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Interrupts;

#[cfg(not(unix))]
impl Interrupts {
    /// Begins to catch it. Needs a runtime.
    pub(super) fn catch() -> io::Result<Interrupts> {
        Ok(Interrupts)
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Interrupt {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Interrupt::Interrupted,
            Err(_) => std::future::pending().await,
        }
    }
}
