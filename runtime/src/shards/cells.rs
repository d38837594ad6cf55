//! The bounds of native and classic buckets together, in nanoseconds.
//!
//! A *cell* is the interval between two neighbouring bounds of either kind. A duration is counted in one cell, and a cell is in one bucket of each
//! kind, so that one slot gives the exact counts of both.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::meta::Native;

/// A native bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NativeBucket {
    /// Values whose absolute value is so small that no bucket is theirs.
    Zero,
    /// Values of at most growth^index, and above the bound before it.
    Positive(i32),
    /// The same for values below 0.
    Negative(i32),
}

/// Where a duration is counted.
#[derive(Debug)]
pub(super) struct Cells {
    /// Upper bounds, inclusive; the last one is above every duration.
    bounds: Box<[u64]>,
    /// By the place of a duration's highest binary digit and the `digits` that follow it: how many bounds are below all such durations. Between them
    /// there is one native bound at most.
    first: Box<[u16]>,
    digits: u32,
    /// Of each cell.
    buckets: Box<[(usize, NativeBucket)]>,
    /// A chunk has 2 to this power cells.
    pub(super) chunk_shift: u32,
}

impl Cells {
    /// The cells of these buckets, made once for all operations that have them.
    pub(super) fn of(native: Native, seconds: &[f64]) -> &'static Self {
        static ALL: Mutex<BTreeMap<(i8, Vec<u64>), &'static Cells>> = Mutex::new(BTreeMap::new());
        let classic: Vec<u64> = seconds.iter().copied().map(super::bounds::nanoseconds).collect();
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        // Never freed: the layouts that refer to them are not, either.
        all.entry((native.schema, classic))
            .or_insert_with_key(|(schema, classic)| Box::leak(Box::new(Self::new(*schema, classic))))
    }

    #[allow(clippy::cast_possible_truncation, reason = "schema 8 has 16,000 cells")]
    fn new(schema: i8, classic: &[u64]) -> Self {
        let native = native_bounds(schema);
        let mut bounds: Vec<u64> = native.iter().map(|(bound, _)| *bound).chain(classic.iter().copied()).collect();
        bounds.extend([0, u64::MAX]);
        bounds.sort_unstable();
        bounds.dedup();
        let bucket = |bound: &u64| {
            let native = match *bound {
                0 => NativeBucket::Zero,
                bound => {
                    let at = native.partition_point(|(native, _)| *native < bound);
                    NativeBucket::Positive(native[at.min(native.len() - 1)].1)
                }
            };
            (classic.partition_point(|classic| classic < bound), native)
        };
        let buckets = bounds.iter().map(bucket).collect();
        let fineness = u32::try_from(schema).unwrap_or(0);
        let digits = fineness + 1;
        let first = (0..64u64 << digits).map(|key| {
            let least = least(key, digits);
            bounds.partition_point(|bound| *bound < least) as u16
        });
        let first = first.collect();
        // A chunk is a power of two in time, or a cache line.
        Self { bounds: bounds.into(), first, digits, buckets, chunk_shift: fineness.max(3) }
    }

    /// The cell of a duration.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "a handful of digits")]
    pub(super) fn cell(&self, nanoseconds: u64) -> usize {
        // Zero has no digit, and is looked up as one is: there the bounds are compared from the first one on.
        let zeros = (nanoseconds | 1).leading_zeros();
        let following = nanoseconds << zeros << 1 >> (u64::BITS - self.digits);
        let key = ((u64::BITS - 1 - zeros) << self.digits) as usize | following as usize;
        let mut cell = usize::from(self.first.get(key).copied().unwrap_or_default());
        while let Some(bound) = self.bounds.get(cell)
            && nanoseconds > *bound
        {
            cell += 1;
        }
        cell
    }

    /// How many chunks there are.
    pub(super) fn chunks(&self) -> usize {
        self.bounds.len().div_ceil(1 << self.chunk_shift)
    }

    /// The buckets of a cell: the place of the classic one, and the native one.
    pub(super) fn buckets(&self, cell: usize) -> Option<(usize, NativeBucket)> {
        self.buckets.get(cell).copied()
    }
}

/// The least duration that is looked up under this key.
fn least(key: u64, digits: u32) -> u64 {
    let (exponent, following) = (key >> digits, key & ((1 << digits) - 1));
    let below = if exponent >= u64::from(digits) {
        following << (exponent - u64::from(digits))
    } else {
        following >> (u64::from(digits) - exponent)
    };
    if key == 0 { 0 } else { 1 << exponent | below }
}

/// The bounds of a schema's buckets from one nanosecond on, with the buckets' indices. Of buckets between the same two nanoseconds, the first one
/// is the one that counts.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "indices are small, and durations that are longer than 584 years do not occur"
)]
fn native_bounds(schema: i8) -> Vec<(u64, i32)> {
    let per_octave = f64::from(schema).exp2();
    let first = (1e-9f64.log2() * per_octave).floor() as i32;
    let mut bounds: Vec<(u64, i32)> = (first..)
        .map(|index| ((f64::from(index) / per_octave).exp2() * 1e9, index))
        .skip_while(|(bound, _)| *bound < 1.0)
        .map(|(bound, index)| (bound as u64, index))
        // Casts saturate, so the last bound is above every duration.
        .take_while({
            let mut is_over = false;
            move |(bound, _)| !std::mem::replace(&mut is_over, *bound == u64::MAX)
        })
        .collect();
    bounds.dedup_by_key(|(bound, _)| *bound);
    bounds
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::*;

    /// Around every bound and every power of two.
    fn durations(cells: &Cells) -> impl Iterator<Item = u64> {
        let around = cells.bounds.iter().flat_map(|bound| (0..3).map(|by| bound.saturating_add(by).saturating_sub(1)));
        let powers = (0..64).flat_map(|shift| [(1u64 << shift) - 1, 1 << shift]);
        around.chain(powers).chain([u64::MAX])
    }

    #[test]
    #[cfg_attr(miri, ignore = "pure arithmetic, and minutes under Miri")]
    fn a_duration_is_in_the_cell_whose_bounds_are_around_it() {
        for schema in -4..=8 {
            for classic in [&[][..], &[5_000_000, 10_000_000, 1_000_000_000], &[0, 1, 2, 3]] {
                let cells = Cells::new(schema, classic);
                for duration in durations(&cells) {
                    let expected = cells.bounds.partition_point(|bound| *bound < duration);
                    assert_eq!(cells.cell(duration), expected, "{duration} ns in schema {schema}");
                }
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "pure arithmetic, and minutes under Miri")]
    #[allow(clippy::cast_precision_loss, reason = "durations in seconds are floats")]
    fn a_cell_is_in_the_buckets_that_prometheus_would_choose() {
        for schema in -4..=8i8 {
            let classic = [5_000_000, 10_000_000, 1_000_000_000];
            let cells = Cells::new(schema, &classic);
            let growth = crate::names::native_growth(schema);
            for duration in durations(&cells).filter(|duration| *duration > 0) {
                let (place, native) = cells.buckets(cells.cell(duration)).unwrap();
                assert_eq!(place, classic.iter().filter(|bound| **bound < duration).count(), "{duration}");
                let NativeBucket::Positive(index) = native else { panic!("{duration}: {native:?}") };
                let upper = (f64::from(index) / f64::from(schema).exp2()).exp2();
                let seconds = duration as f64 / 1e9;
                let rounding = 1e-14;
                assert!(
                    seconds <= upper * (1.0 + rounding) && seconds > upper / growth * (1.0 - rounding),
                    "{seconds} in schema {schema}, bucket {index}"
                );
            }
            assert_eq!(cells.buckets(cells.cell(0)), Some((0, NativeBucket::Zero)));
            assert_eq!(cells.buckets(cells.cell(1_000_000_000)), Some((2, NativeBucket::Positive(0))));
        }
    }
}
