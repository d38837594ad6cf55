//! Name patterns given on the command line or in the configuration, such as `node_*`.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::error::Error;

/// Patterns; a name matches if one of them matches all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patterns(GlobSet);

impl Patterns {
    /// Compiles patterns in glob syntax.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, Error> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let glob = Glob::new(pattern)
                .map_err(|error| Error::Pattern { pattern: pattern.clone(), reason: error.kind().to_string() })?;
            set.add(glob);
        }
        let set = set
            .build()
            .map_err(|error| Error::Pattern { pattern: patterns.join(" "), reason: error.kind().to_string() })?;
        Ok(Self(set))
    }

    /// Returns whether a pattern matches the name.
    pub(crate) fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}
