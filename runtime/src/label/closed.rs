//! Labels with a closed set of values.

use crate::names::{OTHER, OutcomeClass};

/// A label whose values are a closed set, known at compile time.
///
/// Derive it on an enum: a variant counts under its name, and its fields, if it has any, do not matter, so that error enums
/// serve as they are. Given for `bool` (`false`, `true`) and for `Option<T>`, where `None` is `none`.
///
/// ```
/// use metrics_instrumented::LabelValue;
///
/// #[derive(LabelValue)]
/// #[label(rename_all = "snake_case")]
/// enum Reason {
///     NotFound,
///     #[label(rename = "denied")]
///     PermissionDenied { path: String },
/// }
///
/// assert_eq!(Reason::VALUES, ["not_found", "denied"]);
/// assert_eq!(Reason::PermissionDenied { path: "/etc".into() }.index(), 1);
/// ```
///
/// | attribute | where | what it does |
/// | --- | --- | --- |
/// | `#[label(rename_all = "snake_case")]` | the enum | the case of all names: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`, as in serde |
/// | `#[label(crate = path)]` | the enum | where this crate is, if it is renamed |
/// | `#[label(rename = "denied")]` | a variant | its value; variants with one value count together |
/// | `#[label(skip)]` | a variant | it counts as `other` |
/// | `#[label(transparent)]` | a variant with one field | it counts under that field's own values |
/// | `#[label(ok)]`, `#[label(error)]`, `#[label(ignored)]` | a variant | what it means for a call, if the enum is used as `outcome = Type`, or as a label of an operation without an outcome label; see [`CLASSES`](Self::CLASSES) |
///
/// Written by hand, `index` must be below `VALUES.len()`; a value outside is counted as `other`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have a closed set of values",
    label = "not a closed set of values",
    note = "use an enum with `#[derive(LabelValue)]`, or an open label: `open(value, max = 100)` in the attribute, `Open<'_>` as the type of a field",
    note = "for an error type of another crate, return an enum of your own: `#[derive(LabelValue)] enum LoadError {{ #[label(rename = \"io\")] Io(std::io::Error) }}`"
)]
pub trait LabelValue {
    /// Every value that this label can take.
    const VALUES: &'static [&'static str];

    /// What each of [`VALUES`](Self::VALUES) means for a call, for a type that is used as `outcome = Type`; empty by default.
    ///
    /// Alert rules, dashboards and documents count `error` values as failures, and leave `ignored` ones out: a caller that gave up or asked for something
    /// that does not exist says nothing about the program. The derive takes it from the variants; if one has such an attribute, all need one, but for
    /// transparent ones, which take over what their field's type says:
    ///
    /// ```
    /// use metrics_instrumented::{LabelValue, OutcomeClass};
    ///
    /// #[derive(LabelValue)]
    /// enum Answer {
    ///     #[label(ok)]
    ///     Hit,
    ///     #[label(ok)]
    ///     Miss,
    ///     #[label(ignored)]
    ///     NoSuchKey,
    ///     #[label(error)]
    ///     Failed,
    /// }
    ///
    /// assert_eq!(Answer::CLASSES, [OutcomeClass::Ok, OutcomeClass::Ok, OutcomeClass::Ignored, OutcomeClass::Error]);
    /// ```
    const CLASSES: &'static [OutcomeClass] = &[];

    /// Which of [`VALUES`](Self::VALUES) this one is.
    fn index(&self) -> usize;

    /// The value as it stands in the exposition.
    fn value(&self) -> &'static str {
        Self::VALUES.get(self.index()).copied().unwrap_or(OTHER)
    }
}

impl LabelValue for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

impl<T: LabelValue + ?Sized> LabelValue for &T {
    const VALUES: &'static [&'static str] = T::VALUES;
    const CLASSES: &'static [OutcomeClass] = T::CLASSES;

    fn index(&self) -> usize {
        T::index(self)
    }
}

impl<T: LabelValue + ?Sized> LabelValue for Box<T> {
    const VALUES: &'static [&'static str] = T::VALUES;
    const CLASSES: &'static [OutcomeClass] = T::CLASSES;

    fn index(&self) -> usize {
        T::index(self)
    }
}
