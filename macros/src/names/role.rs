//! What the families of an operation tell about its calls.

use super::kind::Kind;

/// One row for each role: everything about it that is known without an operation at hand.
macro_rules! roles {
    ($($role:ident $word:literal $kind:ident $ending:literal $help:literal;)*) => {
        /// What a family of an operation tells about its calls.
        // `repr(u8)` and the order are a format: a program's file holds the number, and the tool reads it there. New roles come last.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Role {
            $(#[doc = $help] $role,)*
        }

        impl Role {
            /// All roles, in the order of their numbers.
            pub(crate) const ALL: &[Self] = &[$(Self::$role),*];

            /// The key of the attribute and of the catalogue.
            #[must_use]
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$role => $word,)* }
            }

            /// The kind of the family.
            #[must_use]
            pub(crate) const fn kind(self) -> Kind {
                match self { $(Self::$role => Kind::$kind,)* }
            }

            /// What follows the operation's name in the name of the family.
            #[must_use]
            pub(crate) const fn ending(self) -> &'static str {
                match self { $(Self::$role => $ending,)* }
            }

            /// The default HELP.
            #[must_use]
            pub(crate) const fn help(self) -> &'static str {
                match self { $(Self::$role => $help,)* }
            }

            /// The name of the family of functions without a `name`.
            #[must_use]
            pub(crate) const fn unnamed(self) -> &'static str {
                match self { $(Self::$role => concat!(unnamed!(), $ending),)* }
            }
        }
    };
}

/// The name of operations without a name, as a literal.
macro_rules! unnamed {
    () => {
        "function_calls"
    };
}

/// The name of operations without a name.
pub(crate) const UNNAMED: &str = unnamed!();

roles! {
    Calls "calls" Counter "_total" "Calls, by outcome.";
    Duration "duration" Histogram "_duration_seconds" "Duration of calls in seconds.";
    InFlight "in_flight" Gauge "_in_flight" "Calls in flight.";
    Ok "ok" Counter "_ok_total" "Calls that ended well.";
    Error "error" Counter "_error_total" "Calls that failed, panicked or were cancelled.";
    Errors "errors" Counter "_errors_total" "Errors, by kind.";
    Peak "peak" Gauge "_in_flight_peak" "Most calls in flight at once in the last one to two minutes.";
    Oldest "oldest" Gauge "_in_flight_oldest_seconds" "Age of the oldest call in flight in seconds, 0 if there is none.";
}

impl Role {
    /// The families of an operation that is declared by its name only.
    pub(crate) const DEFAULT: [Self; 3] = [Self::Calls, Self::Duration, Self::InFlight];

    /// Whether a family with this role, given a name, names the operation: its function has no part in those of functions without a name.
    pub(crate) const fn names_operation(self) -> bool {
        matches!(self, Self::Calls | Self::Duration | Self::InFlight | Self::Ok | Self::Error)
    }

    /// Whether only the recorders of this crate can show a family with this role, because its value is computed when it is read.
    pub(crate) const fn needs_own_recorder(self) -> bool {
        matches!(self, Self::Peak | Self::Oldest)
    }
}
