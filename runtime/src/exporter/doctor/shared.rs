//! Functions that cannot be distinguished in the exposition.

use std::collections::BTreeMap;

use super::finding::Finding;
use crate::catalog::operations;

/// Returns a finding for each group of functions that have the same labels in the same family.
pub(super) fn functions() -> impl Iterator<Item = Finding> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (meta, location) in operations() {
        let labels = meta.const_labels.labels(location);
        if let (Some((_, family)), false) = (meta.families.first(), labels.is_empty()) {
            found.entry((family.name, labels)).or_default().push(location);
        }
    }
    found.into_values().filter(|locations| locations.len() > 1).map(|mut locations| {
        locations.sort_by_key(|location| (location.file, location.line));
        Finding::SharedSeries {
            function: locations[0].item.to_owned(),
            locations: locations.iter().map(|location| format!("{}:{}", location.file, location.line)).collect(),
        }
    })
}
