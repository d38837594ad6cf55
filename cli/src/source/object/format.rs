//! The format of a file, and errors for formats that are not supported.

use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::{FileKind, Object, ObjectKind};

/// The fix for programs whose file contains no catalogue.
pub(super) const PRINT_IT: &str = "let the program print it: `metrics_instrumented::catalog()`";

/// The linked program in a file; `None` if the file is not a binary at all.
pub(crate) fn parse(bytes: &[u8]) -> Option<Result<object::File<'_>, String>> {
    if bytes.starts_with(b"\0asm") {
        return Some(Err(format!("WebAssembly modules carry no catalogue; {PRINT_IT}")));
    }
    let Ok(kind) = FileKind::parse(bytes) else {
        // Too short for any format.
        let is_beginning =
            [&b"\x7fELF"[..], b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"].iter().any(|magic| bytes.starts_with(magic));
        return is_beginning
            .then(|| Err("it is an executable, truncated to its first bytes; copy it again".to_owned()));
    };
    let parsed = match kind {
        FileKind::MachOFat32 => {
            MachOFatFile32::parse(bytes).and_then(|file| first(file.arches(), bytes)).map_err(|error| error.to_string())
        }
        FileKind::MachOFat64 => {
            MachOFatFile64::parse(bytes).and_then(|file| first(file.arches(), bytes)).map_err(|error| error.to_string())
        }
        FileKind::Archive => {
            return Some(Err(
                "it is a static library, whose declarations are known only after linking; pass the program".to_owned(),
            ));
        }
        _ => object::File::parse(bytes).map_err(|error| error.to_string()),
    };
    Some(match parsed {
        Err(error) => Err(format!("it is an executable, truncated or damaged: {error}; build or copy it again")),
        Ok(file) if file.kind() == ObjectKind::Relocatable => {
            Err("it is an object file, whose declarations are known only after linking; pass the program".to_owned())
        }
        Ok(file) => is_complete(&file, bytes.len()).map(|()| file),
    })
}

/// The first program of a universal binary: all of them are built from the same source.
fn first<'a, A: FatArch>(arches: &[A], bytes: &'a [u8]) -> object::Result<object::File<'a>> {
    match arches.first() {
        Some(arch) => object::File::parse(arch.data(bytes)?),
        None => object::File::parse(&bytes[..0]),
    }
}

/// Checks the length: an incomplete download has all headers, but not the data that they refer to.
fn is_complete(file: &object::File<'_>, length: usize) -> Result<(), String> {
    use object::ObjectSegment;

    let end = file.segments().map(|segment| segment.file_range()).map(|(start, size)| start.saturating_add(size)).max();
    match end {
        Some(end) if end > length as u64 => {
            Err(format!("it is truncated: the file has {length} bytes, and its headers refer to {end}; copy it again"))
        }
        _ => Ok(()),
    }
}
