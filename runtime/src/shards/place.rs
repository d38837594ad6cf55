//! Where a call that began on this thread is counted, in one word: an address, with a tag in its unused low bits.
//!
//! With `unsafe`, a call finds both by one load from its thread's table, and ends without another look-up.
//!
//! | tag | what is at the address | how a call begins and ends |
//! | --- | --- | --- |
//! | a [`Mode`] | this thread's slots of a series | according to the mode |
//! | [`ELSEWHERE`] | a [`CallTarget`], or nothing | without slots of this thread |

#![allow(unsafe_code, reason = "measured, see above")]

use std::hint::unreachable_unchecked;
use std::ptr::{self, NonNull};

use super::block::{Block, Mode};
use super::layout::{BEGUN, NANOSECONDS, OUTCOMES};
use super::slots::{Counts, Slots};
use super::target::{CallTarget, Tracked};
use crate::atomic::{
    AtomicU64,
    Ordering::{Relaxed, Release},
    add,
};
use crate::ticks::{nanoseconds_of, ticks};
#[cfg(feature = "exemplars")]
use crate::{exemplar, exit::outcome_slot};

/// The bits of the tag. Slots begin at a cache line or one word after it.
const TAG: usize = 7;

/// The bits of a mode. One of them is the position of the slots in their cache line; calls begin in the same way with it and without it.
const MODE: usize = 15;

const ELSEWHERE: usize = 6;

const _: () = {
    assert!(align_of::<CallTarget>() > MODE);
    // The three frequent modes are recognised by single bits: `Ticks` has none, and only `Untimed` has the lowest, and only `Native` the highest.
    assert!(Mode::Ticks as usize == 0 && Mode::Untimed as usize == 1);
    assert!((Mode::Native as usize | Mode::Tracked as usize | Mode::Other as usize | ELSEWHERE) & 1 == 0);
    assert!(Mode::Native as usize & TAG == 0 && Mode::Native as usize == MODE - TAG);
};

/// Where a call is counted. It is not `Send`, because slots belong to one thread. A guard that contains one is a local variable of the measured function, so it is
/// dropped before the thread ends and frees the slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(NonNull<&'static CallTarget>);

/// What a function returns that begins a call: always `Some`. Of a pair, the compiler does not know that the first word is not 0 once a function has returned it,
/// and would check it again where the call ends.
#[derive(Clone, Copy)]
pub(crate) struct Started(Option<(Place, u64)>);

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl From<(Place, u64)> for Started {
    #[inline(always)]
    fn from(begun: (Place, u64)) -> Self {
        Self(Some(begun))
    }
}

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl Started {
    #[inline(always)]
    pub(crate) fn call(self) -> Option<(Place, u64)> {
        // SAFETY: it is always made from a pair, see above.
        #[cfg(not(unoptimised))]
        unsafe {
            std::hint::assert_unchecked(self.0.is_some());
        }
        self.0
    }
}

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl Place {
    /// The place of a call that is not counted, and of a series without slots on this thread.
    pub(crate) const NONE: Self = match NonNull::new(ptr::without_provenance_mut(ELSEWHERE)) {
        Some(address) => Self(address),
        None => panic!("the tag is not 0"),
    };

    /// A target without slots of this thread.
    pub(crate) fn of(target: &'static CallTarget) -> Self {
        Self(NonNull::from(target).cast().map_addr(|address| address | ELSEWHERE))
    }

    /// The mode of slots that have this target as their owner.
    pub(super) fn mode(target: &CallTarget) -> Mode {
        match target {
            CallTarget::Sharded(block) => block.mode,
            _ => Mode::Tracked,
        }
    }

    /// Slots that have this target as their owner.
    pub(super) fn in_slots(slots: Slots, target: &'static CallTarget) -> Self {
        let mode = Self::mode(target);
        debug_assert_eq!(slots.address() & MODE, mode.first_word() * size_of::<u64>());
        Self(slots.pointer().cast().map_addr(|address| address | mode as usize))
    }

    /// The address with the tag.
    #[inline(always)]
    fn bits(self) -> usize {
        self.0.as_ptr().addr()
    }

    #[inline(always)]
    pub(crate) fn is_none(self) -> bool {
        self.bits() == ELSEWHERE
    }

    #[inline(always)]
    fn tag(self) -> usize {
        self.bits() & TAG
    }

    /// Whether the place is in slots and has this mode.
    #[inline(always)]
    pub(super) fn is_of(self, mode: Mode) -> bool {
        match mode {
            Mode::Untimed | Mode::Native => self.bits() & mode as usize != 0,
            mode => self.bits() & MODE == mode as usize,
        }
    }

    /// Counts the beginning of a call, if calls read the time stamp counter here: with classic or with native buckets.
    #[inline(always)]
    pub(crate) fn begin_with_ticks(self) -> bool {
        if self.0.as_ptr().addr() & TAG != 0 {
            return false;
        }
        // SAFETY: without a tag it was made from slots of one of these modes. They exist until the thread ends, see above.
        unsafe { add!(self.0.as_ptr().cast::<AtomicU64>(), BEGUN, 1u64, Relaxed) };
        true
    }

    /// Counts the beginning of a call, if calls are not timed here.
    #[inline(always)]
    pub(crate) fn begin_untimed(self) -> bool {
        if self.0.as_ptr().addr() & Mode::Untimed as usize == 0 {
            return false;
        }
        // SAFETY: as above.
        unsafe { add!(self.0.byte_sub(Mode::Untimed as usize).as_ptr().cast::<AtomicU64>(), BEGUN, 1u64, Relaxed) };
        true
    }

    /// Returns the slots of a place of this mode.
    ///
    /// # Safety
    /// The place has this mode.
    #[inline(always)]
    unsafe fn slots_in(self, mode: Mode) -> Slots {
        // SAFETY: the address without the tag is that of the slots.
        unsafe { Slots::at(self.0.byte_sub(mode as usize & TAG).cast()) }
    }

    /// Counts the end of a call, if it has finished and calls read the time stamp counter here, with classic buckets; returns whether it was counted.
    #[inline(always)]
    pub(crate) fn end_with_ticks(self, since: u64, outcome: usize, error: Option<usize>) -> bool {
        if self.0.as_ptr().addr() & MODE != Mode::Ticks as usize {
            return false;
        }
        // Like `Counts::end`, which calls functions that are in place and take time in debug builds nevertheless.
        // SAFETY: as in `counts`; the owner is the first word.
        unsafe {
            let CallTarget::Sharded(block) = *self.0.as_ref() else { unreachable_unchecked() };
            let layout = block.layout;
            if outcome >= layout.finished {
                return false;
            }
            let nanoseconds = nanoseconds_of(ticks().saturating_sub(since), layout.tick);
            let slots = self.0.as_ptr().cast::<AtomicU64>();
            add!(slots, layout.first_bucket + layout.bounds.bucket(nanoseconds), 1u64, Relaxed);
            add!(slots, NANOSECONDS, nanoseconds, Relaxed);
            if let Some(kind) = error
                && kind < layout.errors
            {
                add!(slots, layout.first_error + kind, 1u64, Relaxed);
            }
            // Release, and last: a scrape that sees this end sees everything that the call counted.
            add!(slots, OUTCOMES + outcome, 1u64, Release);
            #[cfg(feature = "exemplars")]
            observe(block, nanoseconds, outcome);
        }
        true
    }

    /// Returns the series and this thread's counts, if the place has this mode, in which calls are not tracked.
    #[inline(always)]
    pub(super) fn counts(self, mode: Mode) -> Option<(&'static Block, Counts<'static>)> {
        if !self.is_of(mode) {
            return None;
        }
        // SAFETY: a place with the tag of a mode was made from slots with an owner of this type, whose block has that mode; only `Tracked` has another
        // variant as its owner. The slots exist until the thread ends, see above, and have the layout of the block.
        unsafe {
            let slots = self.slots_in(mode);
            let block = match slots.owner::<CallTarget>() {
                CallTarget::Sharded(block) => block,
                _ if mode == Mode::Tracked => return None,
                _ => unreachable_unchecked(),
            };
            Some((block, slots.of(block.layout)))
        }
    }

    /// Returns the series and this thread's counts, if its calls are tracked.
    #[inline(always)]
    pub(super) fn tracked(self) -> Option<(&'static Tracked, Counts<'static>)> {
        if !self.is_of(Mode::Tracked) {
            return None;
        }
        let slots = self.slots()?;
        // SAFETY: slots were made with an owner of this type, exist until the thread ends, and have the layout of the block.
        unsafe {
            match slots.owner::<CallTarget>() {
                CallTarget::Tracked(tracked) => Some((tracked, slots.of(tracked.block.layout))),
                _ => None,
            }
        }
    }

    /// Returns the slots, if there are any.
    pub(super) fn slots(self) -> Option<Slots> {
        if self.tag() == ELSEWHERE {
            return None;
        }
        let address = self.0.as_ptr().map_addr(|address| address & !TAG);
        // SAFETY: with any other tag, it was made from slots.
        NonNull::new(address.cast()).map(|address| unsafe { Slots::at(address) })
    }

    /// Returns the target of a call without slots of this thread.
    #[inline(always)]
    pub(crate) fn elsewhere(self) -> Option<&'static CallTarget> {
        if self.tag() != ELSEWHERE {
            return None;
        }
        // SAFETY: with this tag it was made from a reference to a `CallTarget`, or it is `NONE`, which becomes a null pointer.
        unsafe { self.0.cast::<CallTarget>().as_ptr().wrapping_byte_sub(ELSEWHERE).cast_const().as_ref() }
    }

    /// Returns the target of the call; `None` if it is not counted.
    pub(crate) fn target(self) -> Option<&'static CallTarget> {
        match self.slots() {
            // SAFETY: slots exist until the thread ends, and were made with an owner of this type.
            Some(slots) => Some(unsafe { slots.owner() }),
            None => self.elsewhere(),
        }
    }
}

/// Offers a timed call as an exemplar.
#[cfg(feature = "exemplars")]
#[inline]
pub(super) fn observe(block: &Block, nanoseconds: u64, outcome: usize) {
    exemplar::observe(block.histogram_id(outcome_slot(outcome, block.layout.outcomes)), nanoseconds);
}
