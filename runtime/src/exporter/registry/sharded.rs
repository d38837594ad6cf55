//! What a series in the shards adds to each family.

use std::sync::Arc;

use metrics::Key;

use super::source::{Added, Source, index};
use crate::handles::Keys;
use crate::names::Role;
use crate::series::families::Series;

/// Hands the keys of a series and their sources to `add`.
pub(super) fn each_source(series: &'static Series, keys: &Keys, mut add: impl FnMut(&Key, Added)) {
    let Some(block) = series.block() else { return };
    let outcomes = series.meta().outcome.count();
    for (outcome, key) in keys.of(Role::Calls).iter().enumerate() {
        if outcome == outcomes {
            add(key, Added::Source(Source::Begun(block)));
        } else if series.is_possible(outcome) {
            add(key, Added::Source(Source::Outcome(block, index(outcome))));
        } else {
            add(key, Added::Unexpected(Source::Outcome(block, index(outcome))));
        }
    }
    for (ends, key) in keys.of_ends() {
        for outcome in (0..outcomes).filter(|outcome| ends.include(*outcome, outcomes)) {
            add(&key, Added::Source(Source::Outcome(block, index(outcome))));
        }
    }
    for (kind, key) in keys.of(Role::Errors).iter().enumerate() {
        add(key, Added::Source(Source::Errors(block, index(kind))));
    }
    let tracking = series.tracking();
    let (peak, oldest) = tracking.map_or((None, None), |tracking| (tracking.peak.as_ref(), tracking.oldest.as_ref()));
    for key in &keys.of(Role::InFlight) {
        let source = peak.map_or(Source::InFlight(block), |peak| Source::Running(Arc::clone(peak)));
        add(key, Added::Source(source));
    }
    for (key, peak) in keys.of(Role::Peak).iter().zip(peak) {
        add(key, Added::Source(Source::Peak(Arc::clone(peak))));
    }
    for (key, oldest) in keys.of(Role::Oldest).iter().zip(oldest) {
        add(key, Added::Source(Source::Oldest(Arc::clone(oldest))));
    }
    if let Some(polls) = tracking.and_then(|tracking| tracking.polls.as_ref()) {
        let sources = [
            (Role::Polls, Source::Polls as fn(_) -> _),
            (Role::Busy, Source::Busy),
            (Role::SlowPolls, Source::SlowPolls),
        ];
        for (role, source) in sources {
            for key in &keys.of(role) {
                add(key, Added::Source(source(Arc::clone(polls))));
            }
        }
    }
    let has_duration_by_outcome = series.meta().has_duration_by_outcome();
    for (outcome, key) in keys.of(Role::Duration).iter().enumerate() {
        let source = Source::Duration(block, index(outcome));
        let is_possible = !has_duration_by_outcome || series.is_possible(outcome);
        add(key, if is_possible { Added::Source(source) } else { Added::Unexpected(source) });
    }
}
