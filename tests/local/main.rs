//! What one recorder sees of one test: everything here runs under a thread's own recorder, and a module is a topic.

#![forbid(unsafe_code)]

mod buckets;
mod errors;
mod items;
mod labels;
mod many_calls;
mod names;
mod open_labels;
mod outcomes;
mod returned_futures;
mod unwinding;
mod ways_out_async;
mod ways_out_sync;
