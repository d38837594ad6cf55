//! Where a call counts that began on this thread, in one word: an address, and in its free bits how the call goes on.
//!
//! `unsafe` here buys that a call finds all of that by one load from its thread's table, and ends without another look into it.
//!
//! | tag | what is at the address | how a call begins and ends |
//! | --- | --- | --- |
//! | that of a [`Mode`] | this thread's slots of a series | as the mode says |
//! | [`ELSEWHERE`] | a [`CallTarget`], or nothing | without slots of the thread's own |

#![allow(unsafe_code, reason = "measured, see above")]

use std::ptr::{self, NonNull};

use super::block::{Block, Mode};
use super::slots::{Counts, Slots};
use super::target::CallTarget;

/// The bits of the tag. Slots begin at a cache line or one word after it, and targets have this alignment.
const TAG: usize = 7;

/// Those of a mode: the place of slots in their line is one of them. Calls with and without that bit begin in the same way.
const MODE: usize = 15;

const ELSEWHERE: usize = 6;

const _: () = {
    assert!(align_of::<CallTarget>() > TAG);
    // The two frequent modes are told by a test of bits: with none, and with the lowest.
    assert!(Mode::Ticks as usize == 0 && Mode::Untimed as usize == 1);
    assert!((Mode::Native as usize | Mode::Other as usize | ELSEWHERE) & 1 == 0);
    assert!(Mode::Native as usize & TAG == 0 && Mode::Native as usize == MODE - TAG);
};

/// Where a call counts. It is not `Send`: slots are those of one thread. A guard that has one is a local variable of the function that is measured, so it is
/// gone when the thread ends and frees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(*const ());

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl Place {
    /// Of a call that is not counted or has ended, and of a series of which the thread has no slots.
    pub(crate) const NONE: Self = Self(ptr::without_provenance(ELSEWHERE));

    /// Without slots of the thread's own.
    pub(crate) fn of(target: &'static CallTarget) -> Self {
        Self(ptr::from_ref(target).cast::<()>().map_addr(|address| address | ELSEWHERE))
    }

    /// How calls go on in slots that have this target as their owner.
    pub(super) fn mode(target: &CallTarget) -> Mode {
        match target {
            CallTarget::Sharded(block) => block.mode,
            _ => Mode::Other,
        }
    }

    /// In slots that have this target as their owner.
    pub(super) fn in_slots(slots: Slots, target: &'static CallTarget) -> Self {
        let mode = Self::mode(target);
        debug_assert_eq!(slots.address() & MODE, mode.first_word() * size_of::<u64>());
        Self(slots.pointer().cast::<()>().cast_const().map_addr(|address| address | mode as usize))
    }

    #[inline(always)]
    pub(crate) fn is_none(self) -> bool {
        self.0.addr() == ELSEWHERE
    }

    #[inline(always)]
    fn tag(self) -> usize {
        self.0.addr() & TAG
    }

    /// Whether it is in slots, and calls go on there in this way.
    #[inline(always)]
    pub(super) fn is_of(self, mode: Mode) -> bool {
        match mode {
            Mode::Untimed => self.0.addr() & 1 != 0,
            mode => self.0.addr() & MODE == mode as usize,
        }
    }

    /// This thread's counts, if calls read the time stamp counter here: with classic buckets or with native ones.
    #[inline(always)]
    pub(super) fn counts_with_ticks(self) -> Option<Counts<'static>> {
        if self.tag() != 0 {
            return None;
        }
        // SAFETY: without a tag it was made of slots of one of these modes; as in `counts`.
        unsafe {
            let slots = Slots::at(NonNull::new_unchecked(self.0.cast_mut().cast()));
            match slots.owner::<CallTarget>() {
                CallTarget::Sharded(block) => Some(slots.of(block.layout)),
                _ => std::hint::unreachable_unchecked(),
            }
        }
    }

    /// The series and this thread's counts of it, if calls go on in this way here and nothing more is kept of them.
    #[inline(always)]
    pub(super) fn counts(self, mode: Mode) -> Option<(&'static Block, Counts<'static>)> {
        if !self.is_of(mode) {
            return None;
        }
        let address = self.0.wrapping_byte_sub(mode as usize & TAG).cast_mut();
        // SAFETY: a place with the tag of a mode was made of slots with an owner of this type, whose block has that mode; only with `Other` there may be
        // another kind of owner. They are there until the thread ends, see above, and have the layout of the block.
        unsafe {
            let slots = Slots::at(NonNull::new_unchecked(address.cast()));
            let block = match slots.owner::<CallTarget>() {
                CallTarget::Sharded(block) => block,
                _ if mode == Mode::Other => return None,
                _ => std::hint::unreachable_unchecked(),
            };
            Some((block, slots.of(block.layout)))
        }
    }

    /// The slots, if there are any.
    pub(super) fn slots(self) -> Option<Slots> {
        if self.tag() == ELSEWHERE {
            return None;
        }
        let address = self.0.map_addr(|address| address & !TAG).cast_mut();
        // SAFETY: with any other tag it was made of slots.
        NonNull::new(address.cast()).map(|address| unsafe { Slots::at(address) })
    }

    /// What the call counts on, without slots.
    #[inline(always)]
    pub(crate) fn elsewhere(self) -> Option<&'static CallTarget> {
        if self.tag() != ELSEWHERE {
            return None;
        }
        // SAFETY: with this tag it was made of a reference to one, or is `NONE` and leaves a null pointer.
        unsafe { self.0.wrapping_byte_sub(ELSEWHERE).cast::<CallTarget>().as_ref() }
    }

    /// What the call counts on; `None` if it is not counted.
    pub(crate) fn target(self) -> Option<&'static CallTarget> {
        match self.slots() {
            // SAFETY: slots are there until the thread ends, and were given an owner of this type.
            Some(slots) => Some(unsafe { slots.owner() }),
            None => self.elsewhere(),
        }
    }
}
