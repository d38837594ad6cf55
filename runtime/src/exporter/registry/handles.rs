//! Cells by key: `counter!`, `gauge!` and `histogram!` register their metric on every call, so this look-up is most of the cost of such a call.

use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use hashbrown::HashTable;
use metrics::Key;

/// The cells of all keys that were registered. The keys are divided among tables by their hash, so that threads rarely wait for each other. A scrape does
/// not use this.
///
/// The table is hashbrown's and not the standard library's, which cannot use a hash that the key already has.
#[derive(Debug)]
pub(super) struct Handles<T>(Box<[RwLock<Cells<T>>]>);

type Cells<T> = HashTable<(Key, Arc<T>)>;

impl<T> Default for Handles<T> {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self((0..threads.next_power_of_two()).map(|_| RwLock::default()).collect())
    }
}

impl<T> Handles<T> {
    /// The cell of a key that was registered.
    #[inline]
    pub(super) fn get(&self, key: &Key) -> Option<Arc<T>> {
        let table = self.table(key).read().unwrap_or_else(PoisonError::into_inner);
        table.find(key.get_hash(), |(known, _)| known == key).map(|(_, cell)| Arc::clone(cell))
    }

    /// Registers a key. If another thread was first, the cell is the same.
    pub(super) fn add(&self, key: &Key, cell: &Arc<T>) {
        let mut table = self.table(key).write().unwrap_or_else(PoisonError::into_inner);
        let entry = table.entry(key.get_hash(), |(known, _)| known == key, |(known, _)| known.get_hash());
        entry.or_insert_with(|| (key.clone(), Arc::clone(cell)));
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "some of the bits are enough")]
    fn table(&self, key: &Key) -> &RwLock<HashTable<(Key, Arc<T>)>> {
        // The tables themselves use the lowest and the highest bits.
        &self.0[(key.get_hash() >> 32) as usize & (self.0.len() - 1)]
    }
}
