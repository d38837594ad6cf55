//! What the tests of `metrics-instrumented` share. Not published.
//!
//! - [`exposition`]: a strict parser of the text that a scrape returns, and questions to ask of it
//! - [`prometheus`]: the real server and `promtool`, installed by `scripts/install-test-tools`
//! - [`process`]: programs of this workspace, run and watched
//! - [`http`]: a request to something on this machine
//! - [`eventually`]: waiting for what becomes true in a moment
//!
//! All of it is for tests, so whatever goes wrong here panics, and the message shows what was there instead.

#![forbid(unsafe_code)]

pub mod exposition;
pub mod http;
pub mod process;
pub mod prometheus;

mod child;
mod wait;

pub use wait::{Attempt, eventually};
