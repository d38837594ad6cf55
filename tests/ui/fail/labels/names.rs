//! Every rule for the name of a label.

#![allow(unused)]

use metrics_instrumented::{Counter, instrumented};

#[instrumented(name = "orders", labels(le = true, quantile = true, a__b = true, größe = true))]
fn inline() {}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events {
    #[label(rename = "")]
    empty: bool,
    #[label(rename = "1st")]
    starts_with_a_digit: bool,
    #[label(rename = "a-b")]
    character: bool,
    #[label(rename = "a:b")]
    colon: bool,
    #[label(rename = "__reserved")]
    double_underscore: bool,
    #[label(rename = "le")]
    of_histograms: bool,
}

#[instrumented(name = "sales", outcome(label = "le"), errors(label = "", of = Problem))]
fn own_labels() -> Result<(), Problem> {
    Ok(())
}

#[derive(metrics_instrumented::LabelValue)]
enum Problem {}

#[instrumented(name = "target", labels(job = open(job), instance = open(job)))]
fn target_labels(job: &str) {}

#[instrumented(name = "target_outcome", outcome(label = "job"))]
fn target_outcome() {}

#[instrumented(name = "exported", labels(job = open(job), instance = open(job)), exported(job))]
fn exported(job: &str) {}

fn main() {
    inline();
    let _ = own_labels();
    Events { empty: true, starts_with_a_digit: true, character: true, colon: true, double_underscore: true, of_histograms: true }
        .increment(1);
}
