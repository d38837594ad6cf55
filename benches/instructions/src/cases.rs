//! The functions that are called, and the same ones without the attribute.

use std::hint::black_box;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use metrics::{Counter, Gauge, Histogram};
use metrics_instrumented::{Open, Operation, instrumented};

use crate::inputs::{BOUNDS, Tier, host};

/// The error of a measured function.
#[derive(Clone, Copy, Debug)]
pub struct Failure;

/// Does almost nothing, so that the code around it is counted.
#[inline(always)]
fn work(x: u64) -> Result<u64, Failure> {
    if x == u64::MAX { Err(Failure) } else { Ok(x.wrapping_mul(3)) }
}

#[inline(never)]
fn bare(x: u64) -> Result<u64, Failure> {
    work(x)
}

/// Leaves its body early with an error.
#[inline(never)]
fn bare_early(x: u64) -> Result<u64, Failure> {
    let value = work(x)?;
    Ok(value ^ 1)
}

#[inline(never)]
#[instrumented(name = "early", buckets = BOUNDS)]
fn early(x: u64) -> Result<u64, Failure> {
    let value = work(x)?;
    Ok(value ^ 1)
}

#[inline(never)]
fn bare_tier(_: Tier, x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
fn bare_host(_: &str, x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "full", buckets = BOUNDS)]
fn full(x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "untimed", only(calls, in_flight))]
fn untimed(x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "native", buckets = native(factor = 1.1))]
fn native(x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
fn bare_unread(x: u64) -> u64 {
    x.wrapping_mul(3)
}

#[inline(never)]
#[instrumented(name = "unread", buckets = BOUNDS)]
fn unread(x: u64) -> u64 {
    x.wrapping_mul(3)
}

async fn bare_async(x: u64) -> Result<u64, Failure> {
    work(x)
}

async fn bare_awaiting(x: u64) -> Result<u64, Failure> {
    work(std::future::ready(x).await)
}

#[inline(never)]
#[instrumented(name = "sampled", duration(sample = 100), buckets = BOUNDS)]
fn sampled(x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "closed", labels(tier), buckets = BOUNDS)]
fn closed(tier: Tier, x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "closed_two", labels(tier, retried), buckets = BOUNDS)]
fn closed_two(tier: Tier, retried: bool, x: u64) -> Result<u64, Failure> {
    work(x)
}

/// What a call cannot avoid if it honours recorders of single threads.
#[inline(never)]
fn look_up(x: u64) -> Result<u64, Failure> {
    metrics::with_recorder(|_| ());
    work(x)
}

/// The same in a call that is timed, by the clock that is read in the least time.
#[inline(never)]
fn look_up_and_readings(x: u64) -> Result<u64, Failure> {
    metrics::with_recorder(|_| ());
    let start = reading();
    let value = work(x);
    black_box((start, reading()));
    value
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn reading() -> u64 {
    // SAFETY: every x86-64 processor has this instruction.
    unsafe { std::arch::x86_64::_rdtsc() }
}

#[cfg(not(target_arch = "x86_64"))]
fn reading() -> Instant {
    Instant::now()
}

/// What the attribute does, by hand: with the handles of a recorder that are kept.
#[inline(never)]
fn by_hand(x: u64) -> Result<u64, Failure> {
    struct Handles {
        in_flight: Gauge,
        duration: Histogram,
        ok: Counter,
        error: Counter,
    }
    static HANDLES: LazyLock<Handles> = LazyLock::new(|| Handles {
        in_flight: metrics::gauge!("by_hand_in_flight"),
        duration: metrics::histogram!("by_hand_duration_seconds"),
        ok: metrics::counter!("by_hand_total", "outcome" => "ok"),
        error: metrics::counter!("by_hand_total", "outcome" => "error"),
    });
    let handles = &*HANDLES;
    handles.in_flight.increment(1.0);
    let start = Instant::now();
    let value = work(x);
    handles.duration.record(start.elapsed());
    handles.in_flight.decrement(1.0);
    if value.is_ok() { &handles.ok } else { &handles.error }.increment(1);
    value
}

#[derive(Operation)]
#[operation(name = "declared", buckets = BOUNDS)]
struct Declared {
    tier: Tier,
}

#[inline(never)]
#[instrumented(Declared { tier })]
fn declared(tier: Tier, x: u64) -> Result<u64, Failure> {
    work(x)
}

#[derive(Operation)]
#[operation(name = "declared_open", buckets = BOUNDS)]
struct DeclaredOpen<'a> {
    host: Open<'a>,
}

#[inline(never)]
#[instrumented(DeclaredOpen { host: Open::new(host) })]
fn declared_open(host: &str, x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "open", labels(host = open(host)), buckets = BOUNDS)]
fn open(host: &str, x: u64) -> Result<u64, Failure> {
    work(x)
}

/// All hosts but the first are past the cap and count as `other`.
#[inline(never)]
#[instrumented(name = "open_past_cap", labels(host = open(host, max = 1)), buckets = BOUNDS)]
fn open_past_cap(host: &str, x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "open_idle", labels(host = open(host, idle = 600)), buckets = BOUNDS)]
fn open_idle(host: &str, x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "peak", in_flight(peak), buckets = BOUNDS)]
fn peak(x: u64) -> Result<u64, Failure> {
    work(x)
}

#[inline(never)]
#[instrumented(name = "oldest", in_flight(oldest), buckets = BOUNDS)]
fn oldest(x: u64) -> Result<u64, Failure> {
    work(x)
}

#[instrumented(name = "asynchronous", buckets = BOUNDS)]
async fn asynchronous(x: u64) -> Result<u64, Failure> {
    work(x)
}

/// Unlike the function above, it may be suspended.
#[instrumented(name = "awaiting", buckets = BOUNDS)]
async fn awaiting(x: u64) -> Result<u64, Failure> {
    work(std::future::ready(x).await)
}

#[instrumented(name = "polls", polls, buckets = BOUNDS)]
async fn polls(x: u64) -> Result<u64, Failure> {
    work(x)
}

/// The output of a future that is ready at its first poll.
#[inline(never)]
fn ready<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn hand_written_counter(x: u64) {
    metrics::counter!("hand_written_events_total", "kind" => if x % 2 == 0 { "even" } else { "odd" }).increment(1);
}

fn hand_written_histogram(x: u64) {
    metrics::histogram!("hand_written_sizes_bytes", "kind" => if x % 2 == 0 { "even" } else { "odd" }).record(x as f64);
}

fn hand_written_gauge(x: u64) {
    metrics::gauge!("hand_written_level", "kind" => if x % 2 == 0 { "even" } else { "odd" }).set(x as f64);
}

/// A name, and a loop of this number of calls.
pub type Case = (&'static str, fn(u64));

macro_rules! case {
    ($name:literal, |$x:ident| $call:expr) => {
        ($name, |calls| {
            for call in 0..calls {
                let $x = black_box(call & 0xffff);
                let _ = black_box($call);
            }
        })
    };
}

pub const ALL: &[Case] = &[
    case!("bare", |x| bare(x)),
    case!("bare tier", |x| bare_tier(Tier::of(x), x)),
    case!("bare host", |x| bare_host(host(x), x)),
    case!("bare unread", |x| bare_unread(x)),
    case!("bare early", |x| bare_early(x)),
    case!("bare early error", |x| bare_early(x | u64::MAX)),
    case!("bare async", |x| ready(bare_async(x))),
    case!("bare awaiting", |x| ready(bare_awaiting(x))),
    case!("look-up", |x| look_up(x)),
    case!("look-up and readings", |x| look_up_and_readings(x)),
    case!("by hand", |x| by_hand(x)),
    case!("full", |x| full(x)),
    case!("unread", |x| unread(x)),
    case!("early", |x| early(x)),
    case!("early error", |x| early(x | u64::MAX)),
    case!("native", |x| native(x)),
    case!("error", |x| full(x | u64::MAX)),
    case!("untimed", |x| untimed(x)),
    case!("sampled", |x| sampled(x)),
    case!("closed", |x| closed(Tier::of(x), x)),
    case!("two closed", |x| closed_two(Tier::of(x), x & 4 == 0, x)),
    case!("declared", |x| declared(Tier::of(x), x)),
    case!("declared open", |x| declared_open(host(x), x)),
    case!("open", |x| open(host(x), x)),
    case!("open past the cap", |x| open_past_cap(host(x), x)),
    case!("open with idle", |x| open_idle(host(x), x)),
    case!("peak", |x| peak(x)),
    case!("oldest", |x| oldest(x)),
    case!("async", |x| ready(asynchronous(x))),
    case!("awaiting", |x| ready(awaiting(x))),
    case!("polls", |x| ready(polls(x))),
    case!("counter!", |x| hand_written_counter(x)),
    case!("gauge!", |x| hand_written_gauge(x)),
    case!("histogram!", |x| hand_written_histogram(x)),
];
