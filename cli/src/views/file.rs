//! A file of views, checked against a catalogue.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use metrics_instrumented_shared::views::check::check;
use metrics_instrumented_shared::views::model::{Combine, Known, View};
use metrics_instrumented_shared::views::read::read;

use super::applied;
use crate::catalogue::{Catalogue, Family, Kind};
use crate::error::Error;
use crate::names::{DEFAULT_BUCKETS, Kind as OwnKind, OWN_METRICS, Role};

/// The views of a program; none, without a file.
#[derive(Debug, Default)]
pub(crate) struct Views {
    pub(super) path: PathBuf,
    pub(super) by_family: BTreeMap<String, View>,
}

impl Views {
    /// Reads a file and checks it against the catalogue of the program.
    pub(crate) fn read(path: Option<&Path>, catalogue: &Catalogue) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let known: Vec<Known> = catalogue.families.iter().map(|family| known(family, catalogue)).chain(own()).collect();
        let by_family = read(&text).and_then(|entries| check(&entries, &known)).map_err(|mistakes| {
            let mistakes =
                mistakes.iter().map(|mistake| format!("{}:{}: {}", path.display(), mistake.line, mistake.reason));
            Error::Views { mistakes: mistakes.collect() }
        })?;
        Ok(Self { path: path.to_owned(), by_family })
    }

    /// Returns the catalogue as the exporter exposes it.
    pub(crate) fn applied(&self, catalogue: Catalogue) -> Catalogue {
        applied::applied(&self.by_family, catalogue)
    }
}

fn known(family: &Family, catalogue: &Catalogue) -> Known {
    let labels = family.labels.iter().map(|label| {
        let values = label.values.known().map(|values| values.iter().cloned().collect());
        (label.name.clone(), values)
    });
    let (kind, combine) = match family.kind {
        Kind::Counter => (OwnKind::Counter, Some(Combine::Sum)),
        Kind::Histogram => (OwnKind::Histogram, Some(Combine::Sum)),
        Kind::Info => (OwnKind::Gauge, Some(Combine::Max)),
        Kind::Gauge => (OwnKind::Gauge, role(family, catalogue).map(Combine::of)),
    };
    Known { name: family.name.clone(), kind, combine, labels: labels.collect(), buckets: family.buckets.clone() }
}

/// The role of a family in its operations.
fn role(family: &Family, catalogue: &Catalogue) -> Option<Role> {
    let mut families = catalogue.operations.iter().flat_map(|operation| &operation.families);
    families.find_map(|(role, name)| (*name == family.name).then_some(*role))
}

/// The exporter's own metrics.
fn own() -> impl Iterator<Item = Known> {
    OWN_METRICS.iter().map(|metric| Known {
        name: metric.name.to_owned(),
        kind: metric.kind,
        combine: (metric.kind != OwnKind::Gauge).then_some(Combine::Sum),
        labels: metric.labels.iter().map(|label| ((*label).to_owned(), None)).collect(),
        buckets: if metric.kind == OwnKind::Histogram { DEFAULT_BUCKETS.to_vec() } else { Vec::new() },
    })
}
