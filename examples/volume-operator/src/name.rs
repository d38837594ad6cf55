//! Names of volumes: a namespace and a name in it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Error;

/// A volume's namespace and name, both of `a-z`, `0-9` and `-`, so that they can be part of paths.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct VolumeName {
    namespace: String,
    name: String,
}

impl VolumeName {
    /// The name, checked.
    ///
    /// # Errors
    /// If one of the parts is not a valid name.
    pub fn new(namespace: &str, name: &str) -> Result<Self, Error> {
        for part in [namespace, name] {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if !(1..=63).contains(&part.len()) || !part.bytes().all(fits) {
                return Err(Error::InvalidName(part.to_owned()));
            }
        }
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name in the namespace.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where something of this name is below `root`.
    pub(super) fn below(&self, root: &Path) -> PathBuf {
        root.join(&self.namespace).join(&self.name)
    }
}

impl fmt::Display for VolumeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_their_directory_are_refused() {
        for name in ["", "..", "a/b", "A", "a.b", &"a".repeat(64)] {
            assert!(matches!(VolumeName::new("team", name), Err(Error::InvalidName(_))), "{name}");
            assert!(matches!(VolumeName::new(name, "data"), Err(Error::InvalidName(_))), "{name}");
        }
        let name = VolumeName::new("team-a", "data-1").unwrap();
        assert_eq!(name.to_string(), "team-a/data-1");
        assert_eq!(name.below(Path::new("/x")), Path::new("/x/team-a/data-1"));
    }
}
