//! What a table maps label values to.

use metrics::SharedString;

use crate::idle::places::CapPlace;

/// Creates the entries of a table.
pub(crate) trait Owner<S> {
    /// The names of the families that carry the label at this index.
    fn families_with(&self, label: usize) -> Vec<&'static str>;

    /// Creates the entry of these values.
    fn make(&'static self, values: Made, cell: Option<usize>) -> S;
}

/// The values of a new entry.
pub(crate) enum Made {
    /// They stay.
    Lasting(Vec<&'static str>),
    /// They have these places until they expire. The strings identify the series whatever its values are: the values of labels that stay, and numbers of places.
    Leased(Box<[&'static CapPlace]>, Vec<SharedString>),
}

/// An entry of a table.
pub(crate) trait Entry: Send + Sync {
    /// Prepares an entry of values that can expire for its current values, which `texts` returns.
    fn revive(&'static self, texts: &dyn Fn() -> Vec<SharedString>);
}
