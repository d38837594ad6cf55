//! Views of the exposition: families that are muted, labels that are dropped or merged, buckets that are left out, capped families.
//!
//! ```text
//! file ──> views::read, views::check ──> Rules ──┐  (again when the file has changed)
//! registry ── Head, Series ──> Page ── Stage ────┴──> writer of the format
//! ```
//!
//! Calls are recorded as ever; a view costs time in a scrape only. Families without one pass through untouched.

#[cfg(feature = "views")]
mod cap;
#[cfg(feature = "views")]
mod combination;
#[cfg(feature = "views")]
mod departed;
#[cfg(feature = "views")]
pub(super) mod file;
#[cfg(feature = "views")]
mod known;
#[cfg(feature = "views")]
mod merged;
#[cfg(feature = "views")]
mod rules;
#[cfg(feature = "views")]
pub(super) mod stage;
pub(super) mod status;
