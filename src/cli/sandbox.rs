//! `cmdop sandbox` and its tour.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Builder;

use super::failure::Failure;
use super::grammar::{ColorChoice, Sandbox, SandboxVerb};
use super::screen;
use super::signals::{Interrupt, Interrupts};
use crate::sandbox::{Options, Terms, list_faults, serve, tour};
use crate::world::World;

/// Serves until told to stop, or takes the tour.
pub(super) fn run(args: Sandbox, color: ColorChoice, world: &World) -> Result<u8, Failure> {
    let done = match args.verb {
        _ if args.list_faults => list_faults(&mut io::stdout()),
        Some(SandboxVerb::Tour) => {
            let color = screen::wants_color(color, screen::columns().is_some(), &world.env);
            return take_the_tour(color);
        }
        None => {
            let options = Options {
                port: args.port,
                faults: args.fault,
                accept_tokens: args.accept_token,
                accept_keys: args.accept_key,
                state: args.state,
                terms: Terms {
                    token_life: args.token_life,
                    device_life: args.device_life,
                    grace: args.grace,
                    ..Terms::default()
                },
            };
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.and_then(|runtime| runtime.block_on(serve(options, &mut io::stdout())))
        }
    };
    told(done).map(|()| 0)
}

/// The tour plays on a thread of its own, while this one listens for signals: whoever stops it
/// wants the throw-away homes gone as well.
fn take_the_tour(color: bool) -> Result<u8, Failure> {
    let binary = std::env::current_exe().map_err(failed)?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let stopped = Arc::new(AtomicBool::new(false));
    let stage = Stage { stopped: Arc::clone(&stopped) };
    let mut interrupted = None;
    let done = runtime.block_on(async {
        let mut interrupts = Interrupts::catch()?;
        let mut play =
            tokio::task::spawn_blocking(move || tour::run(&binary, color, &mut io::LineWriter::new(stage)));
        loop {
            tokio::select! {
                played = &mut play => return played.unwrap_or_else(|_| Err(io::Error::other("internal error"))),
                interrupt = interrupts.next() => {
                    interrupted = Some(interrupt);
                    stopped.store(true, Ordering::Relaxed);
                }
            }
        }
    });
    match interrupted {
        Some(interrupt) => Ok(Interrupt::exit_code(interrupt)),
        None => told(done).map(|()| 0),
    }
}

/// Standard output until somebody stops the tour.
struct Stage {
    stopped: Arc<AtomicBool>,
}

impl Write for Stage {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        match self.stopped.load(Ordering::Relaxed) {
            true => Err(io::Error::other("stopped")),
            false => io::stdout().write(text),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// A reader that has gone away has seen what it wanted.
fn told(done: io::Result<()>) -> Result<(), Failure> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(failed(error)),
        _ => Ok(()),
    }
}

fn failed(error: io::Error) -> Failure {
    Failure::new(format!("the sandbox stops: {error}"))
}
