//! Values that expire: `open(text, idle = n)` and `#[label(idle = n)]`.

#![allow(unused)]

use metrics_instrumented::{Counter, LabelValue, Open, Operation, instrumented};

#[derive(LabelValue)]
enum Tier {
    Free,
    Paid,
}

#[instrumented(name = "zero", labels(tenant = open(tenant, idle = 0)))]
fn zero(tenant: &str) {}

#[instrumented(name = "float", labels(tenant = open(tenant, idle = 0.5)))]
fn float(tenant: &str) {}

#[instrumented(name = "text", labels(tenant = open(tenant, max = 5, idle = "10m")))]
fn text(tenant: &str) {}

#[instrumented(name = "constant", labels(tenant = open(tenant, idle = MINUTES)))]
fn constant(tenant: &str) {}

#[instrumented(name = "twice", labels(tenant = open(tenant, idle = 60, max = 5, idle = 600, max = 6)))]
fn twice(tenant: &str) {}

#[instrumented(name = "outside", labels(tenant = open(tenant), idle = 600))]
fn outside(tenant: &str) {}

#[instrumented(name = "unknown", labels(tenant = open(tenant, ttl = 600)))]
fn unknown(tenant: &str) {}

#[derive(Operation)]
#[operation(name = "declared")]
struct Declared<'a> {
    #[label(idle = 0)]
    a: Open<'a>,
    #[label(idle = 1.5)]
    b: Open<'a>,
    #[label(idle)]
    c: Open<'a>,
    #[label(idle = 5, idle = 6)]
    d: Open<'a>,
}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events<'a> {
    #[label(idle = 0)]
    tenant: Open<'a>,
}

fn main() {}
