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
            pub const ALL: &[Self] = &[$(Self::$role),*];

            /// The key of the attribute and of the catalogue.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$role => $word,)* }
            }

            /// The kind of the family.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(Self::$role => Kind::$kind,)* }
            }

            /// What follows the operation's name in the name of the family.
            #[must_use]
            pub const fn ending(self) -> &'static str {
                match self { $(Self::$role => $ending,)* }
            }

            /// The default HELP.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$role => $help,)* }
            }

            /// The name of the family of functions without a `name`.
            #[must_use]
            pub const fn unnamed(self) -> &'static str {
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
pub const UNNAMED: &str = unnamed!();

roles! {
    Calls "calls" Counter "_total" "Calls, by outcome.";
    Duration "duration" Histogram "_duration_seconds" "Duration of calls in seconds.";
    InFlight "in_flight" Gauge "_in_flight" "Calls in flight.";
    Ok "ok" Counter "_ok_total" "Calls that ended well.";
    Error "error" Counter "_error_total" "Calls that failed, panicked or were cancelled.";
    Errors "errors" Counter "_errors_total" "Errors, by kind.";
}

impl Role {
    /// The families of an operation that is declared by its name only.
    pub const DEFAULT: [Self; 3] = [Self::Calls, Self::Duration, Self::InFlight];

    /// Whether a family with this role, given a name, names the operation: its function has no part in those of functions without a name.
    #[must_use]
    pub const fn names_operation(self) -> bool {
        !matches!(self, Self::Errors)
    }
}
