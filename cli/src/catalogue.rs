//! The catalogue: all metrics that a program declares, as data. All commands work on it.

mod by_outcome;
mod by_role;
mod classes;
pub(crate) mod conflict;
pub(crate) mod contradiction;
pub(crate) mod declarations;
pub(crate) mod merge;
mod model;
mod naming;
mod objective;
mod outcome;
mod programs;
mod scraped;
mod served;
pub(crate) mod union;

pub(crate) use by_outcome::ByOutcome;
pub(crate) use model::{
    Catalogue, Family, Kind, Label, LabelValues, Location, Native, Operation, Outcome, Program, SCHEMA, bound,
};
pub(crate) use objective::{Latency, Objective};
