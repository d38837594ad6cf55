//! What few operations count through the facade, besides their calls, durations and calls in flight. Only descriptions of operations that need it refer to it, so
//! other programs do not contain it.

use metrics::{Counter, Histogram, Key, Metadata, Recorder};

use crate::clock::{self, NOT_TIMED};
use crate::exit::outcome_slot;
use crate::handles::{Extension, Keys, late, metadata};
use crate::live::ask::{Answer, Question, ask};
use crate::live::seen::IdleLabels;
use crate::live::tracking::Tracking;
use crate::meta::{Location, OperationMeta, ValueSet};
use crate::names::{Ends, Role};
use crate::sampling::Shared;

type Register =
    fn(&Keys, &'static OperationMeta, Location, Option<&'static Shared>, &dyn Recorder) -> Box<dyn Extension>;

/// The code that an operation needs to count more than its calls, durations and calls in flight.
#[derive(Debug)]
pub(super) struct Extended {
    /// Creates the extension of a recorder's handles.
    pub(super) register: Register,
    /// Creates the state of sampling of a series, if only a sample of its calls is timed.
    pub(super) sampling: fn(&OperationMeta) -> Option<Shared>,
}

impl Extended {
    /// What this operation needs.
    pub(super) const fn of(meta: &OperationMeta) -> Option<&'static Self> {
        static EXTENDED: Extended = Extended { register, sampling };
        if is_extended(meta) { Some(&EXTENDED) } else { None }
    }
}

const fn is_extended(meta: &OperationMeta) -> bool {
    let mut is_extended = meta.sample > 1 || meta.outcome.started.is_some() || meta.outcome.on_duration;
    let mut at = 0;
    while at < meta.families.len() {
        is_extended |= !matches!(meta.families[at].0, Role::Calls | Role::Duration | Role::InFlight);
        at += 1;
    }
    at = 0;
    while at < meta.labels.len() {
        is_extended |= matches!(meta.labels[at].values, ValueSet::Open { idle: 1.., .. });
        at += 1;
    }
    is_extended
}

fn sampling(meta: &OperationMeta) -> Option<Shared> {
    let histograms = if meta.has_duration_by_outcome() { meta.outcome.count() } else { 1 };
    (meta.sample > 1).then(|| Shared::new(meta.sample, histograms))
}

fn register(
    keys: &Keys,
    meta: &'static OperationMeta,
    location: Location,
    sampling: Option<&'static Shared>,
    recorder: &dyn Recorder,
) -> Box<dyn Extension> {
    let tracking = tracking(keys, meta, recorder);
    let metadata = metadata(location);
    let counter = |key: &Key| recorder.register_counter(key, &metadata);
    Box::new(Counted {
        tracking,
        started: keys.of(Role::Calls).get(meta.outcome.count()).map(counter),
        outcomes: meta.outcome.count(),
        ends: keys.of_ends().map(|(ends, key)| (ends, counter(&key))).collect(),
        errors: keys.of(Role::Errors).iter().map(counter).collect(),
        sampling,
    })
}

#[derive(Debug)]
struct Counted {
    tracking: Option<Tracking>,
    started: Option<Counter>,
    /// The number of outcomes, and the counters of some of them.
    outcomes: usize,
    ends: Box<[(Ends, Counter)]>,
    /// By kind.
    errors: Box<[Counter]>,
    /// The state of sampling, if only a sample of the calls is timed.
    sampling: Option<&'static Shared>,
}

impl Extension for Counted {
    fn begin(&self) -> bool {
        if let Some(started) = &self.started {
            started.increment(1);
        }
        self.sampling.is_none_or(Shared::is_timed)
    }

    fn track(&self, since: u64) -> u64 {
        self.tracking.as_ref().map_or(since, |tracking| tracking.begin(since))
    }

    fn untrack(&self, token: u64) -> u64 {
        self.tracking.as_ref().map_or(token, |tracking| tracking.end(token, tracking.time.now()))
    }

    fn represented(&self, seconds: Option<f64>, histogram: usize) -> Option<f64> {
        match self.sampling {
            Some(sampling) => sampling.represented(seconds, histogram),
            None => seconds,
        }
    }

    fn end(&self, outcome: usize, error: Option<usize>) {
        for (ends, counter) in &self.ends {
            if ends.include(outcome_slot(outcome, self.outcomes), self.outcomes) {
                counter.increment(1);
            }
        }
        if let Some(errors) = error.and_then(|kind| self.errors.get(kind)) {
            errors.increment(1);
        }
    }

    fn tracking(&self) -> Option<&Tracking> {
        self.tracking.as_ref()
    }

    fn late(&self, key: Key, metadata: Metadata<'static>) -> Histogram {
        late::histogram(key, metadata)
    }
}

fn ask_polls(keys: &Keys, meta: &OperationMeta, recorder: &dyn Recorder) -> Option<Answer> {
    let key = |role| keys.of(role).into_iter().next();
    let asked = [key(Role::Polls)?, key(Role::Busy)?, key(Role::SlowPolls)?];
    let (role, family) = meta.families.iter().find(|(role, _)| *role == Role::Polls)?;
    ask(recorder, *role, family, Question::Polls(asked, meta.slow_poll))
}

/// Asks a recorder to remove idle values of the labels with `idle`.
fn ask_seen(keys: &Keys, meta: &OperationMeta, recorder: &dyn Recorder) -> Option<Answer> {
    let value = |name: &str| {
        keys.firsts().find_map(|(_, key)| {
            let label = key.labels().find(|label| label.key() == name)?;
            Some(label.value().to_owned())
        })
    };
    let families = meta.families.iter().map(|(_, family)| family.name);
    let labels = IdleLabels::new(families, meta.labels, value)?;
    let (role, family) = meta.families.first()?;
    ask(recorder, *role, family, Question::Seen(labels))
}

/// The trackers of a recorder of this crate, if the operation has any.
fn tracking(keys: &Keys, meta: &OperationMeta, recorder: &dyn Recorder) -> Option<Tracking> {
    let ask = |role: Role, question: fn(Key, &'static str) -> Question| {
        let key = keys.of(role).into_iter().next().filter(|_| clock::reading() != NOT_TIMED)?;
        let (_, family) = meta.families.iter().find(|(of, _)| *of == role)?;
        ask(recorder, role, family, question(key, family.name))
    };
    let peak = match ask(Role::Peak, |key, _| Question::Peak(key)) {
        Some(Answer::Peak(peak)) => Some(peak),
        _ => None,
    };
    let oldest = match ask(Role::Oldest, Question::Oldest) {
        Some(Answer::Oldest(oldest)) => Some(oldest),
        _ => None,
    };
    let polls = match ask_polls(keys, meta, recorder) {
        Some(Answer::Polls(polls)) => Some(polls),
        _ => None,
    };
    let seen = match ask_seen(keys, meta, recorder) {
        Some(Answer::Seen(seen)) => Some(seen),
        _ => None,
    };
    let times = [
        peak.as_ref().map(|peak| peak.time()),
        oldest.as_ref().map(|oldest| oldest.time()),
        polls.as_ref().map(|polls| polls.time()),
        seen.as_ref().map(|seen| seen.time()),
    ];
    let time = times.into_iter().flatten().next()?.clone();
    Some(Tracking { time, peak, oldest, polls, seen })
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::*;
    use crate::meta::{Family, Help, LabelMeta, OutcomeMeta};

    const FAMILY: Family = Family { name: "calls", help: Help::Derived("Calls."), labels: 0 };

    #[test]
    fn an_operation_has_the_code_for_what_it_counts() {
        const OPEN: LabelMeta = LabelMeta::open("host", 10);
        const IDLE: LabelMeta = OPEN.idle(60);
        let plain = OperationMeta { labels: &[OPEN], ..OperationMeta::UNNAMED };
        assert!(Extended::of(&plain).is_none());
        let started = OutcomeMeta { started: Some("started"), ..OutcomeMeta::DEFAULT };
        let on_duration = OutcomeMeta { on_duration: true, ..OutcomeMeta::DEFAULT };
        let extended = [
            OperationMeta { sample: 10, ..plain },
            OperationMeta { outcome: started, ..plain },
            OperationMeta { outcome: on_duration, ..plain },
            OperationMeta { labels: &[IDLE], ..plain },
            OperationMeta { families: &[(Role::Calls, FAMILY), (Role::Ok, FAMILY)], ..plain },
            OperationMeta { families: &[(Role::Errors, FAMILY)], ..plain },
            OperationMeta { families: &[(Role::Peak, FAMILY)], ..plain },
            OperationMeta { families: &[(Role::Polls, FAMILY)], ..plain },
        ];
        for meta in &extended {
            assert!(Extended::of(meta).is_some(), "{meta:?}");
        }
    }
}
