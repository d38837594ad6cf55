//! Any label of a call, closed or open, and its type-erased value.

use super::closed::LabelValue;
use super::open::Open;
use crate::names::{DEFAULT_CAP, OutcomeClass};

/// A label: a [`LabelValue`] or [`Open`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have a closed set of values",
    label = "not a closed set of values",
    note = "use an enum with `#[derive(LabelValue)]`, or an open label: `open(value, max = 100)` in the attribute, `Open<'_>` as the type of a field",
    note = "for an error type of another crate, return an enum of your own: `#[derive(LabelValue)] enum LoadError {{ #[label(rename = \"io\")] Io(std::io::Error) }}`"
)]
pub trait Label {
    /// The number of values of a closed set; for an open label, the default cap plus one for `other`.
    const COUNT: usize;
    /// The closed set, or `None` for an open label.
    const VALUES: Option<ClosedSet>;

    /// Returns the value of this call.
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

/// A value that was already read.
impl Label for Value<'_> {
    // Its values are counted where its type is known.
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

/// Requires that the value of a label has the type that the attribute declares.
#[inline]
pub fn typed<T>(value: &T) -> &T {
    value
}

/// The type-erased value of one label.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// A value of a closed set. The set's address identifies the type, because a generic function may have several.
    Closed {
        /// All values of the type.
        values: &'static [&'static str],
        /// The index of the value.
        index: usize,
    },
    /// Any string.
    Open(&'a str),
}
