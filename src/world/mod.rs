//! The one door to the machine: files, environment, network, processes, clock, terminal, locks.
//! No other module calls the standard library for these (`clippy.toml` enforces it).

pub mod clock;
mod env;
pub mod files;
#[cfg(unix)]
pub mod handover;
pub mod locks;
pub mod loopback;
pub mod own_file;
pub mod patience;
#[cfg(unix)]
pub mod programs;
pub mod save;
pub mod terminal;
#[cfg(unix)]
pub mod unix;

pub use env::Env;

/// The machine as this process sees it.
#[derive(Debug)]
pub struct World {
    /// The environment as it was at the start.
    pub env: Env,
}

impl World {
    /// The real machine, with the environment as it is now.
    pub fn real() -> World {
        World { env: Env::of_process() }
    }

    /// The folder that the program was started in, if it still exists.
    #[expect(clippy::disallowed_methods, reason = "this is the door to the machine")]
    pub fn cwd(&self) -> Option<std::path::PathBuf> {
        std::env::current_dir().ok()
    }
}
