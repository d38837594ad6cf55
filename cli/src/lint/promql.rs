//! From the text of a query to its syntax tree.

mod functions;
mod parse;
mod regex;
mod server;
mod substitute;
mod tokens;

pub(in crate::lint) use parse::{Failure, parse};
pub(in crate::lint) use regex::anchored;
pub(crate) use server::Server;

/// Stands for a variable of Grafana in names and strings.
pub(in crate::lint) const PLACEHOLDER: &str = "grafana_variable";
