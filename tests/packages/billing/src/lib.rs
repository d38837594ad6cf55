//! A library: it annotates its functions and knows nothing of exporters.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

use metrics_instrumented::{Gauge, LabelValue, instrumented};

/// A method of payment.
#[derive(LabelValue, Clone, Copy)]
pub enum Method {
    /// At once.
    Card,
    /// In a month.
    Invoice,
}

/// Charges of customers.
///
/// # Errors
/// When there is nothing to charge.
#[instrumented(name = "billing_charges", labels(method), buckets = [0.5, 1.0])]
pub fn charge(method: Method, cents: u32) -> Result<u32, String> {
    Open.add(1.0);
    if cents == 0 { Err("nothing to charge".to_owned()) } else { Ok(cents) }
}

/// Refunds of customers; no application here makes any.
#[instrumented(name = "billing_refunds")]
pub fn refund() {}

/// Charges that are not settled.
#[derive(Gauge)]
#[gauge(name = "billing_open")]
struct Open;

/// What every application here does: two charges that work and one that does not.
pub fn work() {
    let results = [charge(Method::Card, 5), charge(Method::Card, 7), charge(Method::Invoice, 0)];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 2);
}
