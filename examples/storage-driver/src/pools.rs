//! The two pools: directories with a file per volume.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// Where a volume's file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pool {
    /// Where volumes are created.
    Primary,
    /// Where they can be migrated to, and back.
    Secondary,
}

impl Pool {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Primary, Self::Secondary];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Primary => Self::Secondary,
            Self::Secondary => Self::Primary,
        }
    }

    /// Its directory's name.
    fn dir(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.dir())
    }
}

/// The directories of both pools.
#[derive(Debug)]
pub(super) struct Pools {
    root: PathBuf,
}

impl Pools {
    /// Makes the pools in `root`.
    pub(super) fn create(root: &Path) -> io::Result<Self> {
        for pool in Pool::ALL {
            fs::create_dir(root.join(pool.dir()))?;
        }
        Ok(Self { root: root.to_owned() })
    }

    /// The file of the volume `name` in `pool`, whether it is there or not.
    pub(super) fn file(&self, pool: Pool, name: &str) -> PathBuf {
        self.root.join(pool.dir()).join(name)
    }

    /// The names of all files in `pool`.
    pub(super) fn names(&self, pool: Pool) -> io::Result<Vec<String>> {
        fs::read_dir(self.root.join(pool.dir()))?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    }
}
