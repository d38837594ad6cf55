//! The exposition: one model of families, series and values, and one writer for each format.
//!
//! ```text
//! registry::families    (declared, counted in shards and cells) ─┐
//!                                                                ├─> model: Head, Series, Value ─> Writer ─> bytes, in pieces
//! registry::undeclared  (hand-written, counted in cells)        ─┘                                  text, openmetrics, protobuf
//! ```
//!
//! - **A family is a head, its series in the order of their labels, and an end.** The registry iterates over them and passes each to the
//!   [`Page`](page::Page) that is being written. A format is an implementation of [`Writer`](model::Writer); only that file knows the format's syntax. Text
//!   is never changed after it was written.
//! - **Labels are stored in one canonical form**, a string ([`labels`]). Text writers copy it; other writers parse names and values from it.
//! - **Names are stored as they were recorded.** Formats that allow only classic names escape them ([`escaping`]).
//! - **Memory**: a page that is sent in pieces needs at most 128 KiB, or one family in protobuf, where a message begins with its length. A page that is
//!   rendered as a whole is one vector with the capacity of the last exposition.
//! - **No lock is held while text is written.** The registry copies references to some series under a family's lock, releases the lock, and then reads
//!   and writes these series. A series that is added in between is exposed if its labels sort after those that were written.

pub(super) mod bounds;
pub(super) mod escaping;
pub(super) mod format;
pub(super) mod labels;
pub(super) mod model;
pub(super) mod native;
mod openmetrics;
mod openmetrics2;
pub(super) mod page;
mod protobuf;
mod sample;
mod text;
pub(super) mod wire;
