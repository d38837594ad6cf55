//! The macros of [`metrics-instrumented`](https://docs.rs/metrics-instrumented); depend on that crate, it re-exports them.
//!
//! # The idea
//!
//! The expansion is as small as possible: one static with the declaration, one call into the runtime, and the user's unchanged tokens. The logic of a call is in
//! the runtime. Errors of an attribute are reported here, at the wrong token, with the fix in the message.
//!
//! # Stages
//!
//! ```text
//! #[instrumented(..)] item                       #[derive(Operation)] struct       #[derive(Counter)] struct      #[derive(LabelValue)] enum
//!   │ attribute        │ item                      │ attribute    │ fields            │                              │
//!   v                  v                           v              v                   v                              v
//! operation::args    scope ── each function ─┐   operation::args  schema            the same, without outcomes     label_value::args
//!   │ keys, syntax   item <──────────────────┘     │              │                   │                              │
//!   v                  v                           v              v                   v                              v
//! operation::model <── labels                    operation::model <┘                metric                         label_value::emit
//!   │ families, objective, outcome, buckets        │
//!   v                                              v
//! source ──> emit ──> fn head { one static, one call, { body } }              operation::emit: `impl Operation`
//! ```
//!
//! 1. `args` parses the attribute: every token keeps its span, and every syntax error is collected. `keys` is the table of all keys.
//! 2. `scope` splits a block into its functions; `item` parses the signature of one and keeps its tokens.
//! 3. `model` is the meaning of the attribute, with the `defaults` of the crate; all checks across keys are here.
//! 4. `emit` generates code. In `instrumented`, `source` determines where the series come from, and `returns` how the value is read.
//!
//! # Limits
//!
//! - A macro sees tokens and no types. Whether a type is a `Result`, a label or a future behind an alias is decided by traits in the runtime.
//! - A macro sees one item. The type of a method is known in a block; elsewhere, `of = Type` declares it.
//! - Bodies are not parsed: functions with half-typed code survive, and compile time does not grow with the body.
//! - Nothing panics, and the item survives every error, so that one error is not followed by errors about a missing function.

#![forbid(unsafe_code)]

mod buckets;
mod code;
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

/// Expands with the current defaults of the crate.
fn expanded(expand: impl FnOnce() -> proc_macro2::TokenStream) -> TokenStream {
    defaults::refresh();
    expand().into()
}

/// Adds a call counter, a duration histogram and an in-flight gauge to a function; documented at `metrics_instrumented::instrumented`.
#[proc_macro_attribute]
pub fn instrumented(args: TokenStream, item: TokenStream) -> TokenStream {
    expanded(|| instrumented::expand(args.into(), item.into()))
}

/// Implements [`LabelValue`](trait.LabelValue.html), which describes the attributes, for an enum.
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn derive_label_value(item: TokenStream) -> TokenStream {
    expanded(|| label_value::expand(item.into()))
}

/// Implements [`Operation`](trait.Operation.html), which describes the keys of the attribute, for a struct whose fields are the labels.
#[proc_macro_derive(Operation, attributes(operation, label))]
pub fn derive_operation(item: TokenStream) -> TokenStream {
    expanded(|| operation::expand(item.into()))
}

/// Implements [`Counter`](trait.Counter.html), which describes the keys of the attribute, for a struct whose fields are the labels.
#[proc_macro_derive(Counter, attributes(counter, label))]
pub fn derive_counter(item: TokenStream) -> TokenStream {
    expanded(|| metric::expand(names::Kind::Counter, item.into()))
}

/// Implements [`Gauge`](trait.Gauge.html), which describes the keys of the attribute, for a struct whose fields are the labels.
#[proc_macro_derive(Gauge, attributes(gauge, label))]
pub fn derive_gauge(item: TokenStream) -> TokenStream {
    expanded(|| metric::expand(names::Kind::Gauge, item.into()))
}

/// Implements [`Histogram`](trait.Histogram.html), which describes the keys of the attribute, for a struct whose fields are the labels.
#[proc_macro_derive(Histogram, attributes(histogram, label))]
pub fn derive_histogram(item: TokenStream) -> TokenStream {
    expanded(|| metric::expand(names::Kind::Histogram, item.into()))
}
