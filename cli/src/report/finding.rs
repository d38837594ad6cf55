//! Findings: a rule, a location and a message.

use std::path::PathBuf;

use serde::Serialize;

/// A finding at one location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding<R> {
    /// A path, or the URL that was fetched.
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: usize,
    /// From 1.
    pub(crate) column: usize,
    pub(crate) level: Level,
    pub(crate) rule: R,
    pub(crate) message: String,
}

/// How severe a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// The result is wrong.
    Error,
    /// The result is correct but incomplete or misleading.
    Warning,
}

impl Level {
    /// The name in every output.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The rules of one command.
pub(crate) trait Rules: Copy + PartialEq + Serialize + 'static {
    /// All of them, in the order of the documentation.
    const ALL: &'static [Self];

    /// Returns its name in every output.
    fn name(self) -> &'static str;

    /// Returns what it means.
    fn says(self) -> &'static str;

    /// Returns how severe its findings are.
    fn level(self) -> Level;
}

/// Declares the rules of a command as a table: variant, level, name, meaning.
macro_rules! rules {
    ($($variant:ident $level:ident $name:literal $says:literal,)*) => {
        /// The rules.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        pub(crate) enum Rule {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl $crate::report::finding::Rules for Rule {
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }

            fn level(self) -> $crate::report::finding::Level {
                match self { $(Self::$variant => $crate::report::finding::Level::$level,)* }
            }
        }
    };
}

pub(crate) use rules;
