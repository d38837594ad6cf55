//! The results of crates, kept from run to run, so that an interrupted run can be resumed and a single crate repeated.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::report::Row;
use crate::subject::Subject;

/// A folder with one file for each crate.
pub struct Results(PathBuf);

impl Results {
    pub fn in_folder(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// The result of the crate in this version, if there is one.
    pub fn of(&self, subject: &'static Subject) -> Result<Option<Row>> {
        let text = match fs::read_to_string(self.file(subject)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let row: Row = serde_json::from_str(&text).context("a result of another version of this program; remove it")?;
        Ok(Some(Row { subject, ..row }))
    }

    pub fn keep(&self, row: &Row) -> Result<()> {
        fs::write(self.file(row.subject), serde_json::to_string_pretty(row)?)?;
        Ok(())
    }

    fn file(&self, subject: &Subject) -> PathBuf {
        self.0.join(format!("{}-{}.json", subject.name, subject.version))
    }
}
