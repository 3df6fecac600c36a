//! The one door to the machine: files, environment, network, processes, clock, terminal, locks.
//! No other module calls the standard library for these (`clippy.toml` enforces it).

mod env;
pub mod files;
pub mod guarded;

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
}
