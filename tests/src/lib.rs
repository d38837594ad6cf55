//! What the tests share: a recorder of one's own, read back by the strict parser, and a process of one's own.

#![forbid(unsafe_code)]

mod alone;
mod calls;
mod doctor;
pub mod guides;
mod local;
mod poll;
mod raw;

pub use alone::{all_process_wide, alone, alone_with};
pub use calls::Calls;
pub use doctor::failing_pushes;
pub use local::Local;
pub use poll::{lasted, panic_of, pending, poll_once};
pub use raw::{Answer, get, read_answer};

pub use metrics_instrumented_test_support::exposition::{Exposition, Family, Histogram, Kind, Sample};
pub use metrics_instrumented_test_support::{eventually, http};
