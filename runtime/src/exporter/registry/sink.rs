//! The sink: assigns each recorded metric to a store.

use std::fmt;
#[cfg(feature = "views")]
use std::path::Path;
use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};

use super::claims::Claims;
use super::families::Families;
use super::fault::Fault;
use super::rejected::Rejected;
use super::scale::Scale;
use super::undeclared::Undeclared;
#[cfg(feature = "views")]
use crate::exporter::error::Error;
use crate::exporter::exposition::escaping::is_label_name;
use crate::exporter::exposition::format::Format;
#[cfg(feature = "otlp")]
use crate::exporter::exposition::model::Writer;
use crate::exporter::exposition::page::Page;
#[cfg(feature = "views")]
use crate::exporter::views::file::ViewsFile;
use crate::exporter::views::status::Status;
use crate::live::ask;
use crate::meta::Native;
use crate::names::Kind;
#[cfg(feature = "views")]
use crate::names::VIEWS_RELOAD_FAILURES;

/// Assigns each metric to a store: declared families to [`Families`], all others to [`Undeclared`]. A name is in one store only; a metric that violates the
/// exposition format is in none. Collectors of an exporter also record here, independent of the installed recorder.
#[derive(Clone)]
pub(in crate::exporter) struct Sink(Arc<Shared>);

struct Shared {
    families: Families,
    undeclared: Undeclared,
    claims: Claims,
    rejected: Rejected,
    /// Whether `OpenMetrics` contains start timestamps.
    shows_created: bool,
    /// The views of the exposition.
    #[cfg(feature = "views")]
    views: std::sync::OnceLock<ViewsFile>,
}

impl Sink {
    pub(in crate::exporter) fn new(
        global_labels: Vec<(String, String)>,
        default_buckets: &[f64],
        native: Option<Native>,
        shows_created: bool,
    ) -> Self {
        let families = Families::new(global_labels, default_buckets);
        let claims = Claims::default();
        for (name, kind) in families.iter() {
            // Conflicting declarations are reported by the catalogue; here the first one claims the name.
            let _ = claims.claim(name, kind);
        }
        let rejected = Rejected::new(&families);
        let undeclared =
            Undeclared::new(families.global_labels().to_vec(), Scale::new(default_buckets, native.as_ref()));
        Self(Arc::new(Shared {
            families,
            undeclared,
            claims,
            rejected,
            shows_created,
            #[cfg(feature = "views")]
            views: std::sync::OnceLock::new(),
        }))
    }

    /// Has every exposition go through the views in a file.
    #[cfg(feature = "views")]
    pub(in crate::exporter) fn set_views(&self, file: &Path, default_buckets: &[f64]) -> Result<(), Error> {
        let failures = metrics::with_local_recorder(self, || metrics::counter!(VIEWS_RELOAD_FAILURES.name));
        // They are set once, when the exporter is made.
        let _ = self.0.views.set(ViewsFile::new(file, default_buckets, failures)?);
        Ok(())
    }

    /// What views change, and in which file they are.
    #[cfg_attr(not(feature = "views"), allow(clippy::unused_self, reason = "there are none"))]
    pub(in crate::exporter) fn views_status(&self) -> Option<Status> {
        #[cfg(feature = "views")]
        return self.0.views.get().map(ViewsFile::status);
        #[cfg(not(feature = "views"))]
        None
    }

    /// Renders all metrics; returns the exposition and the number of series.
    pub(in crate::exporter) fn render(&self, format: Format) -> (Vec<u8>, usize) {
        let expected = self.0.families.expected_length();
        let mut page = Page::whole(format, self.0.shows_created, expected);
        self.write(&mut page);
        let (exposition, series) = page.finish();
        self.0.families.set_length(exposition.len());
        (exposition, series)
    }

    /// What another writer makes of all metrics.
    #[cfg(feature = "otlp")]
    pub(in crate::exporter) fn write_with(&self, writer: Box<dyn Writer + '_>) -> Vec<u8> {
        let mut page = Page::of_writer(writer, 0);
        self.write(&mut page);
        page.finish().0
    }

    /// The same in pieces, so that the exposition is never in memory as a whole.
    pub(in crate::exporter) fn render_in_pieces(&self, format: Format, take: &mut dyn FnMut(&[u8])) -> usize {
        let mut page = Page::in_pieces(format, self.0.shows_created, take);
        self.write(&mut page);
        page.finish().1
    }

    fn write(&self, page: &mut Page<'_>) {
        let Shared { families, undeclared, .. } = &*self.0;
        #[cfg(feature = "views")]
        page.set_stage(self.0.views.get().map(ViewsFile::stage));
        families.write(page);
        undeclared.write(page);
    }

    /// From now on, the exposition contains the calls in the process's shards.
    pub(in crate::exporter) fn show_shards(&self) {
        self.0.families.show_shards();
    }

    /// Adds a series of a declared family at zero; returns whether the family is declared.
    pub(super) fn declare(&self, key: &Key) -> bool {
        self.0.families.declare(key)
    }

    /// Whether a series of a declared family is above zero.
    pub(in crate::exporter) fn is_above_zero(&self, name: &str) -> bool {
        self.0.families.is_above_zero(name)
    }

    /// Rejected metrics, with the faults.
    pub(in crate::exporter) fn rejected(&self) -> Vec<(String, Fault)> {
        self.0.rejected.named()
    }

    fn describe(&self, name: &KeyName, help: SharedString) {
        // Declared families have the HELP of their declaration.
        if self.0.families.kind(name.as_str()).is_none() {
            self.0.undeclared.describe(name, help);
        }
    }
}

impl Shared {
    #[cold]
    fn register_new_counter(&self, key: &Key) -> Counter {
        self.cell(key, Kind::Counter, Families::counter, Undeclared::counter)
            .map_or_else(Counter::noop, Counter::from_arc)
    }

    #[cold]
    fn register_new_gauge(&self, key: &Key) -> Gauge {
        self.cell(key, Kind::Gauge, Families::gauge, Undeclared::gauge).map_or_else(Gauge::noop, Gauge::from_arc)
    }

    #[cold]
    fn register_new_histogram(&self, key: &Key) -> Histogram {
        self.cell(key, Kind::Histogram, Families::histogram, Undeclared::histogram)
            .map_or_else(Histogram::noop, Histogram::from_arc)
    }

    /// The cell of a metric, in the store that its name belongs to; `None` for a rejected metric, which is counted.
    fn cell<T>(
        &self,
        key: &Key,
        kind: Kind,
        declared: impl FnOnce(&Families, &Key) -> Option<Arc<T>>,
        undeclared: impl FnOnce(&Undeclared, &Key) -> Result<Arc<T>, Fault>,
    ) -> Option<Arc<T>> {
        let cell = self.is_declared(key, kind).and_then(|is_declared| {
            if is_declared { Ok(declared(&self.families, key)) } else { undeclared(&self.undeclared, key).map(Some) }
        });
        cell.unwrap_or_else(|fault| {
            self.rejected.add(shown(key), fault);
            None
        })
    }

    /// Whether a metric's family is declared, unless the metric is to be rejected.
    fn is_declared(&self, key: &Key, kind: Kind) -> Result<bool, Fault> {
        if let Some(fault) = Fault::of_key(key, kind) {
            return Err(fault);
        }
        match self.families.kind(key.name()) {
            None => self.claims.claim(key.name(), kind).map(|()| false),
            Some(declared) if declared != kind => Err(Fault::Kind),
            Some(_) if key.labels().all(|label| is_label_name(label.key())) => Ok(true),
            Some(_) => Err(Fault::LabelName),
        }
    }
}

/// The name of a metric for the doctor.
fn shown(key: &Key) -> String {
    let labels: Vec<String> = key.labels().map(|label| format!("{}={:?}", label.key(), label.value())).collect();
    if labels.is_empty() { key.name().to_owned() } else { format!("{}{{{}}}", key.name(), labels.join(",")) }
}

impl metrics::Recorder for Sink {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, help: SharedString) {
        ask::answer(&key, |question| self.0.families.answer(question));
        self.describe(&key, help);
    }

    fn describe_gauge(&self, key: KeyName, _: Option<Unit>, help: SharedString) {
        ask::answer(&key, |question| self.0.families.answer(question));
        self.describe(&key, help);
    }

    fn describe_histogram(&self, key: KeyName, _: Option<Unit>, help: SharedString) {
        ask::answer(&key, |question| self.0.families.answer(question));
        self.describe(&key, help);
    }

    #[inline]
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.0.undeclared.known_counter(key).map_or_else(|| self.0.register_new_counter(key), Counter::from_arc)
    }

    #[inline]
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.0.undeclared.known_gauge(key).map_or_else(|| self.0.register_new_gauge(key), Gauge::from_arc)
    }

    #[inline]
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.0.undeclared.known_histogram(key).map_or_else(|| self.0.register_new_histogram(key), Histogram::from_arc)
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").finish_non_exhaustive()
    }
}
