//! Pointers in Mach-O files of macOS 12 and later: the linker chains the pointers that the loader must fix up, and stores the offset of the next one in the
//! upper bits of each pointer (`mach-o/fixup-chains.h`).

use object::read::ReadRef;
use object::read::macho::{LoadCommandVariant, MachHeader, MachOFile};
use object::{Endian, Object, macho};

/// The encoding of pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chained {
    /// The base address of targets.
    base: u64,
    /// The number of bits of a target.
    bits: u32,
}

impl Chained {
    pub(super) fn of(file: &object::File<'_>) -> Option<Self> {
        match file {
            object::File::MachO64(file) => Self::of_mach(file),
            _ => None,
        }
    }

    fn of_mach<'a, M: MachHeader, R: ReadRef<'a>>(file: &MachOFile<'a, M, R>) -> Option<Self> {
        let (endian, data) = (file.endian(), file.data());
        let mut commands = file.macho_load_commands().ok()?;
        while let Some(command) = commands.next().ok()? {
            if let Ok(LoadCommandVariant::LinkeditData(linkedit)) = command.variant()
                && linkedit.cmd.get(endian) == macho::LC_DYLD_CHAINED_FIXUPS
            {
                let start = u64::from(linkedit.dataoff.get(endian));
                let bytes = data.read_bytes_at(start, u64::from(linkedit.datasize.get(endian))).ok()?;
                return Self::new(pointer_format(bytes, endian)?, file.relative_address_base());
            }
        }
        None
    }

    /// The formats of 64-bit programs.
    fn new(format: u16, image: u64) -> Option<Self> {
        match format {
            // arm64e: an authenticated pointer has an offset of 32 bits; other pointers have an address or an offset of 43 bits.
            1 => Some(Self { base: 0, bits: 43 }),
            9 | 12 => Some(Self { base: image, bits: 32 }),
            2 => Some(Self { base: 0, bits: 36 }),
            6 => Some(Self { base: image, bits: 36 }),
            _ => None,
        }
    }

    pub(super) fn decode(self, raw: u64) -> u64 {
        // Null pointers are not chained.
        if raw == 0 { 0 } else { self.base + (raw & ((1 << self.bits) - 1)) }
    }
}

/// The format of the first segment with chains; linkers use one format for all segments.
fn pointer_format(bytes: &[u8], endian: impl Endian) -> Option<u16> {
    let word = |at: usize| Some(endian.read_u32_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let starts = word(4)? as usize;
    let segments = word(starts)? as usize;
    let offsets = (0..segments).map_while(|segment| word(starts + 4 + 4 * segment));
    let first = offsets.into_iter().find(|offset| *offset != 0)? as usize;
    let format = starts + first + 6;
    Some(endian.read_u16_bytes(bytes.get(format..format + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Chained, pointer_format};

    #[test]
    fn pointers_are_decoded_without_the_offset_of_the_next_one() {
        let packed = (3 << 51) | 0x4010;
        assert_eq!(Chained::new(2, 0x1_0000_0000).unwrap().decode(packed), 0x4010);
        assert_eq!(Chained::new(6, 0x1_0000_0000).unwrap().decode(packed), 0x1_0000_4010);
        assert_eq!(Chained::new(12, 0x1_0000_0000).unwrap().decode((1 << 63) | packed), 0x1_0000_4010);
        assert_eq!(Chained::new(6, 0x1_0000_0000).unwrap().decode(0), 0);
        assert_eq!(Chained::new(99, 0), None);
    }

    #[test]
    fn the_format_is_that_of_the_first_segment_with_chains() {
        let words = [0_u32, 8, 3, 0, 16, 0, 24];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend([0, 0x40, 6, 0]);
        assert_eq!(pointer_format(&bytes, object::Endianness::Little), Some(6));
        assert_eq!(pointer_format(&bytes[..20], object::Endianness::Little), None);
    }
}
