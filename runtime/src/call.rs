//! Running calls: operations, guards, futures, streams, and how a returned value is read.

pub(crate) mod attempt;
mod begin;
pub(crate) mod body;
pub(crate) mod contained;
mod end;
pub(crate) mod ends;
pub(crate) mod fallible;
pub(crate) mod future;
pub(crate) mod guard;
pub(crate) mod in_place;
mod local;
pub(crate) mod operation;
pub(crate) mod outcome;
pub(crate) mod polled;
pub(crate) mod returned;
pub(crate) mod running;
mod stage;
#[cfg(feature = "http")]
pub(crate) mod stopwatch;
#[cfg(feature = "stream")]
pub(crate) mod stream;
#[cfg(not(feature = "stream"))]
#[path = "call/no_stream.rs"]
pub(crate) mod stream;
mod transient;
mod unwinding;
