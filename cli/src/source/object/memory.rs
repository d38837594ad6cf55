//! A program as it would stand in memory: bytes by address, and pointers as the loader would leave them.

use std::collections::HashMap;

use object::{Object, ObjectSegment, RelocationTarget};

/// The parts of a program that are loaded.
pub(super) struct Memory<'a> {
    segments: Vec<(u64, &'a [u8])>,
    /// Where the loader writes a pointer, and to what. Where it says nothing, the file has the pointer already.
    pointers: HashMap<u64, u64>,
    little_endian: bool,
}

impl<'a> Memory<'a> {
    pub(super) fn of(file: &object::File<'a>) -> Result<Self, String> {
        if !file.is_64() {
            return Err(
                "it is a program for 32 bits, which this tool does not read; let it print its catalogue".to_owned()
            );
        }
        let segments = file.segments().filter_map(|segment| Some((segment.address(), segment.data().ok()?))).collect();
        let relocations = file.dynamic_relocations().into_iter().flatten();
        let pointers = relocations
            .filter(|(_, relocation)| relocation.target() == RelocationTarget::Absolute)
            .map(|(at, relocation)| (at, relocation.addend().cast_unsigned()))
            .collect();
        Ok(Self { segments, pointers, little_endian: file.is_little_endian() })
    }

    fn bytes(&self, at: u64, length: u64) -> Result<&'a [u8], String> {
        let inside = |(start, data): &(u64, &'a [u8])| {
            let from = usize::try_from(at.checked_sub(*start)?).ok()?;
            data.get(from..from.checked_add(usize::try_from(length).ok()?)?)
        };
        self.segments.iter().find_map(inside).ok_or_else(|| format!("a pointer to {at:#x}, where nothing is"))
    }

    pub(super) fn byte(&self, at: u64) -> Result<u8, String> {
        Ok(self.bytes(at, 1)?[0])
    }

    pub(super) fn short(&self, at: u64) -> Result<u16, String> {
        let bytes = self.bytes(at, 2)?.try_into().map_err(|_| "two bytes are two".to_owned())?;
        Ok(if self.little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    pub(super) fn number(&self, at: u64) -> Result<u64, String> {
        let bytes = self.bytes(at, 8)?.try_into().map_err(|_| "eight bytes are eight".to_owned())?;
        Ok(if self.little_endian { u64::from_le_bytes(bytes) } else { u64::from_be_bytes(bytes) })
    }

    pub(super) fn pointer(&self, at: u64) -> Result<u64, String> {
        self.pointers.get(&at).map_or_else(|| self.number(at), |to| Ok(*to))
    }

    /// The addresses of a slice's items, of which each has this size.
    pub(super) fn slice(&self, at: u64, size: u64) -> Result<impl Iterator<Item = u64> + use<>, String> {
        let (start, length) = (self.pointer(at)?, self.number(at + 8)?);
        // A damaged length asks for more than there is.
        if length > 0 {
            self.bytes(start, length.checked_mul(size).ok_or("a slice without end")?)?;
        }
        Ok((0..length).map(move |index| start + index * size))
    }

    pub(super) fn text(&self, at: u64) -> Result<String, String> {
        let bytes = self.bytes(self.pointer(at)?, self.number(at + 8)?)?;
        String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string())
    }

    /// An `Option<&str>`: a pointer to nothing is none.
    pub(super) fn optional_text(&self, at: u64) -> Result<Option<String>, String> {
        if self.pointer(at)? == 0 { Ok(None) } else { self.text(at).map(Some) }
    }

    pub(super) fn texts(&self, at: u64) -> Result<Vec<String>, String> {
        self.slice(at, 16)?.map(|item| self.text(item)).collect()
    }

    /// A slice of `f64`.
    pub(super) fn numbers(&self, at: u64) -> Result<Vec<f64>, String> {
        self.slice(at, 8)?.map(|item| self.number(item).map(f64::from_bits)).collect()
    }
}
