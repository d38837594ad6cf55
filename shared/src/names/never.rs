//! Outcomes that no call of a function can have.

/// Which of the built-in outcomes no call of a function can have, as far as its return type says.
///
/// The program holds it as a number in the entry of a function without a `name`, and otherwise as the fifth part of the function's location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Never {
    /// The function is infallible.
    pub error: bool,
    /// The function is synchronous: nothing can drop its calls.
    pub cancelled: bool,
}

impl Never {
    /// All combinations, in the order of their numbers, as the location spells them.
    const SPELLED: [(Self, &str); 4] = [
        (Self { error: false, cancelled: false }, ""),
        (Self { error: true, cancelled: false }, "e"),
        (Self { error: false, cancelled: true }, "c"),
        (Self { error: true, cancelled: true }, "ec"),
    ];

    /// Reads a part of a location; an unknown one excludes nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::SPELLED.iter().find(|(_, spelled)| *spelled == text).map_or_else(Self::default, |(never, _)| *never)
    }

    /// Spells it for a location.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::SPELLED.iter().find(|(never, _)| *never == self).map_or("", |(_, spelled)| spelled)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        u8::from(self.error) | u8::from(self.cancelled) << 1
    }

    /// The combination with this number.
    #[must_use]
    pub fn of_number(number: u8) -> Self {
        Self { error: number & 1 != 0, cancelled: number & 2 != 0 }
    }

    /// The words of the catalogue.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        [(self.error, "error"), (self.cancelled, "cancelled")]
            .into_iter()
            .filter(|(never, _)| *never)
            .map(|(_, word)| word)
    }
}
