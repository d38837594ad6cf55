//! Declared metrics that nothing uses, used metrics that no target publishes, and the number of series of each family.

mod compare;
mod report;
mod rule;
mod server;
mod uses;

use std::path::Path;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::fetch::Client;
use crate::glob::Patterns;
use crate::progress::Progress;
pub(crate) use compare::Usage;
pub(crate) use report::report;
use server::Server;

/// Where metrics are used.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    /// The address of Prometheus.
    pub(crate) prometheus: &'a str,
    pub(crate) grafana: Option<&'a Path>,
    pub(crate) query_log: Option<&'a Path>,
    /// The program's job in Prometheus; `None` for any job.
    pub(crate) job: Option<&'a str>,
}

/// Asks the server, reads dashboards and the query log, and compares them with the catalogue.
pub(crate) fn unused(
    places: &Places<'_>,
    catalogue: &Catalogue,
    allowed: &Patterns,
    client: &Client,
) -> Result<Usage, Error> {
    let mut progress = Progress::new();
    let server = Server::new(places.prometheus, client);
    progress.show("reading the rules of the server");
    let mut uses = server.rules()?;
    if let Some(folder) = places.grafana {
        progress.show("reading dashboards");
        uses.extend(uses::dashboards(folder)?);
    }
    if let Some(file) = places.query_log {
        progress.show("reading the query log");
        uses.extend(uses::logged(file)?);
    }
    progress.show("counting series");
    let published = server.published()?;
    let series = server.series(places.job)?;
    progress.end();
    Ok(compare::compare(catalogue, &uses, &published, &series, allowed))
}
