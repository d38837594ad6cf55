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
    /// The durations of each cell.
    pub(super) durations: Box<[Durations]>,
    /// Where most durations are found.
    pub(super) index: Index,
    /// Of each cell.
    buckets: Box<[(usize, NativeBucket)]>,
}

/// The durations of one cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Durations {
    first: u64,
    /// How many follow the first one.
    more: u64,
}

/// The cells of durations, by the lowest bits of their keys: exponent and first digits as a float. No two keys of durations from 1 ns on have the same bits.
/// The size is constant, so that a call finds its entry without a check. Never freed: neither are the layouts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Index(&'static [Entry; ENTRIES]);

/// The durations of one key.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The first bound that is not below all of them.
    bound: u64,
    /// The cell of those up to that bound.
    cell: u32,
    /// Whether at most that bound is among them. Native bounds are further apart than keys, unless they are very fine.
    is_exact: bool,
}

/// The digits of a float in its key: enough for the bounds of schema 5, which grow by 2.2 %.
const DIGITS: u32 = 6;
const ENTRIES: usize = 1 << (DIGITS + u64::BITS.ilog2());
const IGNORED_DIGITS: u32 = f64::MANTISSA_DIGITS - 1 - DIGITS;

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
        let firsts = std::iter::once(0).chain(bounds.iter().map(|bound| bound.wrapping_add(1)));
        let durations = firsts.zip(&bounds).map(|(first, bound)| Durations { first, more: bound - first }).collect();
        let mut entries = NO_ENTRIES.to_vec();
        for key in 0..u64::from(u64::BITS - 1) << DIGITS {
            let cell = bounds.partition_point(|bound| *bound < least(key));
            let next = least(key + 1);
            let is_exact = bounds.get(cell + 1).is_none_or(|more| *more >= next && next != 0);
            entries[place_of(KEY_OF_ONE + key)] = Entry { bound: bounds[cell], cell: cell as u32, is_exact };
        }
        // Zero has no exponent, and shares these bits with other durations.
        entries[place_of(0)].is_exact = false;
        let index = Box::try_from(entries).map_or(Index::NONE, |entries| Index(Box::leak(entries)));
        Self { bounds: bounds.into(), durations, index, buckets }
    }

    /// The cell of a duration.
    pub(super) fn cell(&self, nanoseconds: u64) -> usize {
        let quick = self.index.cell(nanoseconds).filter(|_| i64::try_from(nanoseconds).is_ok());
        quick.unwrap_or_else(|| self.bounds.partition_point(|bound| *bound < nanoseconds))
    }

    /// How many cells there are.
    pub(super) fn len(&self) -> usize {
        self.bounds.len()
    }

    /// The buckets of a cell: the place of the classic one, and the native one.
    pub(super) fn buckets(&self, cell: usize) -> Option<(usize, NativeBucket)> {
        self.buckets.get(cell).copied()
    }
}

impl Durations {
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) fn contains(self, nanoseconds: u64) -> bool {
        nanoseconds.wrapping_sub(self.first) <= self.more
    }
}

/// The key of one nanosecond, which is the first one.
const KEY_OF_ONE: u64 = 1f64.to_bits() >> IGNORED_DIGITS;

static NO_ENTRIES: [Entry; ENTRIES] = [Entry { bound: 0, cell: 0, is_exact: false }; ENTRIES];

#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
#[allow(clippy::cast_possible_truncation, reason = "the lowest bits")]
fn place_of(key: u64) -> usize {
    key as usize % ENTRIES
}

impl Index {
    /// The index of layouts without cells.
    pub(super) const NONE: Self = Self(&NO_ENTRIES);

    /// The cell of a duration, unless more than one bound is near the duration. It is below [`Cells::len`], because no duration is above the last bound: the
    /// address of its slot is computed from it without a check.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        reason = "durations are below 292 years"
    )]
    pub(super) fn cell(self, nanoseconds: u64) -> Option<usize> {
        // A signed integer becomes a float by one instruction.
        let entry = &self.0[place_of((nanoseconds as i64 as f64).to_bits() >> IGNORED_DIGITS)];
        // In 32 bits, the comparison and the addition are two instructions.
        let cell = entry.cell.wrapping_add(u32::from(nanoseconds > entry.bound));
        entry.is_exact.then_some(cell as usize)
    }
}

/// The least duration that has this key.
fn least(key: u64) -> u64 {
    let (exponent, following) = (key >> DIGITS, key & ((1 << DIGITS) - 1));
    let below = if exponent >= u64::from(DIGITS) {
        following << (exponent - u64::from(DIGITS))
    } else {
        following >> (u64::from(DIGITS) - exponent)
    };
    // Large durations are rounded when they become floats.
    let rounding = (1 << exponent) >> f64::MANTISSA_DIGITS;
    (1 << exponent | below) - rounding
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
                    let contains = |cell: usize| cells.durations.get(cell).is_some_and(|cell| cell.contains(duration));
                    assert!(contains(expected) && !contains(expected + 1), "{duration} ns in schema {schema}");
                    assert!(expected == 0 || !contains(expected - 1), "{duration} ns in schema {schema}");
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
