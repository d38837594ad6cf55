//! Exemplars behind the buckets that they are in (`OpenMetrics` 1.0).

use std::collections::VecDeque;
use std::fmt::Write;
use std::time::SystemTime;

use super::source::Source;
use crate::exemplar::{self, Exemplar};
use crate::exporter::exposition::text::{self, Format};

/// The newest exemplar of each bucket, `+Inf` too; nothing in a format that has none.
pub(super) fn by_bucket(format: Format, bounds: &[f64], sources: &[Source]) -> VecDeque<Option<Exemplar>> {
    if format != Format::OpenMetrics {
        return VecDeque::new();
    }
    let mut newest: VecDeque<Option<Exemplar>> = (0..=bounds.len()).map(|_| None).collect();
    for source in sources {
        let Source::Duration(block) = source else { continue };
        for exemplar in exemplar::of(block.identity()) {
            let seconds = seconds(&exemplar);
            let place = &mut newest[bounds.partition_point(|bound| *bound < seconds)];
            if place.as_ref().is_none_or(|other| other.at < exemplar.at) {
                *place = Some(exemplar);
            }
        }
    }
    newest
}

/// Writes the next bucket's exemplar, if it has one.
pub(super) fn write_next(exemplars: &mut VecDeque<Option<Exemplar>>, output: &mut String) {
    let Some(Some(exemplar)) = exemplars.pop_front() else { return };
    let labels = exemplar.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    // Writing to a string cannot fail.
    let _ = write!(output, " # {{{}}} ", text::labels(labels));
    text::seconds(output, exemplar.nanoseconds);
    if let Ok(at) = exemplar.at.duration_since(SystemTime::UNIX_EPOCH) {
        let _ = write!(output, " {}.{:03}", at.as_secs(), at.subsec_millis());
    }
}

#[allow(clippy::cast_precision_loss, reason = "as the bounds are floats")]
fn seconds(exemplar: &Exemplar) -> f64 {
    exemplar.nanoseconds as f64 / 1e9
}
