//! Where metrics are used: dashboards and logged queries.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::Error;
use crate::lint::uses::{Selected, of_file, of_query};

/// A query, and the metrics that it uses.
#[derive(Clone, Debug)]
pub(super) struct Usage {
    /// A description of the origin of the query.
    pub(super) by: String,
    pub(super) file: PathBuf,
    pub(super) line: usize,
    pub(super) selected: Vec<Selected>,
    /// The name of the series that a recording rule writes.
    pub(super) records: Option<String>,
    /// Whether it is an error if no target publishes the metrics: not for logged queries, which users may have mistyped.
    pub(super) must_exist: bool,
}

/// Reads all dashboards in a folder.
pub(super) fn dashboards(folder: &Path) -> Result<Vec<Usage>, Error> {
    // A folder that does not exist has no dashboards for the walk.
    fs::read_dir(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    let mut usages = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).sort_by_file_path(Path::cmp).build().flatten()
    {
        let path = entry.path();
        let is_dashboard =
            path.extension().is_some_and(|ending| ["json", "yaml", "yml"].iter().any(|known| ending == *known));
        if !is_dashboard || !path.is_file() {
            continue;
        }
        let found = of_file(path)?;
        if let Some(reason) = found.unreadable {
            eprintln!("note: {}: {reason}; its queries are not counted", path.display());
        }
        usages.extend(found.uses.into_iter().map(|used| Usage {
            by: format!("`{}`", path.strip_prefix(folder).unwrap_or(path).display()),
            file: used.file,
            line: used.line,
            selected: used.selected,
            records: None,
            must_exist: true,
        }));
    }
    Ok(usages)
}

/// Reads a query log of Prometheus (`query_log_file`): one JSON object for each query.
pub(super) fn logged(file: &Path) -> Result<Vec<Usage>, Error> {
    let text = fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
    let query = |(at, line): (usize, &str)| {
        let entry: Value = serde_json::from_str(line).ok()?;
        let query = entry["params"]["query"].as_str()?;
        let by = "a logged query".to_owned();
        let selected = of_query(query, false);
        Some(Usage { by, file: file.to_owned(), line: at + 1, selected, records: None, must_exist: false })
    };
    let usages: Vec<Usage> = text.lines().enumerate().filter_map(query).collect();
    if usages.is_empty() && !text.trim().is_empty() {
        let reason = "it is not a query log of Prometheus; expected one JSON object a line, with `params.query`";
        return Err(Error::Exposition { target: file.display().to_string(), reason: reason.to_owned() });
    }
    Ok(usages)
}
