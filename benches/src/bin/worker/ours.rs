//! Ours, in every form of a call.

use std::future::Future;
use std::pin::Pin;

use metrics_instrumented::{Operation, instrumented};
use metrics_instrumented_benches::{BOUNDS, Outcome, Tier, work};

use super::peers::complete;

/// No outcome to read.
#[inline(never)]
#[instrumented(buckets = BOUNDS)]
pub fn plain(x: u64) -> u64 {
    x.wrapping_mul(3)
}

/// The same without the attribute.
#[inline(never)]
pub fn bare_plain(x: u64) -> u64 {
    x.wrapping_mul(3)
}

#[inline(never)]
#[instrumented(name = "closed", labels(tier), buckets = BOUNDS)]
pub fn closed(tier: Tier, x: u64) -> Outcome {
    work(x, 1)
}

#[inline(never)]
#[instrumented(name = "closed_two", labels(tier, retried), buckets = BOUNDS)]
pub fn closed_two(tier: Tier, retried: bool, x: u64) -> Outcome {
    work(x, 1)
}

#[inline(never)]
#[instrumented(name = "open", labels(host = open(host)), buckets = BOUNDS)]
pub fn open(host: &str, x: u64) -> Outcome {
    work(x, 1)
}

/// All values but the first are past the cap and count as `other`.
#[inline(never)]
#[instrumented(name = "open_past_cap", labels(host = open(host, max = 1)), buckets = BOUNDS)]
pub fn open_past_cap(host: &str, x: u64) -> Outcome {
    work(x, 1)
}

#[derive(Operation)]
#[operation(name = "declared", buckets = BOUNDS)]
pub struct Declared {
    tier: Tier,
}

#[inline(never)]
#[instrumented(Declared { tier: Tier::Gold })]
pub fn declared(x: u64) -> Outcome {
    work(x, 1)
}

#[instrumented(name = "asynchronous", buckets = BOUNDS)]
async fn asynchronous(x: u64) -> Outcome {
    work(x, 1)
}

#[inline(never)]
pub fn run(x: u64) -> Outcome {
    complete(asynchronous(x))
}

#[inline(never)]
#[instrumented(name = "boxed", buckets = BOUNDS)]
fn boxed(x: u64) -> Pin<Box<dyn Future<Output = Outcome> + Send>> {
    Box::pin(async move { work(x, 1) })
}

#[inline(never)]
pub fn run_boxed(x: u64) -> Outcome {
    complete(boxed(x))
}

/// Bounds below every duration, so that a call compares its duration with all of them and counts in the last bucket.
macro_rules! above {
    ($($function:ident $name:literal $buckets:expr,)*) => {
        $(
            #[inline(never)]
            #[instrumented(name = $name, buckets = $buckets)]
            pub fn $function(x: u64) -> Outcome {
                work(x, 1)
            }
        )*
    };
}

above! {
    above_5 "above_5" linear(0.000_000_001, 0.000_000_000_001, 5),
    above_15 "above_15" linear(0.000_000_001, 0.000_000_000_001, 15),
    above_30 "above_30" linear(0.000_000_001, 0.000_000_000_001, 30),
    above_64 "above_64" linear(0.000_000_001, 0.000_000_000_001, 64),
}

/// Without a duration, so without clock and buckets.
#[inline(never)]
#[instrumented(name = "untimed", only(calls, in_flight))]
pub fn untimed(x: u64) -> Outcome {
    work(x, 1)
}

/// Values of the open label expire after a time without calls.
#[inline(never)]
#[instrumented(name = "idle", labels(host = open(host, max = 100, idle = 600)), buckets = BOUNDS)]
pub fn idle(host: &str, x: u64) -> Outcome {
    work(x, 1)
}

/// With the age of the oldest running call.
#[inline(never)]
#[instrumented(name = "with_oldest", in_flight(oldest), buckets = BOUNDS)]
pub fn oldest(x: u64) -> Outcome {
    work(x, 1)
}

/// With the most calls at once.
#[inline(never)]
#[instrumented(name = "with_peak", in_flight(peak), buckets = BOUNDS)]
pub fn peak(x: u64) -> Outcome {
    work(x, 1)
}

/// With polls and the time inside of them.
#[instrumented(name = "with_polls", polls, buckets = BOUNDS)]
async fn polls(x: u64) -> Outcome {
    work(x, 1)
}

#[inline(never)]
pub fn run_polls(x: u64) -> Outcome {
    complete(polls(x))
}
