//! Keys that are accepted by their form, and would have no effect.

#![allow(unused)]

use metrics_instrumented::{Counter, LabelValue, Open, Operation, instrumented};

#[derive(LabelValue, Clone, Copy)]
enum Tier {
    Free,
    Paid,
}

#[instrumented(name = "a", labels(), exported(), outcome())]
fn empty() {}

#[instrumented(name = "b", duration(sample = 1))] // One call in one is every call.
fn every_call() {}

#[instrumented(name = "c", exported(job))]
fn no_label() {}

#[instrumented(name = "d", labels(tier), exported(tier, instance))]
fn other_label(tier: Tier) {}

#[instrumented(name = "e", of = Tier)]
fn named() {}

#[instrumented(name = "f", outcome(ok = "", cancelled = ""))]
async fn no_value() {}

#[instrumented(name = "g", started, outcome(started = "ok"))]
fn counted_twice() {}

#[instrumented(name = "h", started, outcome(panic = "started"))]
fn counted_twice_by_another() {}

#[derive(Operation)]
#[operation(name = "i", exported(job), outcome())]
struct Declared {
    tier: Tier,
}

#[derive(Counter)]
#[counter(name = "j_total", exported(job, other))]
struct Hits {
    tier: Tier,
}

/// `exported` on a block is for those functions that have the label, and so is `of` without a name.
#[instrumented(name = "k", exported(job))]
mod block {
    #[metrics_instrumented::instrumented(labels(job: bool = true))]
    fn with() {}

    fn without() {}
}

#[instrumented(of = Tier)]
fn unnamed() {}

#[instrumented(name = "l", outcome(label = "job"), exported(job))]
fn outcome_label() {}

fn main() {}
