//! Where evidence comes from. Every source hands the engine the same thing: an evidence set.

mod aside;
pub mod case;
pub mod given;
pub mod live;
pub mod log;
pub mod recording;
mod workers;
