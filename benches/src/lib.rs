//! What the programs of this package share. They are run by `scripts/bench`.

pub mod counting;
pub mod random;
pub mod scrape;
mod work;

pub use work::{BOUNDS, FAILS, Failure, Outcome, work};
