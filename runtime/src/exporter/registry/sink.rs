//! The sink: assigns each recorded metric to a store.

use std::fmt;
#[cfg(feature = "views")]
use std::path::Path;
use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};

use super::claims::Claims;
use super::families::Families;
use super::fault::Fault;
use super::foreign::Foreign;
use super::rejected::Rejected;
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
use crate::names::Kind;
#[cfg(feature = "views")]
use crate::names::VIEWS_RELOAD_FAILURES;

/// Assigns each metric to a store: declared families to [`Families`], all others to [`Foreign`]. A name is in one store only; a metric that violates the
/// exposition format is in none. Collectors of an exporter also record here, independent of the installed recorder.
#[derive(Clone)]
pub(in crate::exporter) struct Sink(Arc<Shared>);

struct Shared {
    families: Families,
    foreign: Foreign,
    claims: Claims,
    rejected: Rejected,
    /// Whether `OpenMetrics` contains start timestamps.
    shows_created: bool,
    /// What the exposition goes through.
    #[cfg(feature = "views")]
    views: std::sync::OnceLock<ViewsFile>,
}

/// The store of a metric.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Store {
    Declared,
    Foreign,
    /// None: it is rejected.
    Nowhere,
}

impl Sink {
    pub(in crate::exporter) fn new(
        global_labels: Vec<(String, String)>,
        default_buckets: &[f64],
        shows_created: bool,
    ) -> Result<Self, Error> {
        let families = Families::new(global_labels, default_buckets);
        let claims = Claims::default();
        for (name, kind) in families.iter() {
            // Conflicting declarations are reported by the catalogue; here the first one claims the name.
            let _ = claims.claim(name, kind);
        }
        let rejected = Rejected::new(&families);
        let foreign = Foreign::new(default_buckets)?;
        Ok(Self(Arc::new(Shared {
            families,
            foreign,
            claims,
            rejected,
            shows_created,
            #[cfg(feature = "views")]
            views: std::sync::OnceLock::new(),
        })))
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
        let Shared { families, foreign, rejected, .. } = &*self.0;
        #[cfg(feature = "views")]
        page.set_stage(self.0.views.get().map(ViewsFile::stage));
        families.write(page);
        let reject = |metric, fault| rejected.add(metric, fault);
        foreign.write(page, families.global_labels(), families.created(), reject);
    }

    /// From now on, the exposition contains the calls in the process's shards.
    pub(in crate::exporter) fn show_shards(&self) {
        self.0.families.show_shards();
    }

    pub(in crate::exporter) fn run_upkeep(&self) {
        self.0.foreign.run_upkeep();
    }

    /// Adds a series of a declared family at zero; returns whether the family is declared.
    pub(super) fn declare(&self, key: &Key) -> bool {
        self.0.families.declare(key)
    }

    /// Whether a declared counter or histogram has a value above zero.
    pub(in crate::exporter) fn has_counted(&self, name: &str) -> bool {
        self.0.families.has_counted(name)
    }

    /// Rejected metrics, with the faults.
    pub(in crate::exporter) fn rejected(&self) -> Vec<(String, Fault)> {
        self.0.rejected.named()
    }

    fn describe(&self, kind: Kind, name: &KeyName, unit: Option<Unit>, help: SharedString) {
        // Declared families have the HELP of their declaration.
        if self.0.families.kind(name.as_str()).is_none() {
            self.0.foreign.describe(kind, name, unit, help);
        }
    }
}

impl Shared {
    /// The store of a metric. A rejected metric is counted.
    fn store(&self, key: &Key, kind: Kind) -> Store {
        match self.find_store(key, kind) {
            Ok(store) => store,
            Err(fault) => {
                self.rejected.add(shown(key), fault);
                Store::Nowhere
            }
        }
    }

    fn find_store(&self, key: &Key, kind: Kind) -> Result<Store, Fault> {
        let Self { families, claims, .. } = self;
        if let Some(fault) = Fault::of_key(key, kind) {
            return Err(fault);
        }
        match families.kind(key.name()) {
            None => claims.claim(key.name(), kind).map(|()| Store::Foreign),
            Some(declared) if declared != kind => Err(Fault::Kind),
            Some(_) if key.labels().all(|label| is_label_name(label.key())) => Ok(Store::Declared),
            Some(_) => Err(Fault::LabelName),
        }
    }

    #[cold]
    fn register_new_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        match self.store(key, Kind::Counter) {
            Store::Declared => self.families.counter(key).map_or_else(Counter::noop, Counter::from_arc),
            Store::Foreign => {
                let key = self.foreign.prepare(key, Kind::Counter);
                self.foreign.register_known_counter(&key, metadata)
            }
            Store::Nowhere => Counter::noop(),
        }
    }

    #[cold]
    fn register_new_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        match self.store(key, Kind::Gauge) {
            Store::Declared => self.families.gauge(key).map_or_else(Gauge::noop, Gauge::from_arc),
            Store::Foreign => {
                let key = self.foreign.prepare(key, Kind::Gauge);
                self.foreign.register_known_gauge(&key, metadata)
            }
            Store::Nowhere => Gauge::noop(),
        }
    }

    #[cold]
    fn register_new_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        match self.store(key, Kind::Histogram) {
            Store::Declared => self.families.histogram(key).map_or_else(Histogram::noop, Histogram::from_arc),
            Store::Foreign => {
                let key = self.foreign.prepare(key, Kind::Histogram);
                self.foreign.register_known_histogram(&key, metadata)
            }
            Store::Nowhere => Histogram::noop(),
        }
    }
}

/// The name of a metric for the doctor.
fn shown(key: &Key) -> String {
    let labels: Vec<String> = key.labels().map(|label| format!("{}={:?}", label.key(), label.value())).collect();
    if labels.is_empty() { key.name().to_owned() } else { format!("{}{{{}}}", key.name(), labels.join(",")) }
}

impl metrics::Recorder for Sink {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        ask::answer(&key, |question| self.0.families.answer(question));
        self.describe(Kind::Counter, &key, unit, help);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        ask::answer(&key, |question| self.0.families.answer(question));
        self.describe(Kind::Gauge, &key, unit, help);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.describe(Kind::Histogram, &key, unit, help);
    }

    #[inline]
    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        if self.0.foreign.knows(key, Kind::Counter) {
            return self.0.foreign.register_known_counter(key, metadata);
        }
        self.0.register_new_counter(key, metadata)
    }

    #[inline]
    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        if self.0.foreign.knows(key, Kind::Gauge) {
            return self.0.foreign.register_known_gauge(key, metadata);
        }
        self.0.register_new_gauge(key, metadata)
    }

    #[inline]
    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        if self.0.foreign.knows(key, Kind::Histogram) {
            return self.0.foreign.register_known_histogram(key, metadata);
        }
        self.0.register_new_histogram(key, metadata)
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").finish_non_exhaustive()
    }
}
