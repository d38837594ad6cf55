//! What the acceptance tests of the four example programs share. Not published.
//!
//! - [`Row`] and [`check`]: a system's table as data, and a scrape held against it
//! - [`changes`]: what was driven, told from two scrapes
//! - [`Live`]: the built program, started, driven over HTTP and watched
//! - [`check_declarations`], [`check_documents_live`]: what is generated from the code
//! - [`as_prometheus_has_it`]: a scrape as the real Prometheus stored it, to be held against the same table
//!
//! All of it is for tests, so whatever goes wrong here panics, and the message shows what was there instead.

#![forbid(unsafe_code)]

mod catalogue;
mod documents;
mod live;
mod observed;
mod table;

pub use catalogue::check_declarations;
pub use documents::check_documents_live;
pub use live::{Live, Request, check_idle_and_busy};
pub use observed::as_prometheus_has_it;
pub use table::{Row, Values, changes, check, counter, gauge, histogram};
