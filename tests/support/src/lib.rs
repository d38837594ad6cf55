//! What the tests of `metrics-instrumented` share. Not published.
//!
//! - [`exposition`]: a strict parser of the text that a scrape returns, and questions to ask of it
//! - [`prometheus`]: the real server and `promtool`, installed by `scripts/install-test-tools`
//! - [`process`]: programs of this workspace, run and watched
//! - [`http`]: a request to something on this machine
//! - [`eventually`]: waiting for what becomes true in a moment
//!
//! Without the feature `programs`, only the parser and [`eventually`] are there.
//!
//! All of it is for tests, so whatever goes wrong here panics, and the message shows what was there instead.

#![forbid(unsafe_code)]

pub mod exposition;
#[cfg(feature = "programs")]
pub mod http;
#[cfg(feature = "programs")]
pub mod process;
#[cfg(feature = "programs")]
pub mod prometheus;

#[cfg(feature = "programs")]
mod child;
mod wait;

pub use wait::{Attempt, eventually};
