//! Where evidence comes from. Every source hands the engine the same thing: an evidence set.

mod aside;
pub mod bundle;
pub mod case;
pub mod facts;
pub mod given;
pub mod json;
pub mod live;
pub mod log;
pub mod recording;
pub mod reduce;
pub mod reduce_machine;
pub mod spelling;
pub mod spoken;
pub mod trial;
mod workers;
