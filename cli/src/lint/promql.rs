//! Parses queries.

mod functions;
mod parse;
mod regex;
mod server;
mod substitute;
mod tokens;

pub(in crate::lint) use functions::{PLACEHOLDER, VARIABLE_FUNCTIONS};
pub(in crate::lint) use parse::{Failure, parse};
pub(in crate::lint) use regex::{alternatives, anchored};
pub(crate) use server::Server;
