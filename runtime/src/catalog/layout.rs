//! Where what stands in the sections of a program's declarations: a tool that reads the file, without running it, learns it from here.
//!
//! The compiler lays out the descriptions as it likes, so it is asked. `docs/catalogue-schema.md` says what the numbers mean; the tool has them in the
//! same order. Nothing of it costs a site anything.

use std::mem::{align_of, offset_of, size_of};

use super::registration::Site;
use crate::meta::{ErrorsMeta, Family, LabelMeta, MetricMeta, Objective, OperationMeta, OutcomeMeta};
use crate::metric::{Info, MetricFamily};
use crate::operation::Families;

/// How many numbers there are: a multiple of four, so that the pointer behind them follows at once.
const NUMBERS: usize = 52;

/// The version of this list.
const VERSION: usize = 1;

/// What the tool reads first.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Layout {
    numbers: [u16; NUMBERS],
    /// What a function without a name is counted under.
    unnamed: &'static OperationMeta,
}

impl Layout {
    /// That of this build.
    pub(super) const THIS: Self = Self { numbers: numbers(), unnamed: &OperationMeta::UNNAMED };
}

pub(super) const fn numbers() -> [u16; NUMBERS] {
    // What is not there is told by its name's pointer being zero, so nothing may stand before it.
    assert!(
        size_of::<Option<Family>>() == size_of::<Family>()
            && size_of::<Option<ErrorsMeta>>() == size_of::<ErrorsMeta>()
    );
    let [families, families_meta, families_place] = Families::LAYOUT;
    let [counter, counter_meta] = MetricFamily::<metrics::Counter>::LAYOUT;
    let [gauge, gauge_meta] = MetricFamily::<metrics::Gauge>::LAYOUT;
    let [histogram, histogram_meta] = MetricFamily::<metrics::Histogram>::LAYOUT;
    let [info, info_meta] = Info::LAYOUT;
    let all = [
        VERSION,
        size_of::<usize>(),
        families,
        families_meta,
        families_place,
        size_of::<Site>(),
        offset_of!(Site, place),
        counter,
        counter_meta,
        gauge,
        gauge_meta,
        histogram,
        histogram_meta,
        info,
        info_meta,
        offset_of!(OperationMeta, fixed),
        offset_of!(OperationMeta, labels),
        offset_of!(OperationMeta, calls),
        offset_of!(OperationMeta, duration),
        offset_of!(OperationMeta, in_flight),
        offset_of!(OperationMeta, ok),
        offset_of!(OperationMeta, error),
        offset_of!(OperationMeta, errors),
        offset_of!(OperationMeta, outcome),
        offset_of!(OperationMeta, buckets),
        offset_of!(OperationMeta, sample),
        offset_of!(Family, name),
        offset_of!(Family, help),
        offset_of!(Family, labels),
        offset_of!(ErrorsMeta, family),
        offset_of!(ErrorsMeta, label),
        offset_of!(ErrorsMeta, kinds),
        offset_of!(OutcomeMeta, label),
        offset_of!(OutcomeMeta, finished),
        offset_of!(OutcomeMeta, panic),
        offset_of!(OutcomeMeta, cancelled),
        offset_of!(OutcomeMeta, started),
        size_of::<LabelMeta>(),
        offset_of!(LabelMeta, name),
        offset_of!(LabelMeta, values),
        // In `Help` and `Values`, both `repr(u8)`, the tag comes first and what it is the tag of at the next multiple of this.
        align_of::<usize>(),
        offset_of!(MetricMeta, place),
        offset_of!(MetricMeta, family),
        offset_of!(MetricMeta, fixed),
        offset_of!(MetricMeta, labels),
        offset_of!(MetricMeta, buckets),
        offset_of!((&str, &str), 0),
        offset_of!((&str, &str), 1),
        offset_of!(OperationMeta, objective),
        offset_of!(Objective, success),
        offset_of!(Objective, latency),
        offset_of!(Objective, percent),
    ];
    let mut numbers = [0; NUMBERS];
    let mut at = 0;
    while at < NUMBERS {
        assert!(all[at] <= u16::MAX as usize);
        #[allow(clippy::cast_possible_truncation, reason = "the line above")]
        {
            numbers[at] = all[at] as u16;
        }
        at += 1;
    }
    numbers
}
