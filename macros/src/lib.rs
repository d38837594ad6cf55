//! The macros of [`metrics-instrumented`](https://docs.rs/metrics-instrumented); depend on that crate, it re-exports them.
//!
//! Every macro goes through the same stages: tokens as written, with their spans (`args`, `item`), what they mean (`model`), code
//! (`emit`). Nothing here panics; what is wrong is collected and said all at once, and the user's item always survives.

#![forbid(unsafe_code)]

mod buckets;
mod defaults;
mod docs;
mod errors;
mod instrumented;
mod label_value;
mod metric;
#[allow(dead_code, unreachable_pub, unused_imports, reason = "shared with the runtime, which uses other parts of it")]
mod names;
mod operation;
mod owner;
mod paths;
mod suggest;
mod types;

use proc_macro::TokenStream;

/// Gives a function its metrics; see the documentation of `metrics_instrumented::instrumented`.
#[proc_macro_attribute]
pub fn instrumented(args: TokenStream, item: TokenStream) -> TokenStream {
    instrumented::expand(args.into(), item.into()).into()
}

/// Makes an enum a label with a closed set of values; see `metrics_instrumented::LabelValue`.
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn derive_label_value(item: TokenStream) -> TokenStream {
    label_value::expand(item.into()).into()
}

/// Makes a struct of labels an operation; see `metrics_instrumented::Operation`.
#[proc_macro_derive(Operation, attributes(operation, label))]
pub fn derive_operation(item: TokenStream) -> TokenStream {
    operation::expand(item.into()).into()
}

/// Makes a struct of labels a counter; see `metrics_instrumented::Counter`.
#[proc_macro_derive(Counter, attributes(counter, label))]
pub fn derive_counter(item: TokenStream) -> TokenStream {
    metric::expand(names::Kind::Counter, item.into()).into()
}

/// Makes a struct of labels a gauge; see `metrics_instrumented::Gauge`.
#[proc_macro_derive(Gauge, attributes(gauge, label))]
pub fn derive_gauge(item: TokenStream) -> TokenStream {
    metric::expand(names::Kind::Gauge, item.into()).into()
}

/// Makes a struct of labels a histogram; see `metrics_instrumented::Histogram`.
#[proc_macro_derive(Histogram, attributes(histogram, label))]
pub fn derive_histogram(item: TokenStream) -> TokenStream {
    metric::expand(names::Kind::Histogram, item.into()).into()
}
