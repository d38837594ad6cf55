//! The labels of a key in the form in which families store them.

use metrics::Key;

use crate::exporter::exposition::labels;

/// The labels of a key, and the global labels that it does not have itself, in canonical form.
pub(super) fn label_text(global: &[(String, String)], key: &Key) -> String {
    let global = global.iter().filter(|(name, _)| !key.labels().any(|label| label.key() == name));
    labels::text(
        global
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(key.labels().map(|label| (label.key(), label.value()))),
    )
}
