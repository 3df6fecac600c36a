//! The one door to the machine: files, environment, network, processes, clock, terminal, locks.
//! No other module calls the standard library for these (`clippy.toml` enforces it).

mod answer;
mod aside;
pub mod browser;
pub mod challenge;
pub mod clock;
pub mod complaint;
pub mod dial;
#[cfg(unix)]
pub mod draft;
mod env;
pub mod exchange;
mod fault;
pub mod files;
pub mod guarded;
#[cfg(unix)]
pub mod handover;
mod head;
pub mod keyring;
#[cfg(unix)]
pub mod locks;
pub mod loopback;
pub mod names;
pub mod pages;
pub mod patience;
#[cfg(unix)]
pub mod place;
#[cfg(unix)]
pub mod programs;
pub mod proxies;
pub mod recordings;
pub mod repository;
pub mod roots;
pub mod save;
pub mod store;
#[cfg(unix)]
pub mod surroundings;
pub mod terminal;
pub mod tls;
pub mod tunnel;
#[cfg(unix)]
pub mod unix;
mod web;

pub use env::Env;
pub use web::{NoClient, Web};

/// The machine as this process sees it.
#[derive(Debug)]
pub struct World {
    /// The environment as it was at the start.
    pub env: Env,
    /// HTTP clients and what they stand on, made at first use.
    pub web: Web,
    /// The commands that are run to look.
    #[cfg(unix)]
    pub commands: unix::commands::Commands,
}

impl World {
    /// The real machine, with the environment as it is now.
    pub fn real() -> World {
        World::with(Env::of_process())
    }

    /// The machine with another environment.
    pub fn with(env: Env) -> World {
        World {
            env,
            web: Web::default(),
            #[cfg(unix)]
            commands: unix::commands::Commands::default(),
        }
    }

    /// The folder that the program was started in, if it still exists.
    #[expect(clippy::disallowed_methods, reason = "this is the door to the machine")]
    pub fn cwd(&self) -> Option<std::path::PathBuf> {
        std::env::current_dir().ok()
    }
}
