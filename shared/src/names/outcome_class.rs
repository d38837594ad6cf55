//! What an outcome says about a call.

/// What the value of an outcome says about the call: alert rules, dashboards and documents use it.
///
/// The derive of `LabelValue` takes it from `#[label(ok)]`, `#[label(error)]` and `#[label(ignored)]` on the variants of a type
/// that is used as `outcome = Type`.
// `repr(u8)` and the order are a format, as those of `Role` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OutcomeClass {
    /// Nobody said; the tool asks.
    Unknown,
    /// The call ended well.
    Ok,
    /// The call failed.
    Error,
    /// The call counts neither as good nor as bad: the caller gave up, or made the mistake.
    Ignored,
}

impl OutcomeClass {
    /// All classes, in the order of their numbers.
    pub const ALL: &[Self] = &[Self::Unknown, Self::Ok, Self::Error, Self::Ignored];

    /// The key of the attribute and of the catalogue.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Ignored => "ignored",
        }
    }
}
