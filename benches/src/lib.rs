//! Code that is shared by the programs of this package. `scripts/bench` runs them.

pub mod counting;
#[path = "../inputs.rs"]
mod inputs;
pub mod random;
pub mod scrape;
mod work;

pub use inputs::{BOUNDS, Tier, host};
pub use work::{FAILS, Failure, Outcome, work};
