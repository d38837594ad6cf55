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
        let mut parts = text.split('\0');
        let mut part = || parts.next().unwrap_or_default();
        let (module, item, file, line) = (part(), part(), part(), part());
        Self { module, item, file, line: line.parse().unwrap_or_default() }
    }

    /// The part that may follow the location: of a function with its own operation, the outcomes that no call has; of a function that counts under a
    /// declared operation, the name of that operation's type.
    pub(crate) fn appendix(text: &'static str) -> Option<&'static str> {
        text.split('\0').nth(4)
    }
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
