//! The declared families: those of the catalogue, and the exporter's own metrics. They are known when the exporter is created and do not change, so a
//! look-up takes no lock.

use metrics::atomics::AtomicU64;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::Key;

use super::cells::Buckets;
use super::family::Family;
use super::scale::Scale;
use super::sharded::each_source;
use super::source::{Added, Lease, Reader, Source};
use crate::catalog::declarations;
use crate::exporter::exposition::labels;
use crate::exporter::exposition::model::Timestamp;
use crate::exporter::exposition::page::Page;
use crate::idle::groups;
use crate::live::ask::{Answer, Question};
use crate::live::oldest::Oldest;
use crate::live::peak::Peak;
use crate::live::polls::Polls;
use crate::live::time::Time;
use crate::meta::Help;
use crate::names::{Kind, OWN_METRICS, OwnMetric};
use crate::series::exposed;
use crate::series::families::Series;

/// All declared families.
pub(super) struct Families {
    all: BTreeMap<&'static str, Declared>,
    global_labels: Vec<(String, String)>,
    /// When the exporter was created.
    created: Option<Timestamp>,
    /// Whether the exposition contains the shards: only if this recorder is the process-wide one. Relaxed: set before the first call is sharded.
    is_sharded: AtomicBool,
    taken_in: Mutex<TakenIn>,
    /// The length of the last exposition, so that the next one is allocated with enough capacity. Relaxed: only an estimate.
    last_length: AtomicUsize,
}

struct Declared {
    help: &'static str,
    family: Family,
}

/// Which series of the shards have been added to the families.
struct TakenIn {
    count: usize,
    /// The time of the last update: series that are added later have counted nothing before it.
    at: Option<Timestamp>,
    /// Those that were being set up at the last call, and have counted nothing before it.
    pending: Vec<&'static Series>,
    /// Those whose values can expire.
    leaving: Vec<Leaving>,
}

/// A series whose values can expire.
struct Leaving {
    series: &'static Series,
    /// What it has in the families, if it is there.
    shown: Option<Shown>,
}

/// A series with its present values.
struct Shown {
    lease: Lease,
    /// The families, the labels and what was added to them.
    sources: Vec<(&'static str, String, Source)>,
}

impl Families {
    pub(super) fn new(global_labels: Vec<(String, String)>, default_buckets: &[f64]) -> Self {
        let mut all: BTreeMap<&'static str, Declared> = BTreeMap::new();
        let new = |kind, help, bounds: &[f64], native| Declared {
            help,
            family: Family::new(kind, Arc::new(Scale::new(bounds, native))),
        };
        for declaration in declarations() {
            let help = declaration.family.help;
            let declared = all
                .entry(declaration.family.name)
                .or_insert_with(|| new(declaration.kind, help.text(), declaration.buckets, declaration.native));
            if matches!(help, Help::Explicit(_)) {
                declared.help = help.text();
            }
            declared.family.hides_empty |= declaration.hides_empty;
        }
        for OwnMetric { name, kind, help, .. } in OWN_METRICS {
            all.entry(name).or_insert_with(|| new(*kind, help, default_buckets, None));
        }
        let created = Timestamp::now();
        Self {
            all,
            global_labels,
            created,
            is_sharded: AtomicBool::new(false),
            taken_in: Mutex::new(TakenIn { count: 0, at: created, pending: Vec::new(), leaving: Vec::new() }),
            last_length: AtomicUsize::new(0),
        }
    }

    /// From now on, the exposition contains the calls in the process's shards.
    pub(super) fn show_shards(&self) {
        self.is_sharded.store(true, Relaxed);
    }

    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        self.all.get(name).map(|declared| declared.family.kind)
    }

    /// The names and kinds of all families.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, Kind)> {
        self.all.iter().map(|(name, declared)| (*name, declared.family.kind))
    }

    pub(super) fn global_labels(&self) -> &[(String, String)] {
        &self.global_labels
    }

    /// The cell of a key of the facade; `None` if there is no such counter.
    pub(super) fn counter(&self, key: &Key) -> Option<Arc<AtomicU64>> {
        Some(self.family(key, Kind::Counter)?.counter(&label_text(&self.global_labels, key)))
    }

    pub(super) fn gauge(&self, key: &Key) -> Option<Arc<AtomicU64>> {
        Some(self.family(key, Kind::Gauge)?.gauge(&label_text(&self.global_labels, key)))
    }

    pub(super) fn histogram(&self, key: &Key) -> Option<Arc<Buckets>> {
        Some(self.family(key, Kind::Histogram)?.histogram(&label_text(&self.global_labels, key)))
    }

    /// What a call through the facade asks for about its operation's family.
    pub(super) fn answer(&self, question: &Question) -> Option<Answer> {
        let time = || Time::Facade { ahead: None };
        match question {
            Question::IsOurs => Some(Answer::Yes),
            Question::Peak(key) => {
                let new = || {
                    let peak = Arc::new(Peak::new(time()));
                    (Arc::clone(&peak), Source::Peak(peak))
                };
                self.cell(key, Kind::Gauge, Source::peak, new).map(Answer::Peak)
            }
            Question::Oldest(key, family) => {
                let new = || {
                    let oldest = Arc::new(Oldest::new(time(), family));
                    (Arc::clone(&oldest), Source::Oldest(oldest))
                };
                self.cell(key, Kind::Gauge, Source::oldest, new).map(Answer::Oldest)
            }
            // Values expire in the shards only, see `idle.rs`.
            Question::Seen(_) => None,
            Question::Polls([polls, busy, slow_polls], slow) => {
                let new = || {
                    let polls = Arc::new(Polls::new(time(), *slow));
                    (Arc::clone(&polls), Source::Polls(polls))
                };
                let found = self.cell(polls, Kind::Counter, Source::polls, new)?;
                for (key, source) in [(busy, Source::Busy as fn(_) -> _), (slow_polls, Source::SlowPolls)] {
                    let new = || (Arc::clone(&found), source(Arc::clone(&found)));
                    self.cell(key, Kind::Counter, Source::polls, new)?;
                }
                Some(Answer::Polls(found))
            }
        }
    }

    fn cell<T>(
        &self,
        key: &Key,
        kind: Kind,
        get: impl Fn(&Source) -> Option<&Arc<T>>,
        new: impl FnOnce() -> (Arc<T>, Source),
    ) -> Option<Arc<T>> {
        Some(self.family(key, kind)?.cell(&label_text(&self.global_labels, key), get, new))
    }

    fn family(&self, key: &Key, kind: Kind) -> Option<&Family> {
        self.all.get(key.name()).map(|declared| &declared.family).filter(|family| family.kind == kind)
    }

    /// Adds a series at zero; returns whether its family is declared.
    pub(super) fn declare(&self, key: &Key) -> bool {
        self.add(key, self.created, Added::Zero)
    }

    /// The expected length of an exposition.
    pub(super) fn expected_length(&self) -> usize {
        self.take_in_exposed();
        let last = self.last_length.load(Relaxed);
        let expected = if last == 0 {
            self.all.iter().map(|(name, declared)| declared.family.expected_length(name)).sum()
        } else {
            last
        };
        // An exposition is usually slightly longer than the last one.
        expected + expected / 32
    }

    pub(super) fn set_length(&self, length: usize) {
        self.last_length.store(length, Relaxed);
    }

    /// Writes all families, sorted by name.
    pub(super) fn write(&self, page: &mut Page<'_>) {
        self.take_in_exposed();
        let mut reader = Reader::new(page.shows_exemplars());
        for (name, Declared { help, family }) in &self.all {
            family.write(name, Some(help), &mut reader, page);
        }
    }

    /// Whether a counter or a histogram has a value above zero.
    pub(super) fn has_counted(&self, name: &str) -> bool {
        self.take_in_exposed();
        self.all.get(name).is_some_and(|declared| declared.family.has_counted(&mut Reader::new(false)))
    }

    /// Adds the series that have been counted in shards since the last call.
    fn take_in_exposed(&self) {
        if !self.is_sharded.load(Relaxed) {
            return;
        }
        let mut taken_in = self.taken_in.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now();
        let created = taken_in.at;
        let new = exposed::after(taken_in.count);
        taken_in.count += new.len();
        let pending = std::mem::take(&mut taken_in.pending);
        for series in pending.into_iter().chain(new) {
            if series.block().is_none() {
                taken_in.pending.push(series);
                continue;
            }
            if series.leased().is_some() {
                taken_in.leaving.push(Leaving { series, shown: None });
            } else {
                each_source(series, &series.keys(), |key, added| {
                    self.add(key, created, added);
                });
            }
        }
        if !taken_in.leaving.is_empty() {
            groups::expire();
            self.renew(&mut taken_in.leaving);
        }
        taken_in.at = now;
    }

    /// Shows the series whose values can expire as they are now.
    fn renew(&self, all: &mut [Leaving]) {
        // First those that were removed: sites that share a series share its values, and may have added it again below.
        for one in &mut *all {
            if let Some(shown) = one.shown.take_if(|shown| !shown.lease.is_current()) {
                for (family, labels, source) in shown.sources {
                    if let Some(declared) = self.all.get(family) {
                        declared.family.remove(&labels, &source);
                    }
                }
            }
        }
        for one in all.iter_mut().filter(|one| one.shown.is_none()) {
            one.shown = self.show(one.series);
        }
    }

    /// Adds a series whose values can expire, if it has values now.
    fn show(&self, series: &'static Series) -> Option<Shown> {
        let leased = series.leased()?;
        let life = leased.current()?;
        let (keys, created) = (series.keys_with(&life.texts), Timestamp::of(life.since));
        let mut shown = Shown { lease: Lease { leased, generation: life.generation }, sources: Vec::new() };
        each_source(series, &keys, |key, added| {
            let Some((name, declared)) = self.all.get_key_value(key.name()) else { return };
            let labels = label_text(&self.global_labels, key);
            if let Added::Source(source) | Added::Unexpected(source) = &added {
                shown.sources.push((*name, labels.clone(), source.clone()));
            }
            declared.family.add(&labels, created, added, Some(shown.lease));
        });
        Some(shown)
    }

    fn add(&self, key: &Key, created: Option<Timestamp>, added: Added) -> bool {
        let Some(declared) = self.all.get(key.name()) else { return false };
        declared.family.add(&label_text(&self.global_labels, key), created, added, None);
        true
    }
}

/// The labels of a key, and the global labels that it does not have itself, in canonical form.
pub(super) fn label_text(global: &[(String, String)], key: &Key) -> String {
    let global = global.iter().filter(|(name, _)| !key.labels().any(|label| label.key() == name));
    labels::text(
        global
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(key.labels().map(|label| (label.key(), label.value()))),
    )
}
