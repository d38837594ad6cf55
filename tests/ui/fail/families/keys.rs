//! Keys of `calls(..)`, `duration(..)`, `in_flight(..)`.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(name = "a", calls(nmae = "a_total", unit = "seconds"), duration(buckets = [1.0]), in_flight(label = "x"))]
fn unknown() {}

#[instrumented(name = "b", labels(tier = true), calls(labels(teir)), duration(labels(region)), in_flight(labels = tier))]
fn labels() {}

#[instrumented(name = "c", calls(name = "c_total", name = "d_total", help = "Help.", help = "Help."))]
fn twice() {}

#[instrumented(name = "d", calls, duration = 5, in_flight[name = "x"])]
fn forms() {}

#[instrumented(name = "e", calls("e_total"), duration(name), in_flight(help =))]
fn half_typed() {}

#[instrumented(name = "f", duration(sample = 0))]
fn no_sample() {}

#[instrumented(name = "g", duration(sample = "2"), calls(sample = 2))]
fn other_samples() {}

fn main() {
    unknown();
    labels();
    twice();
    forms();
    half_typed();
    no_sample();
    other_samples();
}
