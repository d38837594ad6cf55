//! The catalogue after a scrape.

use super::model::Catalogue;

/// Labels that Prometheus gives to every series of a target.
const TARGET_LABELS: &[&str] = &["job", "instance"];

impl Catalogue {
    /// Renames the program's own labels `job` and `instance` to `exported_job` and `exported_instance`, as the server does if they conflict with target labels.
    pub(crate) fn scraped(mut self) -> Self {
        for family in &mut self.families {
            for name in TARGET_LABELS {
                let mut exported = format!("exported_{name}");
                while family.label(&exported).is_some() {
                    exported = format!("exported_{exported}");
                }
                if let Some(label) = family.labels.iter_mut().find(|label| label.name == *name) {
                    label.name = exported;
                }
            }
        }
        for outcome in self.operations.iter_mut().filter_map(|operation| operation.outcome.as_mut()) {
            if TARGET_LABELS.contains(&outcome.label.as_str()) {
                outcome.label = format!("exported_{}", outcome.label);
            }
        }
        self
    }
}
