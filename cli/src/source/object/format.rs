//! Which kind of file it is, and what to do about those that cannot be read.

use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::{FileKind, Object, ObjectKind};

/// How to get the catalogue of a program whose file does not tell it.
pub(super) const PRINT_IT: &str = "let the program print it: `metrics_instrumented::catalog()`";

/// The linked program in a file; `None` if the file is not a binary at all.
pub(crate) fn parse(bytes: &[u8]) -> Option<Result<object::File<'_>, String>> {
    if bytes.starts_with(b"\0asm") {
        return Some(Err(format!("WebAssembly modules carry no catalogue; {PRINT_IT}")));
    }
    let Ok(kind) = FileKind::parse(bytes) else {
        // Too short to be of any kind.
        let is_beginning =
            [&b"\x7fELF"[..], b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"].iter().any(|magic| bytes.starts_with(magic));
        return is_beginning
            .then(|| Err("it is a binary, and it is truncated: there is little more than its first bytes".to_owned()));
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
                "it is a static library, and its declarations are found when it is linked; read the program".to_owned(),
            ));
        }
        _ => object::File::parse(bytes).map_err(|error| error.to_string()),
    };
    Some(match parsed {
        Err(error) => Err(format!("it is a binary, and it is truncated or damaged: {error}")),
        Ok(file) if file.kind() == ObjectKind::Relocatable => {
            Err("it is an object file, and its declarations are found when it is linked; read the program".to_owned())
        }
        Ok(file) => is_complete(&file, bytes.len()).map(|()| file),
    })
}

/// The first program of a universal binary: all of them are built from one source.
fn first<'a, A: FatArch>(arches: &[A], bytes: &'a [u8]) -> object::Result<object::File<'a>> {
    match arches.first() {
        Some(arch) => object::File::parse(arch.data(bytes)?),
        None => object::File::parse(&bytes[..0]),
    }
}

/// A download that broke off has all headers, and not what they point to.
fn is_complete(file: &object::File<'_>, length: usize) -> Result<(), String> {
    use object::ObjectSegment;

    let end = file.segments().map(|segment| segment.file_range()).map(|(start, size)| start.saturating_add(size)).max();
    match end {
        Some(end) if end > length as u64 => {
            Err(format!("it is truncated: the file has {length} bytes, and the program in it {end}"))
        }
        _ => Ok(()),
    }
}
