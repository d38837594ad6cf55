//! The roles of an operation's families.

use super::kind::Kind;

/// Defines the roles. Each row contains everything about a role that does not depend on the operation: its name, key, kind, ending and HELP, the role whose key
/// declares it too, and the ends that it counts.
macro_rules! roles {
    ($($role:ident $word:literal $kind:ident $ending:literal $help:literal $(in $whole:ident)? $(counts $ends:ident)?;)*) => {
        /// The role of a family in its operation: what it measures about the calls.
        // `repr(u8)` and the order are a format: the executable contains the number, and the tool reads it. Add new roles at the end.
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

            /// What follows the operation's name in the family's name.
            #[must_use]
            pub const fn ending(self) -> &'static str {
                match self { $(Self::$role => $ending,)* }
            }

            /// The role whose key also declares this family: `calls` of `ok`. It is the role itself if the family has a key of its own.
            #[must_use]
            pub const fn whole(self) -> Self {
                match self { $(Self::$role => last([Self::$role, $(Self::$whole)?]),)* }
            }

            /// The ends that the family counts, if it is a counter of some of the ends.
            #[must_use]
            pub const fn ends(self) -> Option<Ends> {
                match self { $(Self::$role => last([None, $(Some(Ends::$ends))?]),)* }
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

/// Some of the ways in which a call can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// The first outcome.
    Ok,
    /// All others.
    Failed,
}

impl Ends {
    /// Whether these include the outcome with this index, of `count` outcomes: the first one, the other finished ones, panic, and cancelled.
    #[must_use]
    pub const fn include(self, outcome: usize, count: usize) -> bool {
        match self {
            Self::Ok => outcome == 0,
            Self::Failed => 0 < outcome && outcome < count,
        }
    }
}

/// The last of one or two values.
const fn last<T: Copy, const N: usize>(values: [T; N]) -> T {
    values[N - 1]
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
    Ok "ok" Counter "_ok_total" "Calls that succeeded." in Calls counts Ok;
    Error "error" Counter "_error_total" "Calls that failed, panicked or were cancelled." in Calls counts Failed;
    Errors "errors" Counter "_errors_total" "Errors, by kind.";
    Peak "peak" Gauge "_in_flight_peak" "Most calls in flight at once in the last one to two minutes." in InFlight;
    Oldest "oldest" Gauge "_in_flight_oldest_seconds" "Age of the oldest call in flight in seconds, 0 if there is none." in InFlight;
    Polls "polls" Counter "_polls_total" "Polls of futures.";
    Busy "busy" Counter "_busy_seconds_total" "Time inside of polls in seconds, during which a thread of the executor runs nothing else." in Polls;
    SlowPolls "slow_polls" Counter "_slow_polls_total" "Polls that took longer than 0.01 seconds." in Polls;
}

impl Role {
    /// The default families of an operation.
    pub const DEFAULT: [Self; 3] = [Self::Calls, Self::Duration, Self::InFlight];

    /// Whether the name of a family with this role counts as a name of the operation, so that the function does not count as one without a `name`.
    #[must_use]
    pub const fn names_operation(self) -> bool {
        matches!(self.whole(), Self::Calls | Self::Duration | Self::InFlight) && !self.needs_own_recorder()
    }

    /// Whether only the recorders of this crate can show a family with this role, because the `metrics` facade cannot express its value.
    #[must_use]
    pub const fn needs_own_recorder(self) -> bool {
        matches!(self, Self::Peak | Self::Oldest) || matches!(self.whole(), Self::Polls)
    }
}
