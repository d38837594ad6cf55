//! The declared families: those of the catalogue, and the exporter's own metrics. They are known when the exporter is created and do not change, so a
//! look-up takes no lock.

use metrics::atomics::AtomicU64;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::Key;

use super::cells::Buckets;
use super::family::Family;
use super::label_text::label_text;
use super::leased::LeasedMetrics;
use super::leaving::{Leaving, Target, renew};
use super::scale::Scale;
use super::sharded::each_source;
use super::source::{Added, Reader, Source};
use crate::catalog::declarations;
use crate::exporter::exposition::model::Timestamp;
use crate::exporter::exposition::page::Page;
use crate::idle::groups;
use crate::live::ask::{Answer, Question};
use crate::live::oldest::Oldest;
use crate::live::peak::Peak;
use crate::live::polls::Polls;
use crate::live::time::Time;
use crate::meta::{Help, MetricMeta};
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
    leased: LeasedMetrics,
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
    /// How many metrics whose values can expire have been added.
    metrics: usize,
    /// The series whose values can expire.
    leaving: Vec<Leaving>,
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
            leased: LeasedMetrics::default(),
            taken_in: Mutex::new(TakenIn {
                count: 0,
                at: created,
                pending: Vec::new(),
                metrics: 0,
                leaving: Vec::new(),
            }),
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
            Question::Leased(metric) => {
                let MetricMeta { family, kind, .. } = metric.meta;
                let declared = self.all.get(family.name).filter(|_| self.is_sharded.load(Relaxed))?;
                (declared.family.kind == *kind)
                    .then(|| Answer::Leased(self.leased.cell(metric, &declared.family.scale)))
            }
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
        drop(self.take_in_exposed());
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
        let taken_in = self.take_in_exposed();
        // Until the end: nothing else reads or changes the series meanwhile.
        let _alone = page.compares().then_some(taken_in);
        let mut reader = Reader::new(page.shows_exemplars());
        for (name, Declared { help, family }) in &self.all {
            family.write(name, Some(help), &mut reader, page);
        }
    }

    /// Whether a series of a family is above zero.
    pub(super) fn is_above_zero(&self, name: &str) -> bool {
        drop(self.take_in_exposed());
        self.all.get(name).is_some_and(|declared| declared.family.is_above_zero(&mut Reader::new(false)))
    }

    /// Adds the series that have been counted in shards since the last call. Until the guard is dropped, no other series are added, and none is removed.
    fn take_in_exposed(&self) -> MutexGuard<'_, TakenIn> {
        let mut guard = self.taken_in.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_sharded.load(Relaxed) {
            return guard;
        }
        let taken_in = &mut *guard;
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
                taken_in.leaving.push(Leaving::operation(series));
            } else {
                each_source(series, &series.keys(), |key, added| {
                    self.add(key, created, added);
                });
            }
        }
        let metrics = self.leased.after(taken_in.metrics);
        taken_in.metrics += metrics.len();
        taken_in.leaving.extend(metrics.into_iter().map(Leaving::metric));
        if !taken_in.leaving.is_empty() {
            groups::expire();
            let family = |name: &str| self.all.get_key_value(name).map(|(name, declared)| (*name, &declared.family));
            renew(&mut taken_in.leaving, &Target { global_labels: &self.global_labels, family: &family });
        }
        taken_in.at = now;
        guard
    }

    fn add(&self, key: &Key, created: Option<Timestamp>, added: Added) -> bool {
        let Some(declared) = self.all.get(key.name()) else { return false };
        declared.family.add(&label_text(&self.global_labels, key), created, added, None);
        true
    }
}

#[cfg(all(test, feature = "http", not(metrics_instrumented_loom)))]
mod tests {
    use super::*;
    use crate::exporter::exposition::format::Format;
    use crate::meta::{Family as FamilyMeta, OperationMeta};
    use crate::names::Role;
    use crate::series::description::Description;
    use crate::series::families::{Families as Operation, Source};
    use crate::shards::calls;

    const NAMES: [&str; 2] = ["setting_up_total", "later_total"];

    static META: [Description; 2] = [operation(&[calls_of(NAMES[0])]), operation(&[calls_of(NAMES[1])])];
    static SETTING_UP: Operation = Operation::new(&Source::new(Some(&META[0]), "setting_up"));
    static LATER: Operation = Operation::new(&Source::new(Some(&META[1]), "later"));

    const fn calls_of(name: &'static str) -> (Role, FamilyMeta) {
        (Role::Calls, FamilyMeta { name, help: Help::Derived("Calls."), labels: 0 })
    }

    const fn operation(families: &'static [(Role, FamilyMeta)]) -> Description {
        Description::new(OperationMeta { families, ..OperationMeta::DEFAULT })
    }

    /// A thread has added its series to the exposition, and has not set the target yet.
    #[test]
    fn a_series_that_is_being_set_up_does_not_hide_later_ones() {
        let mut families = Families::new(Vec::new(), &[]);
        for name in NAMES {
            let family = Family::new(Kind::Counter, Arc::new(Scale::new(&[], None)));
            families.all.insert(name, Declared { help: "Calls.", family });
        }
        families.show_shards();
        let shown = || {
            let mut page = Page::whole(Format::TEXT, false, 0);
            families.write(&mut page);
            String::from_utf8(page.finish().0).unwrap()
        };
        exposed::add_unfinished(SETTING_UP.unlabelled().unwrap());
        calls::record_in_any_mode(exposed::add(LATER.unlabelled().unwrap()).unwrap(), 1, 0);
        let text = shown();
        assert!(text.contains("later_total{outcome=\"ok\"} 1") && !text.contains("setting_up"), "{text}");
        calls::record_in_any_mode(exposed::finish(SETTING_UP.unlabelled().unwrap()).unwrap(), 1, 0);
        let text = shown();
        assert!(text.contains("setting_up_total{outcome=\"ok\"} 1"), "{text}");
    }
}
