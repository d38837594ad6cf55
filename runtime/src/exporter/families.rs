//! The families of the catalogue, with all that is counted under them, and how they are rendered: each once, in the order of their names,
//! whoever counts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use metrics::Key;

use super::cells::Buckets;
use super::text;
use crate::catalog::declarations;
use crate::meta::Help;
use crate::names::Kind;
use crate::operation::{Series, exposed};
use crate::shards::{Block, Shards};

/// Every family of the catalogue.
pub(super) struct Families {
    all: BTreeMap<&'static str, Family>,
    global_labels: Vec<(String, String)>,
    /// Whether the shards are shown here: where this recorder is the process-wide one.
    sharded: bool,
    /// How many of the sharded series were taken in.
    exposed: usize,
    /// How long the last exposition was, so that the next one is written without growing.
    last_length: usize,
}

struct Family {
    kind: Kind,
    help: &'static str,
    bounds: Arc<[f64]>,
    /// The bounds as they stand in `le`.
    bound_texts: Vec<String>,
    /// By their labels as text.
    series: BTreeMap<String, Vec<Source>>,
}

/// Where a part of a series' value comes from; the parts are added up.
enum Source {
    Counter(Arc<AtomicU64>),
    /// The bits of an `f64`.
    Gauge(Arc<AtomicU64>),
    Histogram(Arc<Buckets>),
    Outcome(&'static Block, usize),
    Errors(&'static Block, usize),
    Begun(&'static Block),
    InFlight(&'static Block),
    Duration(&'static Block),
}

impl Families {
    pub(super) fn new(global_labels: Vec<(String, String)>) -> Self {
        let mut all: BTreeMap<&'static str, Family> = BTreeMap::new();
        for declaration in declarations() {
            let help = declaration.family.help;
            let family = all.entry(declaration.family.name).or_insert_with(|| Family {
                kind: declaration.kind,
                help: help.text(),
                bounds: declaration.buckets.into(),
                bound_texts: declaration.buckets.iter().map(ToString::to_string).collect(),
                series: BTreeMap::new(),
            });
            if matches!(help, Help::Explicit(_)) {
                family.help = help.text();
            }
        }
        Self { all, global_labels, sharded: false, exposed: 0, last_length: 0 }
    }

    pub(super) fn show_shards(&mut self) {
        self.sharded = true;
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// What a key of the facade counts in; nothing, if its name belongs to a family of another kind.
    pub(super) fn counter(&mut self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.cell(
            key,
            Kind::Counter,
            |source| if let Source::Counter(cell) = source { Some(cell) } else { None },
            |_| Source::Counter(Arc::default()),
        )
    }

    pub(super) fn gauge(&mut self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.cell(
            key,
            Kind::Gauge,
            |source| if let Source::Gauge(cell) = source { Some(cell) } else { None },
            |_| Source::Gauge(Arc::default()),
        )
    }

    pub(super) fn histogram(&mut self, key: &Key) -> Option<Arc<Buckets>> {
        self.cell(
            key,
            Kind::Histogram,
            |source| if let Source::Histogram(cell) = source { Some(cell) } else { None },
            |family| Source::Histogram(Arc::new(Buckets::new(Arc::clone(&family.bounds)))),
        )
    }

    fn cell<T>(
        &mut self,
        key: &Key,
        kind: Kind,
        get: impl Fn(&Source) -> Option<&Arc<T>>,
        new: impl FnOnce(&Family) -> Source,
    ) -> Option<Arc<T>> {
        let labels = label_text(&self.global_labels, key);
        let family = self.all.get_mut(key.name()).filter(|family| family.kind == kind)?;
        if let Some(found) = family.series.get(&labels).and_then(|sources| sources.iter().find_map(&get)) {
            return Some(Arc::clone(found));
        }
        let source = new(family);
        let cell = get(&source).map(Arc::clone);
        family.series.entry(labels).or_default().push(source);
        cell
    }

    /// Everything, as text.
    pub(super) fn render(&mut self) -> String {
        self.take_in_exposed();
        // A scrape is mostly as long as the last one, and a little longer.
        let mut output = String::with_capacity(self.last_length + self.last_length / 32);
        let mut shards = Shards::new();
        let mut buckets = Vec::new();
        for (name, family) in &self.all {
            if !family.series.is_empty() {
                family.render(name, &mut output, &mut shards, &mut buckets);
            }
        }
        self.last_length = output.len();
        output
    }

    /// Takes the series in that are counted in shards since the last time.
    fn take_in_exposed(&mut self) {
        if !self.sharded {
            return;
        }
        for series in exposed::after(self.exposed) {
            self.exposed += 1;
            self.take_in(series);
        }
    }

    fn take_in(&mut self, series: &'static Series) {
        let Some(block) = series.block() else { return };
        let keys = series.keys();
        for (outcome, key) in keys.calls.iter().enumerate() {
            self.add(key, Source::Outcome(block, outcome));
        }
        for outcome in 0..series.meta().outcome.count() {
            if let Some(key) = if outcome == 0 { &keys.ok } else { &keys.error } {
                self.add(key, Source::Outcome(block, outcome));
            }
        }
        for (kind, key) in keys.errors.iter().enumerate() {
            self.add(key, Source::Errors(block, kind));
        }
        let single = [
            (&keys.started, Source::Begun(block)),
            (&keys.in_flight, Source::InFlight(block)),
            (&keys.duration, Source::Duration(block)),
        ];
        for (key, source) in single {
            if let Some(key) = key {
                self.add(key, source);
            }
        }
    }

    fn add(&mut self, key: &Key, source: Source) {
        if let Some(sources) = self.sources(key) {
            sources.push(source);
        }
    }

    /// Shows a series at zero; tells whether it belongs to one of the families.
    pub(super) fn declare(&mut self, key: &Key) -> bool {
        self.sources(key).is_some()
    }

    fn sources(&mut self, key: &Key) -> Option<&mut Vec<Source>> {
        let labels = label_text(&self.global_labels, key);
        Some(self.all.get_mut(key.name())?.series.entry(labels).or_default())
    }
}

/// The key's labels and the global ones that it does not have itself.
fn label_text(global: &[(String, String)], key: &Key) -> String {
    let global = global.iter().filter(|(name, _)| !key.labels().any(|label| label.key() == name));
    text::labels(
        global
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(key.labels().map(|label| (label.key(), label.value()))),
    )
}

impl Family {
    fn render(&self, name: &str, output: &mut String, shards: &mut Shards, buckets: &mut Vec<u64>) {
        text::head(output, name, self.help, self.kind.word());
        for (labels, sources) in &self.series {
            match self.kind {
                Kind::Counter => {
                    text::series(output, name, "", labels, None);
                    text::integer(output, sources.iter().map(|source| source.count(shards)).sum());
                    output.push('\n');
                }
                Kind::Gauge => {
                    text::series(output, name, "", labels, None);
                    // Not `sum`: of nothing that is -0.
                    text::float(output, sources.iter().fold(0.0, |sum, source| sum + source.level(shards)));
                    output.push('\n');
                }
                Kind::Histogram => self.render_histogram(name, labels, sources, output, shards, buckets),
            }
        }
        output.push('\n');
    }

    fn render_histogram(
        &self,
        name: &str,
        labels: &str,
        sources: &[Source],
        output: &mut String,
        shards: &Shards,
        buckets: &mut Vec<u64>,
    ) {
        buckets.clear();
        buckets.resize(self.bounds.len() + 1, 0);
        let mut nanoseconds = 0u64;
        let mut sum = 0.0;
        for source in sources {
            match source {
                Source::Duration(block) => nanoseconds = nanoseconds.wrapping_add(block.histogram(shards, buckets)),
                Source::Histogram(cell) => sum += cell.read(buckets),
                _ => {}
            }
        }
        let mut count = 0;
        for (bucket, bound) in buckets.iter().zip(self.bound_texts.iter().map(String::as_str).chain(["+Inf"])) {
            count += bucket;
            text::series(output, name, "_bucket", labels, Some(bound));
            text::integer(output, count);
            output.push('\n');
        }
        text::series(output, name, "_sum", labels, None);
        if sources.iter().any(|source| matches!(source, Source::Histogram(_))) {
            #[allow(clippy::cast_precision_loss, reason = "added to what was recorded as a float")]
            text::float(output, sum + nanoseconds as f64 / 1e9);
        } else {
            text::seconds(output, nanoseconds);
        }
        output.push('\n');
        text::series(output, name, "_count", labels, None);
        text::integer(output, count);
        output.push('\n');
    }
}

impl Source {
    fn count(&self, shards: &Shards) -> u64 {
        match self {
            Self::Counter(cell) => cell.load(Relaxed),
            Self::Outcome(block, outcome) => block.outcome(shards, *outcome),
            Self::Errors(block, kind) => block.errors(shards, *kind),
            Self::Begun(block) => block.begun(shards),
            _ => 0,
        }
    }

    fn level(&self, shards: &mut Shards) -> f64 {
        match self {
            Self::Gauge(cell) => f64::from_bits(cell.load(Relaxed)),
            #[allow(clippy::cast_precision_loss, reason = "calls in flight are far fewer than 2^52")]
            Self::InFlight(block) => block.in_flight(shards) as f64,
            _ => 0.0,
        }
    }
}
