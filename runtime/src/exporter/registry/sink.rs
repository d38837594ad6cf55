//! Where recorded metrics go.

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
use crate::exporter::exposition::page::Page;
#[cfg(feature = "views")]
use crate::exporter::views::file::ViewsFile;
use crate::exporter::views::status::Status;
use crate::names::Kind;
#[cfg(feature = "views")]
use crate::names::VIEWS_RELOAD_FAILURES;

/// Where the recorder's metrics go: those of declared families to [`Families`], all others to [`Foreign`]. A name lives in one place only, and a
/// metric that would break the exposition in none. The collectors of an exporter record here too, whatever is installed.
#[derive(Clone)]
pub(in crate::exporter) struct Sink(Arc<Shared>);

struct Shared {
    families: Families,
    foreign: Foreign,
    claims: Claims,
    rejected: Rejected,
    /// Whether `OpenMetrics` shows since when series count.
    shows_created: bool,
    /// What the exposition goes through.
    #[cfg(feature = "views")]
    views: std::sync::OnceLock<ViewsFile>,
}

/// Whose a metric is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Declared,
    Foreign,
    /// Nobody's: it is left out.
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
            // Two declarations that conflict are the catalogue's affair; here the first one has the name.
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

    /// Everything that was recorded, and how many series that is.
    pub(in crate::exporter) fn render(&self, format: Format) -> (Vec<u8>, usize) {
        let expected = self.0.families.expected_length();
        let mut page = Page::whole(format, self.0.shows_created, expected);
        self.write(&mut page);
        let (exposition, series) = page.finish();
        self.0.families.set_length(exposition.len());
        (exposition, series)
    }

    /// The same in pieces, so that the whole is never there at once.
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

    /// The calls in the process's shards are shown here from now on.
    pub(in crate::exporter) fn show_shards(&self) {
        self.0.families.show_shards();
    }

    pub(in crate::exporter) fn run_upkeep(&self) {
        self.0.foreign.run_upkeep();
    }

    /// Shows a series of a declared family at zero; returns whether there is such a family.
    pub(super) fn declare(&self, key: &Key) -> bool {
        self.0.families.declare(key)
    }

    /// Whether a declared counter or histogram has counted anything.
    pub(in crate::exporter) fn has_counted(&self, name: &str) -> bool {
        self.0.families.has_counted(name)
    }

    /// Metrics that are left out, and why.
    pub(in crate::exporter) fn rejected(&self) -> Vec<(String, Fault)> {
        self.0.rejected.named()
    }

    fn describe(&self, kind: Kind, name: &KeyName, unit: Option<Unit>, help: SharedString) {
        // HELP of a declared family is the declaration's.
        if self.0.families.kind(name.as_str()).is_none() {
            self.0.foreign.describe(kind, name, unit, help);
        }
    }
}

impl Shared {
    /// Whose a metric is. What is nobody's is counted.
    fn place(&self, key: &Key, kind: Kind) -> Place {
        match self.find_place(key, kind) {
            Ok(place) => place,
            Err(fault) => {
                self.rejected.add(shown(key), fault);
                Place::Nowhere
            }
        }
    }

    fn find_place(&self, key: &Key, kind: Kind) -> Result<Place, Fault> {
        let Self { families, claims, .. } = self;
        if let Some(fault) = Fault::of_key(key, kind) {
            return Err(fault);
        }
        match families.kind(key.name()) {
            None => claims.claim(key.name(), kind).map(|()| Place::Foreign),
            Some(declared) if declared != kind => Err(Fault::Kind),
            Some(_) if key.labels().all(|label| is_label_name(label.key())) => Ok(Place::Declared),
            Some(_) => Err(Fault::LabelName),
        }
    }

    #[cold]
    fn register_new_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        match self.place(key, Kind::Counter) {
            Place::Declared => self.families.counter(key).map_or_else(Counter::noop, Counter::from_arc),
            Place::Foreign => {
                let key = self.foreign.prepare(key, Kind::Counter);
                self.foreign.register_known_counter(&key, metadata)
            }
            Place::Nowhere => Counter::noop(),
        }
    }

    #[cold]
    fn register_new_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        match self.place(key, Kind::Gauge) {
            Place::Declared => self.families.gauge(key).map_or_else(Gauge::noop, Gauge::from_arc),
            Place::Foreign => {
                let key = self.foreign.prepare(key, Kind::Gauge);
                self.foreign.register_known_gauge(&key, metadata)
            }
            Place::Nowhere => Gauge::noop(),
        }
    }

    #[cold]
    fn register_new_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        match self.place(key, Kind::Histogram) {
            Place::Declared => self.families.histogram(key).map_or_else(Histogram::noop, Histogram::from_arc),
            Place::Foreign => {
                let key = self.foreign.prepare(key, Kind::Histogram);
                self.foreign.register_known_histogram(&key, metadata)
            }
            Place::Nowhere => Histogram::noop(),
        }
    }
}

/// A metric as the doctor names it.
fn shown(key: &Key) -> String {
    let labels: Vec<String> = key.labels().map(|label| format!("{}={:?}", label.key(), label.value())).collect();
    if labels.is_empty() { key.name().to_owned() } else { format!("{}{{{}}}", key.name(), labels.join(",")) }
}

impl metrics::Recorder for Sink {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.describe(Kind::Counter, &key, unit, help);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
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
