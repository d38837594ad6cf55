//! The catalogue: what a program publishes. Every command works on it, and it is data only.

mod by_role;
pub(crate) mod declarations;
pub(crate) mod merge;
mod model;
mod outcome;
mod scraped;

pub(crate) use model::{
    ByOutcome, Catalogue, Family, Kind, Label, Latency, Native, Objective, Operation, Outcome, SCHEMA, Values, bound,
};
