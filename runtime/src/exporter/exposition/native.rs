//! Merges native buckets.

use super::model::Native;

/// The maximum number of populated buckets of a series.
const MAX_BUCKETS: usize = 160;

/// The coarsest resolution that the formats have.
const MIN_SCHEMA: i8 = -4;

/// Runs of buckets with consecutive indices, each with its distance from the end of the run before it; that of the first one is its index.
pub(super) fn spans(buckets: &[(i32, u64)]) -> impl Iterator<Item = (i32, &[(i32, u64)])> {
    let mut end = 0;
    buckets.chunk_by(|(index, _), (next, _)| index + 1 == *next).map(move |span| {
        let first = span.first().map_or(end, |(first, _)| *first);
        let offset = first - end;
        end = first + i32::try_from(span.len()).unwrap_or(i32::MAX);
        (offset, span)
    })
}

/// Native buckets of a series.
#[derive(Clone, Debug, Default)]
pub(in crate::exporter) struct NativeBuckets {
    schema: i8,
    shows_classic: bool,
    pub(in crate::exporter) zero: u64,
    /// Indices and numbers of observations, ordered by index.
    pub(in crate::exporter) positive: Vec<(i32, u64)>,
    pub(in crate::exporter) negative: Vec<(i32, u64)>,
}

impl NativeBuckets {
    #[cfg(any(feature = "otlp", feature = "views"))]
    pub(in crate::exporter) fn of(native: &Native<'_>) -> Self {
        Self {
            schema: native.schema,
            shows_classic: native.shows_classic,
            zero: native.zero,
            positive: native.positive.to_vec(),
            negative: native.negative.to_vec(),
        }
    }

    /// Removes all observations.
    pub(in crate::exporter) fn clear(&mut self, schema: i8, shows_classic: bool) {
        self.positive.clear();
        self.negative.clear();
        (self.schema, self.shows_classic, self.zero) = (schema, shows_classic, 0);
    }

    /// Adds the observations of another series of the family.
    #[cfg(feature = "views")]
    pub(in crate::exporter) fn add(&mut self, native: &Native<'_>) {
        let mut other = Self::of(native);
        while self.schema > other.schema {
            self.halve();
        }
        while other.schema > self.schema {
            other.halve();
        }
        self.zero += other.zero;
        add(&mut self.positive, other.positive);
        add(&mut self.negative, other.negative);
    }

    /// The buckets, of which neighbours are merged while there are too many. A populated bucket stays populated, so the resolution of a series never grows.
    pub(in crate::exporter) fn limited(&mut self) -> Native<'_> {
        while self.positive.len() + self.negative.len() > MAX_BUCKETS && self.schema > MIN_SCHEMA {
            self.halve();
        }
        self.shown()
    }

    /// Halves the resolution until all buckets from the first to the last one are few.
    #[cfg(feature = "otlp")]
    pub(in crate::exporter) fn make_dense(&mut self) {
        let is_wide = |buckets: &[(i32, u64)]| match (buckets.first(), buckets.last()) {
            (Some((first, _)), Some((last, _))) => last.abs_diff(*first) as usize >= MAX_BUCKETS,
            _ => false,
        };
        while (is_wide(&self.positive) || is_wide(&self.negative)) && self.schema > MIN_SCHEMA {
            self.halve();
        }
    }

    /// What was added since `before`; `None` if something is smaller than it was.
    #[cfg(feature = "otlp")]
    pub(in crate::exporter) fn since(&self, before: &Self) -> Option<Self> {
        let mut before = before.clone();
        while before.schema > self.schema {
            before.halve();
        }
        if before.schema < self.schema {
            return None;
        }
        Some(Self {
            zero: self.zero.checked_sub(before.zero)?,
            positive: since(&self.positive, &before.positive)?,
            negative: since(&self.negative, &before.negative)?,
            ..*self
        })
    }

    pub(in crate::exporter) fn shown(&self) -> Native<'_> {
        let Self { schema, shows_classic, zero, positive, negative } = self;
        Native { schema: *schema, shows_classic: *shows_classic, zero: *zero, positive, negative }
    }

    /// Halves the resolution: the buckets with the indices 2n - 1 and 2n become the one with the index n.
    fn halve(&mut self) {
        self.schema -= 1;
        for buckets in [&mut self.positive, &mut self.negative] {
            for (index, _) in buckets.iter_mut() {
                *index = (*index + 1) >> 1;
            }
            merge_neighbours(buckets);
        }
    }
}

#[cfg(feature = "views")]
fn add(buckets: &mut Vec<(i32, u64)>, others: Vec<(i32, u64)>) {
    buckets.extend(others);
    buckets.sort_unstable_by_key(|(index, _)| *index);
    merge_neighbours(buckets);
}

#[cfg(feature = "otlp")]
fn since(now: &[(i32, u64)], before: &[(i32, u64)]) -> Option<Vec<(i32, u64)>> {
    let mut before = before.iter().peekable();
    let mut added = Vec::new();
    for (index, count) in now {
        let earlier = before.next_if(|(at, _)| at == index).map_or(0, |(_, count)| *count);
        let count = count.checked_sub(earlier)?;
        if count > 0 {
            added.push((*index, count));
        }
    }
    before.next().is_none().then_some(added)
}

fn merge_neighbours(buckets: &mut Vec<(i32, u64)>) {
    buckets.dedup_by(|(next, more), (index, count)| {
        let is_same = next == index;
        if is_same {
            *count += *more;
        }
        is_same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_buckets_are_merged_and_no_observation_is_lost() {
        let mut buckets = NativeBuckets { schema: 8, ..NativeBuckets::default() };
        buckets.zero = 7;
        buckets.positive = (-200..500).map(|index| (index, 1)).collect();
        buckets.negative = (-200..500).map(|index| (index, 2)).collect();
        let shown = buckets.limited();
        assert_eq!((shown.schema, shown.zero), (4, 7));
        assert_eq!(shown.positive.len() + shown.negative.len(), 90);
        assert_eq!(shown.positive.iter().map(|(_, count)| count).sum::<u64>(), 700);
        assert_eq!(shown.negative.iter().map(|(_, count)| count).sum::<u64>(), 1400);
        assert!(shown.positive.iter().filter(|(_, count)| *count == 16).count() >= 42, "{:?}", shown.positive);
        assert_eq!(shown.positive.first().map(|(index, _)| *index), Some(-12));
    }

    #[test]
    #[cfg(feature = "views")]
    fn series_of_different_resolutions_are_added() {
        let mut fine =
            NativeBuckets { schema: 1, zero: 1, positive: vec![(1, 1), (2, 2), (3, 3)], ..NativeBuckets::default() };
        let coarse = NativeBuckets { schema: 0, zero: 2, positive: vec![(-5, 9), (1, 10)], ..NativeBuckets::default() };
        let mut other = coarse.clone();
        other.add(&fine.shown());
        fine.add(&coarse.shown());
        for sum in [&fine, &other] {
            assert_eq!((sum.schema, sum.zero, &*sum.positive), (0, 3, &[(-5, 9), (1, 13), (2, 3)][..]));
        }
    }
}
