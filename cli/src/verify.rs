//! Compares the metrics of a target with the declared ones.

mod check;
mod coverage;
mod histogram;
mod model;
mod report;
mod rule;
mod series;
pub(crate) mod watch;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::exposition::target::{self, Preferred};
use crate::fetch::Client;
pub(crate) use model::{Allowed, Verified};
pub(crate) use report::report;

/// Reads a target (a URL or a file) and compares it with the catalogue.
pub(crate) fn verify(
    target: &str,
    catalogue: &Catalogue,
    allowed: &Allowed,
    client: &Client,
    preferred: Preferred,
) -> Result<Verified, Error> {
    let exposition = target::read(target, client, preferred)?;
    let findings = check::check(target, &exposition, catalogue, allowed);
    Ok(Verified { scrapes: 1, findings, coverage: coverage::coverage(&exposition, catalogue, &allowed.metrics) })
}
