//! The families of the catalogue, with all that is counted under them, and how they are rendered: each once, in the order of their names,
//! whoever counts.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use metrics::Key;

use super::cells::Buckets;
#[cfg(feature = "exemplars")]
use super::exemplars;
use super::source::Source;
use crate::catalog::declarations;
use crate::exporter::exposition::page::Page;
use crate::exporter::exposition::text::{self, Format};
use crate::meta::Help;
use crate::names::{Kind, Role};
use crate::operation::{Series, exposed};

/// Every family of the catalogue.
pub(in crate::exporter) struct Families {
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
    /// The bounds as they stand in `le`, in each format.
    text_bounds: Vec<String>,
    openmetrics_bounds: Vec<String>,
    /// By their labels as text.
    series: BTreeMap<String, Vec<Source>>,
}

impl Families {
    pub(in crate::exporter) fn new(global_labels: Vec<(String, String)>) -> Self {
        let mut all: BTreeMap<&'static str, Family> = BTreeMap::new();
        for declaration in declarations() {
            let help = declaration.family.help;
            let family = all.entry(declaration.family.name).or_insert_with(|| Family {
                kind: declaration.kind,
                help: help.text(),
                bounds: declaration.buckets.into(),
                text_bounds: declaration.buckets.iter().map(|bound| Format::Text.bound(*bound)).collect(),
                openmetrics_bounds: declaration.buckets.iter().map(|bound| Format::OpenMetrics.bound(*bound)).collect(),
                series: BTreeMap::new(),
            });
            if matches!(help, Help::Explicit(_)) {
                family.help = help.text();
            }
        }
        Self { all, global_labels, sharded: false, exposed: 0, last_length: 0 }
    }

    pub(in crate::exporter) fn show_shards(&mut self) {
        self.sharded = true;
    }

    pub(in crate::exporter) fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// What a key of the facade counts in; nothing, if its name belongs to a family of another kind.
    pub(in crate::exporter) fn counter(&mut self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.cell(
            key,
            Kind::Counter,
            |source| if let Source::Counter(cell) = source { Some(cell) } else { None },
            |_| Source::Counter(Arc::default()),
        )
    }

    pub(in crate::exporter) fn gauge(&mut self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.cell(
            key,
            Kind::Gauge,
            |source| if let Source::Gauge(cell) = source { Some(cell) } else { None },
            |_| Source::Gauge(Arc::default()),
        )
    }

    pub(in crate::exporter) fn histogram(&mut self, key: &Key) -> Option<Arc<Buckets>> {
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

    /// An exposition to be written as a whole.
    pub(in crate::exporter) fn page<'a>(&mut self, format: Format, created: Option<&'a str>) -> Page<'a> {
        self.take_in_exposed();
        let expected = if self.last_length == 0 { self.expected_length() } else { self.last_length };
        // A scrape is mostly as long as the last one, and a little longer.
        Page::whole(format, created, expected + expected / 32)
    }

    /// One to be written in pieces, which are taken out of it.
    pub(in crate::exporter) fn page_in_pieces<'a>(&mut self, format: Format, created: Option<&'a str>) -> Page<'a> {
        self.take_in_exposed();
        Page::in_pieces(format, created)
    }

    /// Goes on with an exposition; tells whether there is more to come.
    pub(in crate::exporter) fn write(&mut self, page: &mut Page<'_>) -> bool {
        let (begun, labels) = page.last.take().unzip();
        for (name, family) in self.all.range(begun.unwrap_or_default()..) {
            // Only the first of them may have been begun.
            let after = labels.as_deref().filter(|_| begun == Some(name));
            if !family.series.is_empty() && !family.write(name, after, page) {
                return true;
            }
        }
        if page.is_whole() {
            self.last_length = page.output.len();
        }
        false
    }

    /// About how long an exposition is: exactly so, if every value has so many digits.
    fn expected_length(&self) -> usize {
        const DIGITS: usize = 4;
        let shown = self.all.iter().filter(|(_, family)| !family.series.is_empty());
        let lines = shown.flat_map(|(name, family)| {
            let (lines, around) = match family.kind {
                Kind::Counter | Kind::Gauge => (1, "{} \n".len()),
                Kind::Histogram => (family.bounds.len() + 3, "_bucket{,le=\"0.0005\"} \n".len()),
            };
            family.series.keys().map(move |labels| lines * (name.len() + labels.len() + around + DIGITS))
        });
        lines.sum()
    }

    /// How many there are.
    pub(in crate::exporter) fn series(&self) -> usize {
        self.all.values().map(|family| family.series.len()).sum()
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
        let outcomes = series.meta().outcome.count();
        for (outcome, key) in keys.of(Role::Calls).iter().enumerate() {
            let source = if outcome < outcomes { Source::Outcome(block, outcome) } else { Source::Begun(block) };
            self.add(key, source);
        }
        for (role, outcomes) in [(Role::Ok, 0..1), (Role::Error, 1..outcomes)] {
            for key in keys.of(role) {
                outcomes.clone().for_each(|outcome| self.add(key, Source::Outcome(block, outcome)));
            }
        }
        for (kind, key) in keys.of(Role::Errors).iter().enumerate() {
            self.add(key, Source::Errors(block, kind));
        }
        for key in keys.of(Role::InFlight) {
            self.add(key, Source::InFlight(block));
        }
        for key in keys.of(Role::Duration) {
            self.add(key, Source::Duration(block));
        }
    }

    fn add(&mut self, key: &Key, source: Source) {
        if let Some(sources) = self.sources(key) {
            // There is hardly ever a second one.
            sources.reserve_exact(1);
            sources.push(source);
        }
    }

    /// Shows a series at zero; tells whether it belongs to one of the families.
    pub(in crate::exporter) fn declare(&mut self, key: &Key) -> bool {
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
    /// All series, or those that come after one; tells whether they are complete.
    fn write(&self, name: &'static str, after: Option<&str>, page: &mut Page<'_>) -> bool {
        if after.is_none() {
            text::head(&mut page.output, page.format, name, self.help, self.kind);
        }
        let begin = after.map_or(Bound::Unbounded, Bound::Excluded);
        for (labels, sources) in self.series.range::<str, _>((begin, Bound::Unbounded)) {
            page.make_room();
            match self.kind {
                Kind::Counter => {
                    text::series(&mut page.output, name, "", labels, None);
                    text::integer(&mut page.output, sources.iter().map(|source| source.count(&page.shards)).sum());
                }
                Kind::Gauge => {
                    text::series(&mut page.output, name, "", labels, None);
                    // Not `sum`: of nothing that is -0.
                    let level = sources.iter().fold(0.0, |sum, source| sum + source.level(&mut page.shards));
                    text::float(&mut page.output, level);
                }
                Kind::Histogram => self.write_histogram(name, labels, sources, page),
            }
            page.output.push('\n');
            if let (Some(created), Kind::Counter | Kind::Histogram) = (page.created, self.kind) {
                text::created(&mut page.output, name, labels, created);
            }
            if page.is_full() {
                page.last = Some((name, labels.clone()));
                return false;
            }
        }
        page.output.push_str(page.format.family_end());
        true
    }

    fn write_histogram(&self, name: &str, labels: &str, sources: &[Source], page: &mut Page<'_>) {
        let Page { format, output, shards, buckets, .. } = page;
        buckets.clear();
        buckets.resize(self.bounds.len() + 1, 0);
        let mut nanoseconds = 0u64;
        let mut sum = None;
        for source in sources {
            match source {
                Source::Duration(block) => nanoseconds = nanoseconds.wrapping_add(block.histogram(shards, buckets)),
                Source::Histogram(cell) => sum = Some(sum.unwrap_or(0.0) + cell.read(buckets)),
                _ => {}
            }
        }
        let bounds = match format {
            Format::Text => &self.text_bounds,
            Format::OpenMetrics => &self.openmetrics_bounds,
        };
        #[cfg(feature = "exemplars")]
        let mut exemplars = exemplars::by_bucket(*format, &self.bounds, sources);
        let mut count = 0;
        for (bucket, bound) in buckets.iter().zip(bounds.iter().map(String::as_str).chain(["+Inf"])) {
            count += bucket;
            text::series(output, name, "_bucket", labels, Some(bound));
            text::integer(output, count);
            #[cfg(feature = "exemplars")]
            exemplars::write_next(&mut exemplars, output);
            output.push('\n');
        }
        text::series(output, name, "_sum", labels, None);
        match sum {
            None => text::seconds(output, nanoseconds),
            #[allow(clippy::cast_precision_loss, reason = "added to what was recorded as a float")]
            Some(sum) => text::float(output, sum + nanoseconds as f64 / 1e9),
        }
        output.push('\n');
        text::series(output, name, "_count", labels, None);
        text::integer(output, count);
    }
}
