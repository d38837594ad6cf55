//! What can be found.

use std::fmt;
use std::net::IpAddr;

/// A reason why metrics are missing. `Display` describes it and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// No recorder is installed.
    NoRecorder,
    /// No recorder is installed, because the installation of our exporter failed.
    InstallFailed {
        /// The error that [`Exporter::install`](crate::Exporter::install) returned.
        reason: String,
    },
    /// The recorder is not one of this crate.
    ForeignRecorder,
    /// Another crate's recorder is installed, and the program contains an exporter that loses changes of gauges.
    GaugeChangesLost {
        /// The crate of the exporter.
        exporter: &'static str,
        /// What it does with gauges.
        effect: &'static str,
    },
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
    /// The files of certificate or key have changed and cannot be loaded; the previous ones are in use.
    TlsNotReloaded {
        /// The file, and what is wrong with it.
        reason: String,
    },
    /// Clients were refused because their address is not in an allowed network.
    NetworkNotAllowed {
        /// How many connections were refused.
        connections: u64,
        /// The address of the last client.
        last: IpAddr,
    },
    /// The last push to a Pushgateway or an OpenTelemetry collector failed, or the collector rejected a part of it.
    PushFailing {
        /// The URL.
        url: String,
        /// What is wrong, and the fix.
        reason: String,
    },
    /// The last run of a collector failed, panicked or exceeded its time limit.
    CollectorFailing {
        /// Its name.
        collector: String,
        /// How many runs have failed since the last successful one.
        failures: u64,
        /// Why the last run failed, with the message of the error or the panic.
        reason: String,
    },
    /// Functions that have the same labels in the same family, so that their calls are added.
    SharedSeries {
        /// The value of the label `function`.
        function: String,
        /// Where the functions are.
        locations: Vec<String>,
    },
    /// A family that only a recorder of this crate can show, while another one is installed.
    NeedsExporter {
        /// Its name.
        family: String,
        /// Where it is declared.
        declared: String,
    },
    /// A family whose label has `idle`, while the recorder cannot remove series.
    ValuesStay {
        /// Its name.
        family: String,
        /// The label.
        label: String,
        /// Where it is declared.
        declared: String,
    },
    /// Families that have recorded nothing, because their operation has not been called. Those of operations with values that expire, or with a counter of
    /// errors only, are not reported: a call may have left nothing.
    NeverRecorded {
        /// The name of each, and where it is declared.
        families: Vec<(String, String)>,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecorder => f.write_str(
                "no recorder is installed, so nothing is recorded; call `metrics_instrumented::exporter().install()` at the beginning of `main`",
            ),
            Self::InstallFailed { reason } => write!(
                f,
                "no recorder is installed, so nothing is recorded, because the exporter's installation returned an error: {reason}"
            ),
            Self::ForeignRecorder => f.write_str(
                "another crate's recorder is installed and receives everything that is recorded; serve the metrics with its exporter, and call \
                 `metrics_instrumented::announce` to register HELP and zero-initialised series",
            ),
            Self::GaugeChangesLost { exporter, effect } => write!(
                f,
                "`{exporter}` {effect}; use another exporter, or leave the gauges out with `only(calls, duration)`"
            ),
            Self::OwnRecorder => f.write_str(
                "the program installed a recorder that `Exporter::build()` returned; render the metrics with that recorder's `handle()`",
            ),
            Self::NotServed => f.write_str(
                "the exporter is installed but nothing serves the metrics; call `listen` on its handle, mount its `service`, or serve what `render` returns",
            ),
            Self::SeveralVersions { versions } => {
                // With two versions, cargo does not accept the name alone.
                let commands: Vec<_> = versions.iter().map(|one| format!("`cargo tree --invert metrics@{one}`")).collect();
                write!(
                    f,
                    "this program contains the versions {} of `metrics`, and metrics of one version do not reach the other version's recorder; use one \
                     version: {} show which crates need which version",
                    versions.join(" and "),
                    commands.join(" and ")
                )
            }
            Self::NothingLinked => f.write_str(
                "no declaration is linked: either nothing is annotated, or no code calls the annotated functions, so the linker dropped them; \
                 call them, or add `use the_library as _;` for metrics with `#[derive(..)]`",
            ),
            Self::Rejected { metric, reason } => write!(f, "`{metric}` is left out of the exposition: {reason}"),
            Self::NetworkNotAllowed { connections, last } => write!(
                f,
                "connections from addresses outside the allowed networks were refused ({connections} so far, the last one from {last}); \
                 if this client should have access, add `allow_network(\"{last}\")`"
            ),
            Self::DeclarationsUnreadable => f.write_str(
                "the section of this library's declarations contains unknown data, so some families have no HELP and no zero-initialised series; \
                 use another linker, or report this with the linker's name and version",
            ),
            Self::PushFailing { url, reason } => write!(f, "pushing to `{url}` fails: {reason}"),
            Self::CollectorFailing { collector, failures, reason } => {
                let scrapes = if *failures == 1 { "scrape".to_owned() } else { format!("{failures} scrapes") };
                write!(
                    f,
                    "the collector `{collector}` failed on the last {scrapes}: {reason}; the gauges keep their last values"
                )
            }
            Self::ViewsNotReloaded { file, reason } => {
                write!(f, "the views in `{file}` were not reloaded, so the previous ones stay in use: {reason}")
            }
            Self::TlsNotReloaded { reason } => write!(
                f,
                "the TLS certificate and key were not reloaded, so the previous ones stay in use: {reason}; correct the files"
            ),
            Self::SharedSeries { function, locations } => write!(
                f,
                "the functions `{function}` at {} share their series; on methods, add the type to the attribute (`of = Type`), or put the attribute on the \
                 `impl` block; on other functions, add a `name`",
                locations.join(" and ")
            ),
            Self::NeedsExporter { family, declared } => write!(
                f,
                "`{family}`, declared at {declared}, is missing, because the installed recorder cannot compute a value for each scrape; \
                 install this crate's exporter to see it"
            ),
            Self::ValuesStay { family, label, declared } => write!(
                f,
                "`idle` has no effect on the label `{label}` of `{family}`, declared at {declared}, because the installed recorder cannot remove series; \
                 install this crate's exporter with `install()`"
            ),
            Self::NeverRecorded { families } => never_recorded(families, f),
        }
    }
}

/// One line for all of them: in a program that has just started, they are most of its families.
fn never_recorded(families: &[(String, String)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const SHOWN: usize = 3;
    if let [(family, declared)] = families {
        return write!(
            f,
            "`{family}` has recorded nothing: the code at {declared} has not been called since the recorder was installed"
        );
    }
    write!(
        f,
        "{} families have recorded nothing, because their code has not been called since the recorder was installed: ",
        families.len()
    )?;
    for (at, (family, declared)) in families.iter().take(SHOWN).enumerate() {
        let separator = if at == 0 { "" } else { ", " };
        write!(f, "{separator}`{family}` ({declared})")?;
    }
    match families.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}
