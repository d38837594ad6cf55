//! The head of an entry of the catalogue's section, and what a function's entry contains around its families.
#![allow(unsafe_code, reason = "it is found by its address, because a pointer to it would cost each function 32 bytes")]

#[cfg(catalog_sections)]
use std::hint::black_box;
use std::sync::atomic::AtomicU32;

/// The first eight bytes of an entry. Zeros are padding between entries.
#[repr(C, align(8))]
#[derive(Debug)]
pub(crate) struct Head {
    /// Nothing writes it. It is atomic so that every entry is writable data. Otherwise, entries without pointers would be read-only, and the linker could
    /// create two sections with the same name.
    pub(crate) stamp: AtomicU32,
    /// The size of the entry in bytes, this head included.
    pub(crate) size: u16,
    /// A `Kind`.
    pub(crate) kind: u8,
    /// Of functions the number of the outcomes that no call has. Of others 1 if tools that read the executable skip the entry: what they read is its copy, see
    /// `on_demand.rs`.
    pub(crate) detail: u8,
}

/// The position of the detail in the head as a number.
#[cfg(catalog_sections)]
pub(crate) const DETAIL: u32 = if cfg!(target_endian = "little") { 56 } else { 0 };

#[cfg(catalog_sections)]
impl Head {
    /// The same bytes as a number.
    pub(crate) const fn number(self) -> u64 {
        let stamp = self.stamp.into_inner().to_ne_bytes();
        let size = self.size.to_ne_bytes();
        let [first, second, third, fourth] = stamp;
        u64::from_ne_bytes([first, second, third, fourth, size[0], size[1], self.kind, self.detail])
    }
}

#[cfg(catalog_sections = "pe")]
impl Head {
    /// The end of the section. It reads like padding.
    pub(crate) const END: Self = Self { stamp: AtomicU32::new(0), size: 0, kind: 0, detail: 0 };
}

/// Returns the detail of the head before a value of this size, and the bytes behind it: the line and the name of a function.
///
/// # Safety
/// The value must be in the static of a function, see `catalog/function.rs`: a head that has the size of all, the value, and bytes, followed by padding up to a multiple of eight.
#[cfg(catalog_sections)]
pub(crate) unsafe fn around<T>(value: &'static T) -> (u8, &'static [u8]) {
    let padding = size_of::<T>().next_multiple_of(align_of::<Head>()) - size_of::<T>();
    let start = size_of::<Head>() + size_of::<T>();
    // `black_box`, because the pointer is used beyond the value that it was created from, and the compiler must not draw conclusions from that.
    let entry = black_box(std::ptr::from_ref(value)).wrapping_byte_sub(size_of::<Head>()).cast::<Head>();
    // SAFETY: The caller guarantees it; the bytes up to the padding are initialised and never written.
    unsafe {
        let Head { size, detail, .. } = *entry;
        let bytes = entry.wrapping_byte_add(start).cast::<u8>();
        (detail, std::slice::from_raw_parts(bytes, usize::from(size) - start - padding))
    }
}
