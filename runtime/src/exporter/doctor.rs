//! Finds out why metrics are missing.

mod bridges;
mod finding;
pub(super) mod probe;
mod program;
mod recorded;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::PoisonError;
use std::thread;

use super::collectors::CollectorProblem;
use super::installed::{INSTALLING, handle};
use super::listener::admission::Refused;
use crate::catalog::{declarations, is_intact};
use crate::names::Kind;
use bridges::BRIDGES;
pub use finding::Finding;
use probe::{InstalledRecorder, recorder};
use program::this_program;
use recorded::Called;

/// The prefix of this crate's module paths.
const OUR_CRATE: &str = concat!(env!("CARGO_CRATE_NAME"), "::");

/// Finds out why metrics are missing: no recorder, a recorder of another crate, an exporter that loses changes of gauges, two versions of `metrics`, crates
/// that are not linked, no endpoint, metrics that are left out, collectors that fail, functions that were never called.
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

    /// Returns the crates whose declarations are linked. A crate is missing if no code calls its functions or references its metrics.
    pub fn crates(&self) -> impl Iterator<Item = &str> {
        self.crates.keys().map(String::as_str)
    }

    /// Describes what is linked, for users who miss a library; `None` if nothing is linked, which is a finding.
    pub(super) fn linked(&self) -> Option<String> {
        let described = |(name, families): (&String, &usize)| {
            format!("`{name}` ({families} {})", if *families == 1 { "family" } else { "families" })
        };
        let crates: Vec<String> = self.crates.iter().map(described).collect();
        (!crates.is_empty()).then(|| {
            format!(
                "declarations are linked from {}; if a library is missing here, no code calls its functions, so the linker dropped them; `use the_library as _;` links its metrics with `#[derive(..)]`",
                crates.join(", ")
            )
        })
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
        self.linked().map_or(Ok(()), |linked| writeln!(f, "{linked}"))
    }
}

fn no_recorder() -> Finding {
    let failure = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    failure.clone().map_or(Finding::NoRecorder, |reason| Finding::InstallFailed { reason })
}

fn look() -> Diagnosis {
    let mut findings = Vec::new();
    let installed = handle();
    let found = recorder();
    match (&installed, &found) {
        (_, InstalledRecorder::Nothing) => findings.push(no_recorder()),
        (_, InstalledRecorder::Foreign) => findings.push(Finding::ForeignRecorder),
        (None, InstalledRecorder::Ours) => findings.push(Finding::OwnRecorder),
        (Some(handle), InstalledRecorder::Ours) if !handle.is_served() => findings.push(Finding::NotServed),
        (Some(_), InstalledRecorder::Ours) => {}
    }
    let program = this_program();
    if matches!(found, InstalledRecorder::Foreign) {
        let known = BRIDGES.iter().filter(|(name, _)| program.bridges.contains(name));
        findings.extend(known.map(|(exporter, effect)| Finding::GaugeChangesLost { exporter, effect }));
    }
    if program.versions.len() > 1 {
        findings.push(Finding::SeveralVersions { versions: program.versions.iter().cloned().collect() });
    }
    let declarations = declarations();
    if declarations.is_empty() {
        findings.push(Finding::NothingLinked);
    }
    if !is_intact() {
        findings.push(Finding::DeclarationsUnreadable);
    }
    findings.extend(shared::functions());
    let mut crates = BTreeMap::new();
    let mut families = BTreeSet::new();
    let mut staying = BTreeSet::new();
    let mut views = Vec::new();
    if let Some(handle) = &installed {
        let sink = &handle.scrape().sink;
        if let Some(Refused { connections, last }) = handle.refused() {
            findings.push(Finding::NetworkNotAllowed { connections, last });
        }
        #[cfg(feature = "tls")]
        findings.extend(handle.tls_failure().map(|reason| Finding::TlsNotReloaded { reason }));
        findings.extend(
            sink.rejected().into_iter().map(|(metric, fault)| Finding::Rejected { metric, reason: fault.advice() }),
        );
        findings.extend(handle.push_problems().into_iter().map(|(url, reason)| Finding::PushFailing { url, reason }));
        let collectors = handle.scrape().collectors.problems().into_iter();
        findings.extend(collectors.map(|(collector, CollectorProblem { failures, reason })| {
            Finding::CollectorFailing { collector, failures, reason }
        }));
        if let Some(status) = sink.views_status() {
            let file = status.file.display().to_string();
            views = status.views.iter().map(|view| format!("view {view}, by `{file}`")).collect();
            findings.extend(status.failure.map(|reason| Finding::ViewsNotReloaded { file, reason }));
        }
    }
    let mut never = Vec::new();
    let is_above_zero =
        |family: &str| installed.as_ref().is_some_and(|handle| handle.scrape().sink.is_above_zero(family));
    let called = Called::new(is_above_zero);
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
        let declared = || format!("{}:{}", location.file, location.line);
        if declaration.needs_own_recorder && matches!(found, InstalledRecorder::Foreign) {
            findings.push(Finding::NeedsExporter { family: family.to_owned(), declared: declared() });
        }
        let removes_series = installed.is_some() && matches!(found, InstalledRecorder::Ours);
        if !removes_series && !matches!(found, InstalledRecorder::Nothing) {
            // Once for an operation, not for each of its families.
            let new =
                declaration.idle.iter().filter(|(label, _)| staying.insert((location.file, location.line, *label)));
            findings.extend(new.map(|(label, _)| Finding::ValuesStay {
                family: family.to_owned(),
                label: (*label).to_owned(),
                declared: declared(),
            }));
        }
        // A gauge at zero is not a problem, and a family whose values expired may have counted before.
        if installed.is_some()
            && matches!(declaration.kind, Kind::Counter | Kind::Histogram)
            && declaration.idle.is_empty()
            && !called.contains(&location)
            && !is_above_zero(family)
        {
            never.push((family.to_owned(), declared()));
        }
    }
    if !never.is_empty() {
        findings.push(Finding::NeverRecorded { families: never });
    }
    Diagnosis { crates, views, findings }
}
