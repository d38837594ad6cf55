//! Constant labels: one value for all calls of a site.

use super::location::Location;

/// Which labels distinguish a site from the other sites of its families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ConstLabels {
    /// None: no other site uses these families.
    Nothing,
    /// `function`: the functions of a block share a name.
    Function,
    /// `module` and `function`: all functions without a `name` share their families.
    ModuleAndFunction,
}

impl ConstLabels {
    /// The labels of a site at this location.
    pub(crate) fn labels(self, location: Location) -> Vec<(&'static str, &'static str)> {
        let function = ("function", location.item);
        match self {
            Self::Nothing => vec![],
            Self::Function => vec![function],
            Self::ModuleAndFunction => vec![("module", location.module), function],
        }
    }
}
