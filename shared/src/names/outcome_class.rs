//! What an outcome says about a call.

/// The class of an outcome's value: success, failure or neither. Alert rules, dashboards and documents use it.
///
/// `#[derive(LabelValue)]` reads it from `#[label(ok)]`, `#[label(error)]` and `#[label(ignored)]` on the variants of a type that is used as
/// `outcome = Type`.
// `repr(u8)` and the order are a format, as those of `Role` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OutcomeClass {
    /// No class was declared; the tool asks for one.
    Unknown,
    /// The call succeeded.
    Ok,
    /// The call failed.
    Error,
    /// Neither success nor failure, such as a call that its caller cancelled.
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
