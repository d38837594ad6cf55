//! The slots of one series' native buckets.
//!
//! Durations of one series are spread over a few powers of two, and the cells of all of them would take 4 KiB a thread. The slots are therefore made in
//! chunks of a cache line, when the first duration is counted in one: the chunk gets its place in all shards, and a thread's shard gets the segment
//! when the thread counts there.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use super::add;
use super::atomic::{AtomicU64, Ordering};
use super::cells::{Cells, NativeBucket};
use super::pool::{LINE, Shard, Shards, with_shard};
use super::slots::{SHARED, UNUSED, allocate_into};
use crate::setup::SetUp;

/// The slots of one series.
#[derive(Debug)]
pub(super) struct NativeSlots {
    cells: &'static Cells,
    /// Where each chunk begins in every shard, [`UNUSED`], or [`SHARED`].
    chunks: Box<[AtomicU32]>,
    /// The cells of chunks for which no slots were left, one for all threads.
    shared: OnceLock<Box<[AtomicU64]>>,
}

impl NativeSlots {
    pub(super) fn new(cells: &'static Cells) -> Self {
        let chunks = (0..cells.len().div_ceil(LINE)).map(|_| AtomicU32::new(UNUSED)).collect();
        Self { cells, chunks, shared: OnceLock::new() }
    }

    /// Counts a duration, and returns whether it was counted: in the middle of this thread's set-up it is not.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    pub(super) fn count(&self, shard: &Shard, nanoseconds: u64) -> bool {
        let cell = self.cells.cell(nanoseconds);
        // Relaxed: it is a number, and what it refers to is made by locks of its own.
        if let Some(base) = self.chunks.get(cell / LINE).map(|base| base.load(Ordering::Relaxed))
            && let Some(slots) = shard.written(base as usize)
        {
            add(slots.at(cell % LINE), 1, Ordering::Relaxed);
            return true;
        }
        self.count_first(cell)
    }

    /// The first duration of a thread in a chunk.
    #[cold]
    #[inline(never)]
    fn count_first(&self, cell: usize) -> bool {
        // What is made here allocates, and an annotated allocator would wait for itself.
        let Some(_set_up) = SetUp::begin() else { return false };
        let Some(chunk) = self.chunks.get(cell / LINE) else { return false };
        let base = match chunk.load(Ordering::Relaxed) {
            UNUSED => allocate_into(chunk, LINE),
            base => base,
        };
        if base == SHARED {
            let all = self.shared.get_or_init(|| (0..self.cells.len()).map(|_| AtomicU64::new(0)).collect());
            all[cell].fetch_add(1, Ordering::Relaxed);
        } else {
            with_shard(|shard| {
                add(shard.slots(base as usize).at(cell % LINE), 1, Ordering::Relaxed);
            });
        }
        true
    }

    /// Adds the counts to the classic buckets, and hands those of the native ones to `native`.
    pub(super) fn read(&self, shards: &Shards, classic: &mut [u64], native: &mut dyn FnMut(NativeBucket, u64)) {
        let mut counts = [0u64; LINE];
        for (at, chunk) in self.chunks.iter().enumerate() {
            let base = chunk.load(Ordering::Relaxed);
            if base == UNUSED {
                continue;
            }
            let first = at * LINE;
            counts.fill(0);
            if base == SHARED {
                let shared = self.shared.get().into_iter().flat_map(|all| all.iter().skip(first));
                counts.iter_mut().zip(shared).for_each(|(count, slot)| *count += slot.load(Ordering::Relaxed));
            } else {
                for slots in shards.iter().filter_map(|shard| shard.written(base as usize)) {
                    for (offset, count) in counts.iter_mut().enumerate() {
                        *count += slots.at(offset).load(Ordering::Relaxed);
                    }
                }
            }
            for (offset, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                let Some((place, bucket)) = self.cells.buckets(first + offset) else { continue };
                if let Some(classic) = classic.get_mut(place) {
                    *classic += count;
                }
                native(bucket, *count);
            }
        }
    }
}
