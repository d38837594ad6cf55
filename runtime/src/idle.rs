//! Values of open labels that expire: `open(.., idle = 600)` and `Handle::retire`. Each value occupies a place under the cap, and frees it after that time
//! without a call.
//!
//! ```text
//! lookup ──read lock──> by_text ──> place: pins | seen | generation | series ──> the series with this value
//! new value, expiry, `retire` ──write lock──┘
//! ```
//!
//! **Ownership.** A value owns its place from its first look-up until it is removed. Sites that share a family share its values, so a value expires in all of them at
//! once: the exposition adds the counts of sites, and the sum would decrease if one of them were reset.
//!
//! **Pins.** Every look-up pins the place, under the read lock. The owner of the call (`Running`, or `Stage` until the first poll) releases the pin after the
//! call has been counted, or when it is not counted at all. A static operation never releases its pin.
//!
//! **Reset.** A value expires under the write lock and only if the place has no pins. A pin is taken under the read lock and released with `Release`, and the
//! number of pins is read with `Acquire`. So no other thread writes to the series at that moment, all counts are visible, and the series can be reset in
//! place: slots of threads are set to 0, and the next value sees these zeros because it is inserted under the same lock. No slot changes its owner or its
//! address, and no memory is freed or allocated: memory is bounded by the cap, however many values come and go.
//!
//! **Scrapes** do not pin. A place has a generation, which increases before anything is reset. A scrape reads the values of a series, then the generation,
//! and omits the series if it has changed. With an unchanged generation, all values that it read are those of the current value of the label.
//!
//! **Metrics.** Counters, gauges and histograms have no slots of threads. Their cells belong to the exporter, which makes one for each series and finds its
//! labels at each scrape. A look-up's pin is released after the update, and a guard of a gauge has a pin of its own. A gauge that `add` or `sub` has changed
//! stays until it is zero: a later `sub` would make it negative.
//!
//! **Caches.** A series of such a label has different values over time, so a cache must not find it by its text. The fast path of a
//! [`Table`](crate::series::table::Table) never finds these series: its slow path finds them by the numbers of their places, after it has pinned them. So
//! caches of the fast path need no invalidation.
//!
//! **Limits.** A value expires during a scrape, when a new value beyond the cap needs a place, or by `Handle::retire`. With another process-wide recorder,
//! the handles of a series are cached until the process ends, and its values stay.

pub(crate) mod groups;
pub(crate) mod leased;
pub(crate) mod level;
pub(crate) mod metric;
pub(crate) mod places;
mod text_hash;
