//! What the programs of this package share. They are run by `scripts/bench`.

pub mod counting;
#[path = "../inputs.rs"]
mod inputs;
pub mod random;
pub mod scrape;
mod work;

pub use inputs::{BOUNDS, Tier, host};
pub use work::{FAILS, Failure, Outcome, work};
