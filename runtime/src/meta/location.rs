//! Where something is declared.

/// A location in the source code.
// The program keeps it as one string, as `location!` writes it: five words less per site than four fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// `module_path!()`.
    pub module: &'static str,
    /// The function's or the type's name.
    pub item: &'static str,
    /// `file!()`.
    pub file: &'static str,
    /// `line!()`.
    pub line: u32,
}

impl Location {
    /// Splits what `location!` wrote: the parts in this order, separated by NUL.
    pub(crate) fn parse(text: &'static str) -> Self {
        Self::with_appendix(text).0
    }

    /// The part that may follow the location: of a function with its own operation, the outcomes that no call has; of a function that counts under a
    /// declared operation, the name of that operation's type.
    #[cfg(feature = "catalog")]
    pub(crate) fn appendix(text: &'static str) -> Option<&'static str> {
        Self::with_appendix(text).1
    }

    /// Both of them.
    pub(crate) fn with_appendix(text: &'static str) -> (Self, Option<&'static str>) {
        let (module, rest) = cut(text);
        let (item, rest) = cut(rest.unwrap_or_default());
        let (file, rest) = cut(rest.unwrap_or_default());
        let (line, appendix) = cut(rest.unwrap_or_default());
        (Self { module, item, file, line: line.parse().unwrap_or_default() }, appendix)
    }

    /// The location of an item in a module, which is given with its file, separated by NUL.
    pub(crate) fn in_module(module: &'static str, line: u32, item: &'static str) -> Self {
        let (module, file) = cut(module);
        Self { module, item, file: file.unwrap_or_default(), line }
    }
}

/// Splits a text at its first NUL. Iterators over parts would be more code in every program.
#[inline(never)]
fn cut(text: &'static str) -> (&'static str, Option<&'static str>) {
    let at = text.as_bytes().iter().position(|byte| *byte == 0);
    at.and_then(|at| Some((text.get(..at)?, Some(text.get(at + 1..)?)))).unwrap_or((text, None))
}

/// The location of the macro call that contains this one, as `Location::parse` reads it.
#[doc(hidden)]
#[macro_export]
macro_rules! __location {
    ($item:expr $(, $more:expr)?) => {
        $crate::__private::concat!(
            $crate::__private::module_path!(),
            "\0",
            $item,
            "\0",
            $crate::__private::file!(),
            "\0",
            $crate::__private::line!()
            $(, "\0", $more)?
        )
    };
}

pub use __location as location;
