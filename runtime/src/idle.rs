//! Values of open labels that leave: `open(.., idle = 600)` and `Handle::retire`. Each value has a place under the cap, and leaves it when it was not
//! seen for that long.
//!
//! ```text
//! lookup ──read lock──> by_text ──> place: pins | seen | generation | series ──> the series with this value
//! new value, expiry, `retire` ──write lock──┘
//! ```
//!
//! **Who owns a place.** A value owns its place from its first look-up until it leaves. Sites that share a family share its values, so that a
//! value leaves all of them at once: the exposition adds the counts of sites up, and a sum in which one of them restarts would go back.
//!
//! **How a call pins its series.** Every look-up pins the place, under the read lock. What takes the series over (`Running`, or `Stage` until the
//! first poll) releases it when the call has ended and is counted, or is not counted at all. A static operation never releases it.
//!
//! **Hand-over.** A value leaves under the write lock and only without pins. A pin is taken under the read lock and released with
//! `Release`, and the count is read with `Acquire`. So nobody else writes to the series in that moment, everything that was counted is visible, and
//! the series can be reset in place: slots of threads go back to 0, and the next value finds them so because it was inserted under the same lock.
//! No slot changes its owner or its address, and no memory is freed or allocated: it is bounded by the cap, however many values come and go.
//!
//! **Scrapes** do not pin. A place has a generation, which increases before anything is reset. A scrape reads the values of a series, then the
//! generation, and leaves the series out if it has changed. What it read before the change are the counts of the value that left.
//!
//! **Caches.** Series of such labels change their values, so no cache may keep one by its text. They are never in the cells of a
//! [`Table`](crate::series::table::Table), and only its slow path returns them; a cache of what the quick path finds needs no invalidation.
//!
//! **Limits.** A value leaves when a scrape, a new value beyond the cap, or `Handle::retire` finds it. With another process-wide recorder
//! the handles of a series are cached for good, and its values stay.

pub(crate) mod groups;
pub(crate) mod leased;
pub(crate) mod places;
