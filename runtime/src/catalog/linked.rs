//! Finds the declarations in the linked program.

use super::registration::Registration;

/// All declarations of this build of the crate.
pub(crate) fn registrations() -> impl Iterator<Item = Registration> {
    imp::entries().filter_map(Result::ok)
}

/// Whether the section contains only entries of this build.
#[cfg(feature = "exporter")]
pub(crate) fn is_intact() -> bool {
    imp::entries().all(|entry| entry.is_ok())
}

/// Something in the section that is not an entry of this build. Everything after it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreign;

#[cfg(catalog_sections)]
#[allow(unsafe_code, reason = "only the linker knows where a section begins and ends")]
mod imp {
    use std::hint::black_box;
    use std::sync::atomic::Ordering::Relaxed;

    use super::super::entry::{Declared, Entry, Kind, STAMP};
    use super::super::function::Named4;
    use super::super::layout::Layout;
    use super::super::registration::Registration;
    use super::Foreign;
    use crate::head::Head;
    use crate::series::families::Families;

    /// The layout of the other entries, for tools that read the executable. `#[used]`, so that it is linked even if nothing else of its codegen unit is.
    #[used]
    #[unsafe(link_section = __section!(layout))]
    static LAYOUT: Entry<Layout> = Entry::new(Layout::THIS);

    /// The beginning and the end of the section. The pointers have the type `Head`, so that they may be read as one and have the alignment of entries.
    #[cfg(not(catalog_sections = "pe"))]
    fn bounds() -> (*const Head, *const Head) {
        unsafe extern "C" {
            #[link_name = __section!(first)]
            static FIRST: Head;
            #[link_name = __section!(last)]
            static LAST: Head;
        }
        (&raw const FIRST, &raw const LAST)
    }

    /// The beginning and the end of the section. PE linkers define no symbols for them, but sort sections by the part of the name after `$`.
    #[cfg(catalog_sections = "pe")]
    fn bounds() -> (*const Head, *const Head) {
        #[unsafe(link_section = __section!(last))]
        static LAST: Head = Head::END;
        ((&raw const LAYOUT).cast(), &raw const LAST)
    }

    pub(super) fn entries() -> impl Iterator<Item = Result<Registration, Foreign>> {
        // The reference keeps this entry, and thereby the section, when the linker removes unused sections.
        black_box(&LAYOUT);
        let (first, last) = bounds();
        // `black_box`, because the pointer is used beyond the static that it was created from, and the compiler must not draw conclusions from that.
        // SAFETY: Between these two, the linker places initialised statics next to each other and fills gaps with zeros. They live as long as the
        // program.
        unsafe { Entries::new(black_box(first), black_box(last).addr()) }
    }

    /// Iterates over the entries, and verifies each before it is used.
    #[derive(Debug)]
    pub(in crate::catalog) struct Entries {
        at: *const Head,
        end: usize,
    }

    impl Entries {
        /// # Safety
        /// The memory from `first` up to `end` must be initialised and live as long as the program. Entries in it with this build's stamp must be created
        /// by [`Entry::new`].
        pub(in crate::catalog) unsafe fn new(first: *const Head, end: usize) -> Self {
            Self { at: first, end }
        }

        /// The entry at `at`, if it is of this type.
        fn value<T: Declared>(&self, head: &Head) -> Result<&'static T, Foreign> {
            let expected = Entry::<T>::head(STAMP);
            if head.size != expected.size || usize::from(head.size) > self.end - self.at.addr() {
                return Err(Foreign);
            }
            // SAFETY: The stamp says that this build made the entry, so its kind is that of its type; the size agrees, and all of it is before the end.
            // Entries are shared statics, and their types are `Sync`.
            Ok(unsafe { &(*self.at.cast::<Entry<T>>()).value })
        }

        /// The families of the entry at `at`, if it is that of a function.
        fn function(&self, head: &Head) -> Result<&'static Families, Foreign> {
            let size = usize::from(head.size);
            if size < size_of::<Named4>() || size % align_of::<Head>() != 0 || size > self.end - self.at.addr() {
                return Err(Foreign);
            }
            // SAFETY: As in `value`; an entry of this kind begins as one of `Families` does.
            Ok(unsafe { &(*self.at.cast::<Entry<Families>>()).value })
        }

        fn registration(&self, head: &Head) -> Result<Option<Registration>, Foreign> {
            const LAYOUT: u8 = Kind::Layout as u8;
            const OPERATION: u8 = Kind::Operation as u8;
            const SITE: u8 = Kind::Site as u8;
            const COUNTER: u8 = Kind::Counter as u8;
            const GAUGE: u8 = Kind::Gauge as u8;
            const HISTOGRAM: u8 = Kind::Histogram as u8;
            const INFO: u8 = Kind::Info as u8;
            const FUNCTION: u8 = Kind::Function as u8;
            // Relaxed: the stamp is never written after the program has started.
            if head.stamp.load(Relaxed) != STAMP {
                return Err(Foreign);
            }
            Ok(Some(match head.kind {
                LAYOUT => {
                    self.value::<Layout>(head)?;
                    return Ok(None);
                }
                OPERATION => Registration::Operation(self.value(head)?),
                SITE => Registration::Site(self.value(head)?),
                COUNTER => Registration::Counter(self.value(head)?),
                GAUGE => Registration::Gauge(self.value(head)?),
                HISTOGRAM => Registration::Histogram(self.value(head)?),
                INFO => Registration::Info(self.value(head)?),
                FUNCTION => Registration::Operation(self.function(head)?),
                _ => return Err(Foreign),
            }))
        }
    }

    impl Iterator for Entries {
        type Item = Result<Registration, Foreign>;

        fn next(&mut self) -> Option<Self::Item> {
            while self.end.saturating_sub(self.at.addr()) >= size_of::<Head>() {
                if !self.at.is_aligned() {
                    self.end = 0;
                    return Some(Err(Foreign));
                }
                // SAFETY: A head's bytes are left before the end, they are initialised, and any bytes are a valid head.
                let head = unsafe { &*self.at };
                // Relaxed, as above. Zeros are padding: some linkers align each object file's part of a section.
                let is_gap = head.stamp.load(Relaxed) == 0;
                let found = if is_gap { Ok(None) } else { self.registration(head) };
                let step = if is_gap { size_of::<Head>() } else { usize::from(head.size) };
                match found {
                    Ok(_) => self.at = self.at.wrapping_byte_add(step),
                    Err(Foreign) => self.end = 0,
                }
                if let Some(found) = found.transpose() {
                    return Some(found);
                }
            }
            None
        }
    }
}

#[cfg(all(test, catalog_sections))]
mod tests;

#[cfg(not(catalog_sections))]
mod imp {
    use super::super::registration::Registration;
    use super::Foreign;

    inventory::collect!(Registration);

    pub(super) fn entries() -> impl Iterator<Item = Result<Registration, Foreign>> {
        inventory::iter::<Registration>.into_iter().copied().map(Ok)
    }
}

/// A static that is known before `main`: `declare!(operation NAME = value)`, used as `NAME.value`.
#[cfg(catalog_sections)]
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    // Not `#[used]`: it is linked together with the function that it belongs to, and need not be exported.
    (operation $name:ident = $value:expr) => {
        #[unsafe(link_section = $crate::__private::section!())]
        static $name: $crate::__private::OperationEntry = $value;
    };
    (site $name:ident = $value:expr) => {
        $crate::__declare!(used $name: $crate::__private::Site = $value);
    };
    (info $name:ident = $value:expr) => {
        $crate::__declare!(used $name: $crate::__private::Info = $value);
    };
    (used $name:ident: $type:ty = $value:expr) => {
        #[used]
        #[unsafe(link_section = $crate::__private::section!())]
        static $name: $crate::__private::Entry<$type> = $crate::__private::Entry::new($value);
    };
    ($kind:ident $name:ident = $value:expr) => {
        $crate::__declare!(used $name: $crate::__private::MetricFamily<$crate::__private::metrics::$kind> = $value);
    };
}

/// A static that is known before `main`: `declare!(operation NAME = value)`, used as `NAME.value`.
#[cfg(not(catalog_sections))]
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    (operation $name:ident = $value:expr) => {
        static $name: $crate::__private::OperationEntry = $value;
        $crate::__private::inventory::submit! { $crate::__private::Registration::Operation(&$name.value) }
    };
    (site $name:ident = $value:expr) => {
        $crate::__declare!(Site $name: $crate::__private::Site = $value);
    };
    (info $name:ident = $value:expr) => {
        $crate::__declare!(Info $name: $crate::__private::Info = $value);
    };
    ($kind:ident $name:ident: $type:ty = $value:expr) => {
        static $name: $crate::__private::Entry<$type> = $crate::__private::Entry::new($value);
        $crate::__private::inventory::submit! { $crate::__private::Registration::$kind(&$name.value) }
    };
    ($kind:ident $name:ident = $value:expr) => {
        $crate::__declare!($kind $name: $crate::__private::MetricFamily<$crate::__private::metrics::$kind> = $value);
    };
}

pub use __declare as declare;
