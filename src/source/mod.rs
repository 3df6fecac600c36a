//! Where evidence comes from. Every source hands the engine the same thing: an evidence set.

pub mod case;
pub mod live;
mod workers;
