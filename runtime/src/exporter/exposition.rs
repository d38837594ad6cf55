//! One model of what is exposed, and a writer for each format.
//!
//! ```text
//! registry::families  (declared, counted in shards and cells) ─┐
//!                                                              ├─> model: Head, Series, Value ─> Writer ─> bytes, in pieces
//! registry::foreign   (parsed from the stock recorder's text) ─┘                                  text, openmetrics, protobuf
//! ```
//!
//! - **A family is a head, its series in the order of their labels, and an end.** The registry walks through them and hands each to
//!   the [`Page`](page::Page) that is being written; a format is an implementation of [`Writer`](model::Writer), and is the only place that knows
//!   that format's spelling. Nothing is changed in text that was written.
//! - **Labels are kept in one canonical form**, a string ([`labels`]). Text writers copy it; others read names and values back.
//!   With 10,000 operations that is one allocation a series, where pairs of strings would be five.
//! - **Names are kept as they were recorded.** Formats that allow only classic names escape them ([`escaping`]).
//! - **Memory**: a page that is taken in pieces has 128 KiB at most, whatever its length; in protobuf one family, whose length comes first. One that is wanted as a whole is one vector,
//!   with room for what the last exposition took.
//! - **No lock is held while text is written.** The registry copies references to a few series under a family's lock, releases it, and
//!   then reads and writes them. A series that is added meanwhile is shown if its labels come after those that were written.

pub(super) mod bounds;
pub(super) mod escaping;
pub(super) mod format;
pub(super) mod labels;
pub(super) mod model;
mod openmetrics;
pub(super) mod page;
mod protobuf;
mod sample;
mod text;
mod wire;
