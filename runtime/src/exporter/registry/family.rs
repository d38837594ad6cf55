//! One family with its series.

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::atomics::AtomicU64;

use super::cells::Buckets;
use super::rows::Rows;
use super::scale::Scale;
use super::source::{Added, Lease, Reader, Source, Sources};
use crate::exporter::exposition::labels::Labels;
use crate::exporter::exposition::model::{Head, Series, Timestamp};
use crate::exporter::exposition::page::Page;
use crate::names::Kind;
use crate::shards::block::Block;

/// A family. Its series are locked to find one, to add one, and to copy a chunk for a scrape, but not while values are read or text is written.
pub(super) struct Family {
    pub(super) kind: Kind,
    pub(super) scale: Arc<Scale>,
    /// Whether a histogram is shown only once something was recorded in it.
    pub(super) hides_empty: bool,
    /// The series, by their labels in canonical form.
    series: Mutex<Rows<Counted>>,
}

/// The data of a series.
#[derive(Clone)]
struct Counted {
    /// The start timestamp in milliseconds.
    created: Option<NonZeroU64>,
    sources: Sources,
    /// Whether the series is shown before it has counted.
    is_expected: bool,
    /// Whether the names of its labels are classic ones.
    is_classic: bool,
}

impl Family {
    pub(super) fn new(kind: Kind, scale: Arc<Scale>) -> Self {
        Self { kind, scale, hides_empty: false, series: Mutex::default() }
    }

    /// The cell of a counter that is counted through the facade.
    pub(super) fn counter(&self, labels: &str) -> Arc<AtomicU64> {
        self.cell(labels, Source::counter, || {
            let cell = Arc::default();
            (Arc::clone(&cell), Source::Counter(cell))
        })
    }

    pub(super) fn gauge(&self, labels: &str) -> Arc<AtomicU64> {
        self.cell(labels, Source::gauge, || {
            let cell = Arc::default();
            (Arc::clone(&cell), Source::Gauge(cell))
        })
    }

    pub(super) fn histogram(&self, labels: &str) -> Arc<Buckets> {
        self.cell(labels, Source::histogram, || {
            let cell = Arc::new(Buckets::new(Arc::clone(&self.scale)));
            (Arc::clone(&cell), Source::Histogram(cell))
        })
    }

    /// The cell of a series that is counted through the facade, created if necessary.
    pub(super) fn cell<T>(
        &self,
        labels: &str,
        get: impl Fn(&Source) -> Option<&Arc<T>>,
        new: impl FnOnce() -> (Arc<T>, Source),
    ) -> Arc<T> {
        let mut series = self.series();
        let counted = series.get_or_insert_with(labels, || Counted::at_zero(labels, Timestamp::now()));
        counted.is_expected = true;
        if let Some(found) = counted.sources.iter().find_map(&get) {
            return Arc::clone(found);
        }
        let (cell, source) = new();
        counted.sources.push(source);
        cell
    }

    /// Adds a series at zero, or a source to a series; with a lease if its values can expire.
    pub(super) fn add(&self, labels: &str, created: Option<Timestamp>, added: Added, lease: Option<Lease>) {
        let mut series = self.series();
        let counted = series.get_or_insert_with(labels, || Counted::at_zero(labels, created));
        counted.is_expected |= !matches!(added, Added::Unexpected(_));
        match added {
            Added::Zero => {}
            Added::Source(source) | Added::Unexpected(source) => counted.sources.push(source),
        }
        if let Some(lease) = lease {
            counted.sources.set_lease(lease);
        }
    }

    /// Removes sources whose values have expired, and the series if none is left. At once: a scrape must not see a part of them.
    pub(super) fn remove(&self, labels: &str, sources: &[Source]) {
        let mut series = self.series();
        if series.get_mut(labels).is_some_and(|counted| counted.sources.remove(sources)) {
            series.remove(labels);
        }
    }

    /// Whether there is a series with these labels.
    pub(super) fn has(&self, labels: &str) -> bool {
        self.series().contains(labels)
    }

    /// Writes the family, if it has series to show.
    pub(super) fn write(&self, name: &str, help: Option<&str>, reader: &mut Reader, page: &mut Page<'_>) {
        let head = Head { name, help, kind: self.kind };
        let mut chunk = self.series().chunk(None);
        let mut has_begun = false;
        while let Some(rows) = chunk {
            let blocks = || rows.iter().flat_map(|(_, counted)| counted.sources.iter()).filter_map(Source::block);
            blocks().for_each(Block::prefetch);
            blocks().for_each(Block::prefetch_slots);
            for (labels, counted) in rows.iter() {
                let value = reader.read(self.kind, &self.scale, &counted.sources);
                if (self.hides_empty || !counted.is_expected) && !value.has_counted() {
                    continue;
                }
                if counted.sources.lease().is_some_and(|lease| !lease.is_current()) {
                    continue;
                }
                if !has_begun {
                    page.head(&head);
                    has_begun = true;
                }
                let labels = Labels::known(labels, counted.is_classic);
                page.series(&head, &Series { labels, created: counted.created(), value });
            }
            chunk = self.series().chunk(Some(rows.last()));
        }
        if !has_begun && page.keeps(name) {
            page.head(&head);
            has_begun = true;
        }
        if has_begun {
            page.family_end();
        }
    }

    /// Whether any of its series is above zero.
    pub(super) fn is_above_zero(&self, reader: &mut Reader) -> bool {
        let mut chunk = self.series().chunk(None);
        while let Some(rows) = chunk {
            if rows.iter().any(|(_, counted)| reader.is_above_zero(self.kind, &self.scale, &counted.sources)) {
                return true;
            }
            chunk = self.series().chunk(Some(rows.last()));
        }
        false
    }

    /// The approximate length of its text: exact if every value has this number of digits.
    pub(super) fn expected_length(&self, name: &str) -> usize {
        const DIGITS: usize = 4;
        let (lines, around) = match self.kind {
            Kind::Counter | Kind::Gauge => (1, "{} \n".len()),
            Kind::Histogram => (self.scale.bounds.values().len() + 3, "_bucket{,le=\"0.0005\"} \n".len()),
        };
        self.series().lengths().map(|labels| lines * (name.len() + labels + around + DIGITS)).sum()
    }

    fn series(&self) -> MutexGuard<'_, Rows<Counted>> {
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn at_zero(labels: &str, created: Option<Timestamp>) -> Self {
        let created = created.and_then(|created| NonZeroU64::new(created.milliseconds));
        Self { created, sources: Sources::None, is_expected: false, is_classic: Labels::new(labels).is_classic() }
    }

    fn created(&self) -> Option<Timestamp> {
        self.created.map(|created| Timestamp { milliseconds: created.get() })
    }
}
