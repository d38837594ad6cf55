//! The orchestrator's audit found 30 metrics and 2 of 10 components that ever emitted one. A metric is a type here: one that nothing records is
//! dead code, and the compiler reports it.

#![deny(dead_code)]

use metrics_instrumented::{Counter, Gauge, LabelValue, Operation};

#[derive(LabelValue)]
enum Status {
    Ready,
    Down,
}

#[derive(Operation)]
#[operation(name = "warren_raft_apply")]
struct RaftApply;

#[derive(Counter)]
#[counter(name = "warren_reconciliation_cycles_total")]
struct ReconciliationCycles;

#[derive(Gauge)]
#[gauge(name = "warren_nodes")]
struct Nodes {
    status: Status,
}

fn main() {}
