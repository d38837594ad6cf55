//! The functions that are called, and the same ones without the attribute.

use std::hint::black_box;

use metrics_instrumented::{LabelValue, Operation, instrumented};

/// A histogram of fifteen bounds, from a millisecond to 16 seconds.
pub const BOUNDS: &[f64] = &[
    0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384,
];

/// What a measured function fails with.
#[derive(Clone, Copy, Debug)]
pub struct Failure;

/// Next to nothing: what is counted is what stands around it.
#[inline(always)]
fn work(x: u64) -> Result<u64, Failure> {
    if x == u64::MAX { Err(Failure) } else { Ok(x.wrapping_mul(3)) }
}

#[derive(LabelValue, Clone, Copy)]
pub enum Tier {
    Free,
    Bronze,
    Silver,
    Gold,
}

impl Tier {
    fn of(x: u64) -> Self {
        [Self::Free, Self::Bronze, Self::Silver, Self::Gold][x as usize % 4]
    }
}

/// Values of the open label, as many as a service may have hosts.
const HOSTS: [&str; 16] = [
    "api.example.org",
    "www.example.org",
    "shop.example.org",
    "mail.example.org",
    "a.example.net",
    "b.example.net",
    "c.example.net",
    "d.example.net",
    "orders.internal.example.com",
    "payments.internal.example.com",
    "stock.internal.example.com",
    "users.internal.example.com",
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.3",
    "localhost",
];

fn host(x: u64) -> &'static str {
    HOSTS[x as usize % HOSTS.len()]
}

#[inline(never)]
fn bare(x: u64) -> Result<u64, Failure> {
    work(x)
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

#[inline(never)]
#[instrumented(name = "open", labels(host = open(host)), buckets = BOUNDS)]
fn open(host: &str, x: u64) -> Result<u64, Failure> {
    work(x)
}

/// A name, and a loop of so many calls.
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
    case!("full", |x| full(x)),
    case!("error", |x| full(x | u64::MAX)),
    case!("untimed", |x| untimed(x)),
    case!("sampled", |x| sampled(x)),
    case!("closed", |x| closed(Tier::of(x), x)),
    case!("two closed", |x| closed_two(Tier::of(x), x & 4 == 0, x)),
    case!("declared", |x| declared(Tier::of(x), x)),
    case!("open", |x| open(host(x), x)),
];
