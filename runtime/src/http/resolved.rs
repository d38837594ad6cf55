//! The series of a thread's recent requests, by their label values: looking a series up among thousands takes ten times as long.

use std::cell::Cell;

use crate::series::families::Series;

/// The number of series that a thread caches. Only the used part of the 4 KiB is touched.
const SLOTS: usize = 256;

/// A family, and the values of its labels, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u64);

/// The families with a cache. They begin with 1, so that no key is 0.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Family {
    ServerDuration = 1,
    ClientActive,
    ClientDuration,
    GrpcServer,
    GrpcClient,
}

impl Key {
    /// The indices of closed values must be less than 256. The values of open labels are the numbers of stored strings; `None` if a string is not stored.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "see above")]
    pub(super) fn new(family: Family, closed: [usize; 3], open: [Option<u16>; 2]) -> Option<Self> {
        let [a, b, c] = closed.map(|index| u64::from(index as u8));
        let [first, second] = [u64::from(open[0]?), u64::from(open[1]?)];
        Some(Self(family as u64 | a << 8 | b << 16 | c << 24 | first << 32 | second << 48))
    }

    /// Its slot: the upper bits of a product (Fibonacci hashing).
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "less than `SLOTS`")]
    fn slot(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SLOTS.trailing_zeros())) as usize
    }
}

/// A series and its key. The key of an empty slot is 0.
struct Slot {
    key: Cell<Key>,
    series: Cell<Option<&'static Series>>,
}

impl Slot {
    const fn empty() -> Self {
        Self { key: Cell::new(Key(0)), series: Cell::new(None) }
    }
}

thread_local! {
    static RECENT: [Slot; SLOTS] = const { [const { Slot::empty() }; SLOTS] };
}

/// Returns the series with these label values; `find` looks it up if this thread has not cached it.
#[inline]
pub(super) fn series(key: Option<Key>, find: impl FnOnce() -> &'static Series) -> &'static Series {
    match cached(key) {
        Some(series) => series,
        None => found(key, find),
    }
}

/// Returns the series, if this thread has cached it.
#[inline]
pub(super) fn cached(key: Option<Key>) -> Option<&'static Series> {
    let key = key?;
    RECENT.with(|recent| {
        let slot = &recent[key.slot()];
        if slot.key.get() == key { slot.series.get() } else { None }
    })
}

/// The same for a family with few label combinations, which the caller numbers: no key is computed and compared.
pub(super) struct Few<const N: usize>([Cell<Option<&'static Series>>; N]);

impl<const N: usize> Few<N> {
    pub(super) const fn new() -> Self {
        Self([const { Cell::new(None) }; N])
    }

    #[inline]
    pub(super) fn series(&self, number: usize, find: impl FnOnce() -> &'static Series) -> &'static Series {
        match self.0[number].get() {
            Some(series) => series,
            None => self.find(number, find),
        }
    }

    #[cold]
    #[inline(never)]
    fn find(&self, number: usize, find: impl FnOnce() -> &'static Series) -> &'static Series {
        let series = find();
        if is_cacheable(series) {
            self.0[number].set(Some(series));
        }
        series
    }
}

/// False during a set-up, when there is no series, and beyond a cap, where each look-up is counted.
fn is_cacheable(series: &'static Series) -> bool {
    series.is_counted() && series.is_within_caps()
}

#[cold]
#[inline(never)]
fn found(key: Option<Key>, find: impl FnOnce() -> &'static Series) -> &'static Series {
    let series = find();
    if let Some(key) = key
        && is_cacheable(series)
    {
        RECENT.with(|recent| {
            let slot = &recent[key.slot()];
            slot.key.set(key);
            slot.series.set(Some(series));
        });
    }
    series
}
