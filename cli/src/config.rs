//! The configuration file of rules and dashboards: the job, thresholds, objectives, and classes of outcomes.

mod check;
mod model;
mod read;
mod requested;
mod setting;

pub(crate) use model::{Alerts, Config, ProgramAlerts};
pub(crate) use requested::Requested;
pub(crate) use setting::{Setting, Thresholds, thresholds};
