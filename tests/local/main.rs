//! What one recorder sees of one test: everything here runs under a thread's own recorder, and a module is a topic.

#![forbid(unsafe_code)]
// Clippy sees the functions as they were written: many have a shape that is tested, and little in them.
#![allow(
    clippy::elidable_lifetime_names,
    clippy::float_cmp,
    clippy::implied_bounds_in_impls,
    clippy::items_after_statements,
    clippy::manual_assert,
    clippy::manual_async_fn,
    clippy::needless_lifetimes,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unused_self,
    reason = "the functions are written for the attribute"
)]

mod arguments;
mod buckets;
mod build_info;
mod collectors;
mod durations;
mod ended;
mod errors;
mod escaping;
mod frameworks;
mod help;
mod http;
mod items;
mod label_value;
mod labels;
mod many_calls;
mod metrics;
mod model;
mod names;
mod open_labels;
mod operation;
mod outcomes;
mod owners;
mod polls;
mod possible;
mod process_wide;
mod recorders;
mod returned_futures;
mod running;
mod scope_items;
mod scopes;
mod shapes;
mod spellings;
mod streams;
mod tails;
mod told;
mod unnamed;
mod unwinding;
mod ways_out_async;
mod ways_out_early;
mod ways_out_sync;
mod zero;
