//! The module that `import` writes.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::{pascal_case, unique};
use super::registry::Registry;

/// The items of the library that a module may import.
const IMPORTED: [&str; 6] = ["Counter", "Gauge", "Histogram", "LabelValue", "Open", "Operation"];

pub(super) struct Writer<'a> {
    pub(super) registry: &'a Registry,
    pub(super) opt_in: bool,
    /// Types of label values, by their attributes.
    pub(super) enums: BTreeMap<String, String>,
    /// The names of all types.
    types: BTreeSet<String>,
    /// The names of all families.
    pub(super) families: BTreeSet<String>,
    /// The items to import from the library.
    pub(super) used: BTreeSet<&'static str>,
    pub(super) items: String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(registry: &'a Registry, opt_in: bool) -> Self {
        Self {
            registry,
            opt_in,
            enums: BTreeMap::new(),
            types: IMPORTED.iter().map(|name| (*name).to_owned()).collect(),
            families: BTreeSet::new(),
            used: BTreeSet::new(),
            items: String::new(),
        }
    }

    /// A name for a type that no other type has.
    pub(super) fn type_name(&mut self, name: &str, ending: &str) -> String {
        unique(pascal_case(name), ending, &mut self.types)
    }

    /// The text of the module.
    pub(super) fn finish(self) -> String {
        let used: Vec<&str> = self.used.into_iter().collect();
        let head = "// Written by `cargo metrics-instrumented import` from a registry of semantic conventions.\n\n";
        format!("{head}use metrics_instrumented::{{{}}};\n\n{}\n", used.join(", "), self.items.trim_end())
    }
}
