//! Compares the metrics of a target with the declared ones.

mod check;
mod coverage;
mod fetch;
mod histogram;
mod model;
mod report;
mod rule;
mod series;

use std::time::Duration;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::exposition::parse::parse;
pub(crate) use fetch::Credentials;
pub(crate) use model::{Allowed, Verified};
pub(crate) use report::report;

/// Reads a target (a URL or a file) and compares it with the catalogue.
pub(crate) fn verify(
    target: &str,
    catalogue: &Catalogue,
    allowed: &Allowed,
    credentials: &Credentials,
    timeout: Duration,
) -> Result<Verified, Error> {
    let response = fetch::read(target, credentials, timeout)?;
    let exposition = parse(&response.text, response.is_open_metrics);
    let findings = check::check(target, &exposition, catalogue, allowed);
    Ok(Verified { findings, coverage: coverage::coverage(&exposition, catalogue) })
}
