//! A file of views, which is read again when it has changed.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use metrics::Counter;

use super::known::{IdleLabels, idle_labels, known};
use super::rules::Rules;
use super::stage::Stage;
use super::status::Status;
use crate::exporter::error::Error;
use crate::views::check::check;
use crate::views::model::{Known, Mistake};
use crate::views::read::read;

/// The file is not looked at more often than this.
const LOOK: Duration = Duration::from_secs(1);

/// A file of views, and its last valid content.
#[derive(Debug)]
pub(in crate::exporter) struct ViewsFile {
    path: PathBuf,
    known: Vec<Known>,
    idle_labels: IdleLabels,
    failures: Counter,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    rules: Arc<Rules>,
    /// What was read last; nothing, if the file could not be read.
    content: Option<String>,
    looked: Instant,
    /// Why the last content is not used.
    failure: Option<String>,
}

impl ViewsFile {
    pub(in crate::exporter) fn new(path: &Path, default_buckets: &[f64], failures: Counter) -> Result<Self, Error> {
        let known = known(default_buckets);
        let idle_labels = idle_labels();
        let content = content(path).map_err(|reason| Error::ViewsUnreadable { file: path.to_owned(), reason })?;
        let rules = load(&content, &known, &idle_labels, &Rules::default())
            .map_err(|Mistake { line, reason }| Error::Views { file: path.to_owned(), line, reason })?;
        let current = Current { rules: Arc::new(rules), content: Some(content), looked: Instant::now(), failure: None };
        Ok(Self { path: path.to_owned(), known, idle_labels, failures, current: Mutex::new(current) })
    }

    /// Returns the views of an exposition. If the file is incomplete or invalid, the previous views stay in use.
    pub(in crate::exporter) fn stage(&self) -> Stage {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            self.look(&mut current);
        }
        Stage::new(Arc::clone(&current.rules))
    }

    fn look(&self, current: &mut Current) {
        let content = content(&self.path);
        let failure = match &content {
            Err(reason) if current.content.is_some() => Some(format!("the file cannot be read: {reason}")),
            Ok(content) if current.content.as_ref() != Some(content) => {
                match load(content, &self.known, &self.idle_labels, &current.rules) {
                    Ok(rules) => {
                        current.rules = Arc::new(rules);
                        None
                    }
                    Err(mistake) => Some(mistake.to_string()),
                }
            }
            // As it was at the last look.
            _ => return,
        };
        if failure.is_some() {
            self.failures.increment(1);
        }
        current.failure = failure;
        current.content = content.ok();
    }

    pub(in crate::exporter) fn status(&self) -> Status {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Status { file: self.path.clone(), views: current.rules.describe(), failure: current.failure.clone() }
    }
}

/// The content of a file, or why it cannot be read, with the fix.
fn content(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "it does not exist; check the path".to_owned(),
        ErrorKind::IsADirectory => "it is a directory; set the path of a file".to_owned(),
        ErrorKind::PermissionDenied => {
            "permission denied; make it readable for the user that runs the program".to_owned()
        }
        ErrorKind::InvalidData => "it is not valid UTF-8; save it as UTF-8".to_owned(),
        _ => error.to_string(),
    })
}

/// The rules of a file, or its first mistake.
fn load(content: &str, known: &[Known], idle_labels: &IdleLabels, before: &Rules) -> Result<Rules, Mistake> {
    let first = |mistakes: Vec<Mistake>| {
        let others = mistakes.len() - 1;
        let first = mistakes.into_iter().min();
        let mut first = first.unwrap_or_else(|| Mistake { line: 1, reason: "it is not valid".to_owned() });
        if others > 0 {
            let _ = write!(first.reason, "; and {others} more");
        }
        first
    };
    let views = read(content).and_then(|entries| check(&entries, known)).map_err(first)?;
    Ok(Rules::new(&views, known, idle_labels, before))
}
