//! Differences between what two programs declare, or between what a program declares and what a target serves, and which of them break queries.

mod change;
mod compare;
mod labels;
mod operations;
mod report;
mod side;

pub(crate) use compare::diff;
pub(crate) use report::{Compared, Format, report};
pub(crate) use side::Side;
