//! The memory of a program after loading: bytes by address, and relocated pointers.

use std::collections::HashMap;

use object::{Object, ObjectSegment, ObjectSymbol, ObjectSymbolTable, RelocationTarget};

use super::chained::Chained;

/// The parts of a program that are loaded.
pub(super) struct Memory<'a> {
    segments: Vec<(u64, &'a [u8])>,
    /// Relocations: the address of a pointer, and its target. Other pointers are already in the file.
    pointers: HashMap<u64, u64>,
    /// The encoding of pointers in a Mach-O file, if there is one.
    chained: Option<Chained>,
    little_endian: bool,
    /// The size of a pointer.
    pub(super) pointer: u64,
}

impl<'a> Memory<'a> {
    pub(super) fn of(file: &object::File<'a>) -> Self {
        let segments = file.segments().filter_map(|segment| Some((segment.address(), segment.data().ok()?))).collect();
        let symbols = file.dynamic_symbol_table();
        let target = |relocation: &object::Relocation| match relocation.target() {
            RelocationTarget::Absolute => Some(0),
            RelocationTarget::Symbol(index) => {
                let symbol = symbols.as_ref()?.symbol_by_index(index).ok()?;
                symbol.is_definition().then(|| symbol.address())
            }
            _ => None,
        };
        let pointers = file
            .dynamic_relocations()
            .into_iter()
            .flatten()
            // The addend of other relocations is in the file, at the address of the pointer.
            .filter(|(_, relocation)| !relocation.has_implicit_addend())
            .filter_map(|(at, relocation)| Some((at, target(&relocation)?.wrapping_add_signed(relocation.addend()))))
            .collect();
        Self {
            segments,
            pointers,
            chained: Chained::of(file),
            little_endian: file.is_little_endian(),
            pointer: if file.is_64() { 8 } else { 4 },
        }
    }

    fn bytes(&self, at: u64, length: u64) -> Result<&'a [u8], String> {
        let inside = |(start, data): &(u64, &'a [u8])| {
            let from = usize::try_from(at.checked_sub(*start)?).ok()?;
            data.get(from..from.checked_add(usize::try_from(length).ok()?)?)
        };
        self.segments
            .iter()
            .find_map(inside)
            .ok_or_else(|| format!("the pointer {at:#x} is outside every segment of the file"))
    }

    /// An unsigned number of up to eight bytes.
    fn unsigned(&self, at: u64, size: u64) -> Result<u64, String> {
        let bytes = self.bytes(at, size)?;
        let push = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
        Ok(if self.little_endian { bytes.iter().rev().fold(0, push) } else { bytes.iter().fold(0, push) })
    }

    pub(super) fn byte(&self, at: u64) -> Result<u8, String> {
        Ok(self.bytes(at, 1)?[0])
    }

    #[allow(clippy::cast_possible_truncation, reason = "two bytes")]
    pub(super) fn short(&self, at: u64) -> Result<u16, String> {
        Ok(self.unsigned(at, 2)? as u16)
    }

    #[allow(clippy::cast_possible_truncation, reason = "four bytes")]
    pub(super) fn word(&self, at: u64) -> Result<u32, String> {
        Ok(self.unsigned(at, 4)? as u32)
    }

    /// A `u64`, or the bits of an `f64`.
    pub(super) fn number(&self, at: u64) -> Result<u64, String> {
        self.unsigned(at, 8)
    }

    /// A `usize`.
    pub(super) fn size(&self, at: u64) -> Result<u64, String> {
        self.unsigned(at, self.pointer)
    }

    pub(super) fn pointer(&self, at: u64) -> Result<u64, String> {
        if let Some(to) = self.pointers.get(&at) {
            return Ok(*to);
        }
        let raw = self.size(at)?;
        Ok(self.chained.map_or(raw, |chained| chained.decode(raw)))
    }

    /// The addresses of a slice's items, which have this size.
    pub(super) fn slice(&self, at: u64, size: u64) -> Result<impl Iterator<Item = u64> + use<>, String> {
        let (start, length) = (self.pointer(at)?, self.size(at + self.pointer)?);
        // A damaged length would exceed the segment.
        if length > 0 {
            self.bytes(start, length.checked_mul(size).ok_or("a slice is longer than the address space")?)?;
        }
        Ok((0..length).map(move |index| start + index * size))
    }

    pub(super) fn text(&self, at: u64) -> Result<String, String> {
        let bytes = self.bytes(self.pointer(at)?, self.size(at + self.pointer)?)?;
        String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string())
    }

    /// The text between two addresses, with zeros behind it.
    pub(super) fn padded(&self, at: u64, end: u64) -> Result<String, String> {
        let bytes = self.bytes(at, end.saturating_sub(at))?;
        let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8(bytes[..length].to_vec()).map_err(|error| error.to_string())
    }

    /// An `Option<&str>`: `None` is a null pointer.
    pub(super) fn optional_text(&self, at: u64) -> Result<Option<String>, String> {
        if self.pointer(at)? == 0 { Ok(None) } else { self.text(at).map(Some) }
    }

    pub(super) fn texts(&self, at: u64) -> Result<Vec<String>, String> {
        self.slice(at, 2 * self.pointer)?.map(|item| self.text(item)).collect()
    }

    /// A slice of `f64`.
    pub(super) fn numbers(&self, at: u64) -> Result<Vec<f64>, String> {
        self.slice(at, 8)?.map(|item| self.number(item).map(f64::from_bits)).collect()
    }
}
