//! One operation with everything that its rules are made from.

use crate::catalogue::{Catalogue, Operation};
use crate::config::Config;
use crate::promql::queries::{Queries, Scope};

/// One operation with all that its rules are made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) operation: &'a Operation,
    pub(super) config: &'a Config,
    pub(super) by: &'a [String],
}

impl<'a> Subject<'a> {
    pub(super) fn queries(&self) -> Queries<'a> {
        Queries { catalogue: self.catalogue, operation: self.operation }
    }

    pub(super) fn scope(&self, range: &'a str) -> Scope<'a> {
        Scope { matchers: &[], by: self.by, range }
    }

    /// The name of what is recorded: level, metric, operation, as Prometheus recommends.
    pub(super) fn record(&self, what: &str) -> String {
        format!("{}:{}:{what}", self.by.join("_"), self.operation.name)
    }

    /// The name of an alert.
    pub(super) fn alert(&self, what: &str) -> String {
        format!("{}{what}", camel_case(&self.operation.name))
    }

    /// How an annotation names the series.
    pub(super) fn shown(&self) -> String {
        let more = self.by.iter().skip(1).map(|label| [", ", label, " {{ $labels.", label, " }}"].concat());
        let more: Vec<String> = more.collect();
        let more = more.concat();
        format!("{} of {{{{ $labels.job }}}}{more}", self.operation.name)
    }
}

/// `rds_csi_volume` as `RdsCsiVolume`.
pub(super) fn camel_case(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1))).collect()
}
