//! Reads the configuration and checks it.

use std::fs;
use std::path::Path;

use super::check;
use super::model::Config;
use crate::catalogue::{Catalogue, Kind};
use crate::error::Error;
use crate::suggest::{did_you_mean, nearest};
use crate::yaml;

impl Config {
    /// Reads the file and checks it against the catalogue.
    pub(crate) fn read(path: Option<&Path>, catalogue: &Catalogue) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(Self::default()) };
        let config = Self::read_alone(path)?;
        config.check_names(catalogue).map_err(|reason| Error::Config { path: path.to_owned(), reason })?;
        Ok(config)
    }

    /// Reads the file without a catalogue.
    pub(crate) fn read_alone(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let invalid = |reason: String| Error::Config { path: path.to_owned(), reason };
        let config = yaml::read(&text).map_err(|error| invalid(error.to_string()))?;
        check::check(&config).map_err(invalid)?;
        Ok(config)
    }

    fn check_names(&self, catalogue: &Catalogue) -> Result<(), String> {
        for name in self.gauges.keys() {
            let family = catalogue.family(name);
            if let Some(other) = family.filter(|family| family.kind != Kind::Gauge) {
                return Err(format!("there is no gauge `{name}`; it is a {}", other.kind.word()));
            }
            if family.is_none() {
                let gauges = catalogue.families.iter().filter(|family| family.kind == Kind::Gauge);
                let hint = did_you_mean(nearest(name, gauges.map(|family| family.name.clone())));
                return Err(format!("there is no gauge `{name}`{hint}"));
            }
        }
        for (name, of) in &self.operations {
            let known = catalogue.operations.iter().find(|operation| operation.name == *name);
            let Some(operation) = known else {
                let names: Vec<_> = catalogue.operations.iter().map(|operation| operation.name.as_str()).collect();
                return Err(format!("there is no operation `{name}`; expected one of `{}`", names.join("`, `")));
            };
            let labels = crate::promql::queries::common_labels(catalogue, operation);
            if let Some(label) = of.by.iter().find(|label| !labels.contains(label)) {
                return Err(format!(
                    "`{name}` has no common label `{label}`; its families have `{}`",
                    labels.join("`, `")
                ));
            }
            let values = [&of.ok, &of.error, &of.ignored].into_iter().flatten().flatten();
            let label = catalogue.by_outcome(operation).and_then(|told| told.family.label(&told.outcome.label));
            let known = label.and_then(|label| label.values.known()).unwrap_or_default();
            if let Some(value) = values.into_iter().find(|value| !known.contains(value)) {
                return Err(format!("`{name}` has no outcome `{value}`; it has `{}`", known.join("`, `")));
            }
        }
        self.check_alerts(&self.applied(catalogue.clone()))
    }

    /// Checks that operations have what their alerts need; the outcomes that the configuration lists are applied.
    fn check_alerts(&self, catalogue: &Catalogue) -> Result<(), String> {
        for operation in &catalogue.operations {
            let name = &operation.name;
            let mut alerts = self.requested_alerts(name).into_iter();
            if let Some((alert, needs)) = alerts.find(|(_, requested)| !requested.is_met(catalogue, operation)) {
                return Err(format!(
                    "`operations.{name}.alerts.{alert}` has no effect, because `{name}` has {}, or remove the key",
                    needs.needs()
                ));
            }
        }
        Ok(())
    }
}
