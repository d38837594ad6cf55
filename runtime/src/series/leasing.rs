//! Series whose values can expire, see `idle.rs`.

use metrics::SharedString;

use super::entry::{Entry, Made, Owner};
use super::families::{Families, Series};
#[cfg(feature = "exporter")]
use crate::handles::Keys;
use crate::idle::leased::Leased;
use crate::idle::places::Resident;

impl Series {
    /// Returns keys that identify the series, whatever its values are: for values that can expire, they contain the numbers of their places.
    #[cfg(feature = "exporter")]
    pub(crate) fn lasting_keys(&self) -> Keys {
        match self.leased() {
            None => self.keys(),
            Some(leased) => self.keys_with(leased.identity().to_vec()),
        }
    }

    /// Releases the pin of a call that looked up the series.
    #[cold]
    #[inline(never)]
    pub(crate) fn release(&self) {
        if let Some(pins) = self.pins() {
            pins.release();
        }
    }

    /// The places of its values, if they can expire.
    pub(crate) fn leased(&self) -> Option<&'static Leased> {
        Some(self.pins()?.leased())
    }

    /// Adds a pin for another call, and returns the series.
    pub(crate) fn pin_again(&'static self) -> &'static Self {
        if let Some(pins) = self.pins() {
            pins.pin_again();
        }
        self
    }
}

impl Owner<Series> for Families {
    fn families_with(&self, label: usize) -> Vec<&'static str> {
        let families = self.meta().families.iter().map(|(_, family)| family);
        families.filter(|family| family.carries(label)).map(|family| family.name).collect()
    }

    fn make(&'static self, values: Made, cell: Option<usize>) -> Series {
        Series::made(self, values, cell)
    }
}

impl Entry for Series {
    fn revive(&'static self, texts: &dyn Fn() -> Vec<SharedString>) {
        if let Some(leased) = self.leased() {
            leased.revive(self, texts);
        }
    }
}

impl Resident for Series {
    fn reset(&'static self) {
        if let Some(leased) = self.leased() {
            leased.end();
        }
        #[cfg(feature = "exporter")]
        if let Some(target) = self.sharded() {
            target.reset();
        }
    }
}
