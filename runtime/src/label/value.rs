//! Any label of a call, and its value without its type.

use super::closed::LabelValue;
use super::open::Open;
use crate::names::{DEFAULT_CAP, OutcomeClass};

/// What may stand in a label's place: a [`LabelValue`] or [`Open`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have a closed set of values",
    label = "not a closed set of values",
    note = "use an enum with `#[derive(LabelValue)]`, or an open label: `open(value, max = 100)` in the attribute, `Open<'_>` as the type of a field",
    note = "for an error type of another crate, return an enum of your own: `#[derive(LabelValue)] enum LoadError {{ #[label(rename = \"io\")] Io(std::io::Error) }}`"
)]
pub trait Label {
    /// How many values the closed set has; for an open label, its default cap and `other`.
    const COUNT: usize;
    /// The closed set, or nothing for an open label.
    const VALUES: Option<ClosedSet>;

    /// The value of this call.
    fn label(&self) -> Value<'_>;
}

impl<T: LabelValue + ?Sized> Label for T {
    const COUNT: usize = T::VALUES.len();
    const VALUES: Option<ClosedSet> = Some(ClosedSet { values: T::VALUES, classes: T::CLASSES });

    fn label(&self) -> Value<'_> {
        Value::Closed { values: T::VALUES, index: self.index() }
    }
}

/// The values of a type with a closed set, and what each of them means for a call.
#[derive(Clone, Copy, Debug)]
pub struct ClosedSet {
    /// `LabelValue::VALUES`.
    pub values: &'static [&'static str],
    /// `LabelValue::CLASSES`.
    pub classes: &'static [OutcomeClass],
}

/// What a label said already.
impl Label for Value<'_> {
    // What it is a value of is counted where its type is known.
    const COUNT: usize = 1;
    const VALUES: Option<ClosedSet> = None;

    fn label(&self) -> Value<'_> {
        *self
    }
}

impl Label for Open<'_> {
    const COUNT: usize = DEFAULT_CAP + 1;
    const VALUES: Option<ClosedSet> = None;

    fn label(&self) -> Value<'_> {
        Value::Open(self.0)
    }
}

/// Holds the value of a label to the type that the attribute gives it.
#[inline]
pub fn typed<T>(value: &T) -> &T {
    value
}

/// One label's value, without its type.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// One of a closed set. The set's place in memory tells the type apart where one site serves several.
    Closed {
        /// All values of the type.
        values: &'static [&'static str],
        /// Which of them.
        index: usize,
    },
    /// Any text.
    Open(&'a str),
}
