//! Finds out why metrics are missing.

pub(super) mod probe;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;
use std::thread;

use super::installed::handle;
use super::listener::admission::Refused;
use crate::catalog::{declarations, is_intact};
use crate::names::Kind;
use probe::{Found, recorder};

/// The prefix of this crate's module paths.
const OUR_CRATE: &str = concat!(env!("CARGO_CRATE_NAME"), "::");

/// Finds out why metrics are missing: no recorder, a recorder of another crate, two versions of `metrics`, crates that are not linked, no endpoint,
/// metrics that are left out, functions that were never called.
///
/// Call it from a debug endpoint or a command-line option. It reads the program's executable file and every series, which takes some milliseconds. It never
/// fails.
///
/// ```
/// let diagnosis = metrics_instrumented::doctor();
/// assert!(diagnosis.to_string().contains("no recorder is installed"));
/// ```
#[must_use]
pub fn doctor() -> Diagnosis {
    // On a new thread, because this one may have a thread-local recorder.
    let looked = thread::Builder::new().name("metrics-doctor".into()).spawn(look);
    looked.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(|| Diagnosis {
        crates: BTreeMap::new(),
        views: Vec::new(),
        findings: Vec::new(),
    })
}

/// The result of [`doctor`]. `Display` lists the problems with their fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    crates: BTreeMap<String, usize>,
    /// What views change, in words.
    views: Vec<String>,
    findings: Vec<Finding>,
}

/// A reason why metrics are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// No recorder is installed.
    NoRecorder,
    /// The recorder is not one of this crate.
    ForeignRecorder,
    /// The recorder is ours, made by [`Exporter::build`](crate::Exporter::build) and installed by the program, or a layer is in front of it.
    OwnRecorder,
    /// Our exporter is installed, neither listens nor was asked for a service.
    NotServed,
    /// The program has several versions of `metrics`, each with a recorder of its own.
    SeveralVersions {
        /// The versions, in order.
        versions: Vec<String>,
    },
    /// No declaration is linked.
    NothingLinked,
    /// The linker put something else between the declarations; what is after it is not known.
    DeclarationsUnreadable,
    /// A metric that the exposition cannot show, so that it is left out.
    Rejected {
        /// Its name and labels.
        metric: String,
        /// What is wrong with it, and the fix.
        reason: &'static str,
    },
    /// A file of views has changed and is not valid; the previous views are in use.
    ViewsNotReloaded {
        /// The file.
        file: String,
        /// The line and what is wrong there.
        reason: String,
    },
    /// Clients were refused because their address is not in an allowed network.
    NetworkNotAllowed {
        /// How many connections were refused.
        connections: u64,
        /// The address of the last client.
        last: IpAddr,
    },
    /// A family that has recorded nothing.
    NeverRecorded {
        /// Its name.
        family: String,
        /// Where it is declared.
        declared: String,
    },
}

impl Diagnosis {
    /// Returns whether no problem was found.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns the problems that were found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns what views change in the exposition, a line for each family; see `Exporter::views`.
    pub fn views(&self) -> impl Iterator<Item = &str> {
        self.views.iter().map(String::as_str)
    }

    /// Returns the crates whose declarations are linked. A missing one is linked by `use the_crate as _;`.
    pub fn crates(&self) -> impl Iterator<Item = &str> {
        self.crates.keys().map(String::as_str)
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "- {finding}")?;
        }
        if self.findings.is_empty() {
            writeln!(f, "- no problems found")?;
        }
        for view in &self.views {
            writeln!(f, "- {view}")?;
        }
        let crates: Vec<String> = self.crates.iter().map(|(name, families)| format!("`{name}` ({families})")).collect();
        if !crates.is_empty() {
            writeln!(
                f,
                "- declarations are linked from {}; if a library is missing here, no code references it, so the linker dropped it: add `use the_library as _;`",
                crates.join(", ")
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecorder => f.write_str(
                "no recorder is installed, so nothing is recorded; call `metrics_instrumented::exporter().install()` at the beginning of `main`",
            ),
            Self::ForeignRecorder => f.write_str(
                "another crate's recorder is installed and receives everything that is recorded; serve the metrics with its exporter, and call \
                 `metrics_instrumented::announce` to give it HELP and zero-initialised series",
            ),
            Self::OwnRecorder => f.write_str(
                "the recorder was made by `build()` and installed by the program; render the metrics with its own `handle()`",
            ),
            Self::NotServed => f.write_str(
                "the exporter is installed but nothing serves the metrics; call `listen` on its handle, mount its `service`, or serve what `render` returns",
            ),
            Self::SeveralVersions { versions } => write!(
                f,
                "this program contains the versions {} of `metrics`, and metrics of one version do not reach the other version's recorder; use one version: \
                 `cargo tree --invert metrics` shows which crate needs which version",
                versions.join(" and ")
            ),
            Self::NothingLinked => f.write_str(
                "no declaration is linked: either nothing is annotated, or no code references the annotated library, so the linker dropped it; \
                 add `use the_library as _;`",
            ),
            Self::Rejected { metric, reason } => write!(f, "`{metric}` is left out of the exposition: {reason}"),
            Self::NetworkNotAllowed { connections, last } => write!(
                f,
                "{connections} connections were refused because their address is not in an allowed network, the last one from {last}; \
                 if this client should have access, add `allow_network(\"{last}\")`"
            ),
            Self::DeclarationsUnreadable => f.write_str(
                "the section of this library's declarations contains unknown data, so some families have no HELP and no zero-initialised series; \
                 use another linker, or report this with the linker's name and version",
            ),
            Self::ViewsNotReloaded { file, reason } => {
                write!(f, "the views in `{file}` are not in use, the previous ones are: {reason}")
            }
            Self::NeverRecorded { family, declared } => {
                write!(f, "`{family}` has recorded nothing: the code at {declared} has not been called since the recorder was installed")
            }
        }
    }
}

fn look() -> Diagnosis {
    let mut findings = Vec::new();
    let installed = handle();
    match (&installed, recorder()) {
        (_, Found::Nothing) => findings.push(Finding::NoRecorder),
        (_, Found::Foreign) => findings.push(Finding::ForeignRecorder),
        (None, Found::Ours) => findings.push(Finding::OwnRecorder),
        (Some(handle), Found::Ours) if !handle.is_served() => findings.push(Finding::NotServed),
        (Some(_), Found::Ours) => {}
    }
    let versions = versions::of_this_program();
    if versions.len() > 1 {
        findings.push(Finding::SeveralVersions { versions: versions.to_vec() });
    }
    let declarations = declarations();
    if declarations.is_empty() {
        findings.push(Finding::NothingLinked);
    }
    if !is_intact() {
        findings.push(Finding::DeclarationsUnreadable);
    }
    let mut crates = BTreeMap::new();
    let mut families = BTreeSet::new();
    let mut views = Vec::new();
    if let Some(handle) = &installed {
        if let Some(Refused { connections, last }) = handle.refused() {
            findings.push(Finding::NetworkNotAllowed { connections, last });
        }
        findings.extend(
            handle.rejected().into_iter().map(|(metric, fault)| Finding::Rejected { metric, reason: fault.advice() }),
        );
        if let Some(status) = handle.views() {
            let file = status.file.display().to_string();
            views = status.views.iter().map(|view| format!("view {view}, by `{file}`")).collect();
            findings.extend(status.failure.map(|reason| Finding::ViewsNotReloaded { file, reason }));
        }
    }
    for declaration in &declarations {
        let family = declaration.family.name;
        if !families.insert(family) {
            continue;
        }
        let location = declaration.location;
        // This crate's own operations are linked whether they are used or not.
        if location.module.starts_with(OUR_CRATE) {
            continue;
        }
        *crates.entry(location.module.split("::").next().unwrap_or_default().to_owned()).or_default() += 1;
        // A gauge at zero is not a problem.
        if let (Some(handle), Kind::Counter | Kind::Histogram) = (&installed, declaration.kind)
            && !handle.has_counted(family)
        {
            let declared = format!("{}:{}", location.file, location.line);
            findings.push(Finding::NeverRecorded { family: family.to_owned(), declared });
        }
    }
    Diagnosis { crates, views, findings }
}
