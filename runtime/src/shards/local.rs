//! This thread's slots: a table from the numbers of series to this thread's slots of them.
//!
//! With `unsafe`, a call reads only a length, an address and a place. Safe access to a thread-local with a destructor also checks that it still exists, because
//! destructors of a thread may make calls after it was dropped.

#![allow(unsafe_code, reason = "measured, see above")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::slice;

use super::block::Block;
use super::place::Place;
use super::slots::{Counts, Slots};
use super::target::CallTarget;
use crate::atomic::AtomicU64;
use crate::setup::SetUp;

/// Words of a cache line. Slots begin at a cache line, so the slots that most calls write to are in few lines, and no two threads share one.
const LINE: usize = 8;

/// Lines of the first chunk of a thread, and of the largest one.
const CHUNK: std::ops::RangeInclusive<usize> = 8..=256;

thread_local! {
    /// The table of `OWNED`, or none. It has no destructor, so it can be read until the thread has ended.
    static TABLE: Cell<&'static [Place]> = const { Cell::new(&[]) };

    static OWNED: RefCell<Owned> =
        const { RefCell::new(Owned { table: Vec::new(), chunks: Vec::new(), free: 0..0, uses: BTreeMap::new() }) };
}

/// The table and the slots of a thread.
struct Owned {
    table: Vec<Place>,
    chunks: Vec<NonNull<[Line]>>,
    /// The lines of the last chunk that are not used yet.
    free: std::ops::Range<usize>,
    /// How often calls of a series began or ended here without slots, by number. A map needs memory only for the series that this thread calls.
    uses: BTreeMap<u32, u16>,
}

#[repr(align(64))]
struct Line {
    _words: [MaybeUninit<AtomicU64>; LINE],
}

/// Returns the place of the series with this number, if the table contains the number. The number is read after the address of the table is known: without
/// link-time optimization, that is a function call, before which the compiler saves a register for the number.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn entry(number: impl FnOnce() -> u32) -> Option<Place> {
    TABLE.try_with(|table| table.get().get(number() as usize).copied()).ok()?
}

/// Returns the place of the series with this number. Debug builds call it instead of [`entry`], because to make and to match an `Option` takes time there.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn find(number: u32) -> Place {
    match TABLE.try_with(Cell::get) {
        Ok(table) if (number as usize) < table.len() => table[number as usize],
        _ => Place::NONE,
    }
}

/// Makes calls find this table.
///
/// # Safety
/// Calls find another table before it is changed or freed.
unsafe fn publish(table: &[Place]) {
    // SAFETY: guaranteed by the caller. Only this thread reads it, and copies a place.
    TABLE.set(unsafe { slice::from_raw_parts(table.as_ptr(), table.len()) });
}

/// Runs `f` with this thread's slots of a series, if it has any.
pub(super) fn with<R>(block: &Block, f: impl FnOnce(Counts<'_>) -> R) -> Option<R> {
    let slots = find(block.number).slots()?;
    // SAFETY: slots in the table exist until this thread ends. They are at the number of the block that they were made for, which no other block has.
    Some(f(unsafe { slots.of(block.layout) }))
}

/// Makes this thread's slots of a series, if the series admits the thread. After the destructor of `OWNED` has run, nothing is made.
pub(super) fn make(target: &'static CallTarget) {
    let Some(block) = target.block() else { return };
    let _ = OWNED.try_with(|owned| {
        // If it is borrowed already, this call was made while other slots are being made.
        if let Ok(mut owned) = owned.try_borrow_mut() {
            owned.make(target, block);
        }
    });
}

impl Owned {
    fn make(&mut self, target: &'static CallTarget, block: &'static Block) {
        let number = block.number as usize;
        if self.table.get(number).is_some_and(|place| !place.is_none()) {
            return;
        }
        if !block.admits(|| self.count_use(block.number)) {
            return;
        }
        let first = Place::mode(target).first_word();
        // SAFETY: `words` returns more words than these.
        let words = unsafe { self.words(first + block.layout.words).add(first) };
        // SAFETY: these words of a chunk are not used yet, and the chunk exists until `self` is dropped.
        let slots = unsafe { Slots::new(words, target, block.layout) };
        if self.table.len() <= number {
            self.grow((number + 1).max(self.table.len() * 2));
        }
        // SAFETY: they have the block's layout, and `drop` calls `end_running` before it frees them.
        unsafe { block.add_running(slots) };
        TABLE.set(&[]);
        self.table[number] = Place::in_slots(slots, target);
        // SAFETY: it is changed only here, and it is freed in `grow` and in `drop`, both of which replace it before.
        unsafe { publish(&self.table) };
        self.uses.remove(&block.number);
    }

    /// Grows the table. An instrumented allocator makes calls meanwhile, which look up their slots: they find the old table until the new one has its
    /// entries, and the new one before the old one is freed.
    fn grow(&mut self, len: usize) {
        let mut table = Vec::with_capacity(len);
        table.extend_from_slice(&self.table);
        table.resize(len, Place::NONE);
        // SAFETY: as in `make`.
        unsafe { publish(&table) };
        self.table = table;
    }

    /// Counts a use of a series without slots, and returns the number of uses.
    fn count_use(&mut self, number: u32) -> u16 {
        let uses = self.uses.entry(number).or_default();
        *uses = uses.saturating_add(1);
        *uses
    }

    /// Takes words that begin at a cache line.
    fn words(&mut self, words: usize) -> NonNull<AtomicU64> {
        let lines = words.div_ceil(LINE);
        if self.free.len() < lines {
            let size = (*CHUNK.start() << self.chunks.len().min(16)).min(*CHUNK.end()).max(lines);
            let chunk = Box::into_raw(Box::<[Line]>::new_uninit_slice(size)) as *mut [Line];
            self.chunks.extend(NonNull::new(chunk));
            self.free = 0..size;
        }
        let at = self.free.start;
        self.free.start += lines;
        let chunk = self.chunks[self.chunks.len() - 1];
        // SAFETY: the chunk has that many lines.
        unsafe { chunk.cast::<Line>().add(at).cast() }
    }
}

/// When a thread ends, its counts are added to the common slots, and its memory is freed.
impl Drop for Owned {
    fn drop(&mut self) {
        let _set_up = SetUp::enter();
        TABLE.set(&[]);
        for slots in self.table.drain(..).filter_map(Place::slots) {
            // SAFETY: they are freed only below, and `make` gave them an owner of this type.
            let target = unsafe { slots.owner::<CallTarget>() };
            if let Some(block) = target.block() {
                block.end_running(slots);
            }
        }
        for chunk in self.chunks.drain(..) {
            // SAFETY: it comes from `Box::into_raw`, and no table and no block contains slots in it any more.
            drop(unsafe { Box::from_raw(chunk.as_ptr() as *mut [MaybeUninit<Line>]) });
        }
    }
}
