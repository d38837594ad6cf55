//! Labels with a closed set of values.

use crate::names::{OTHER, OutcomeClass};

/// A label with a closed set of values, known at compile time.
///
/// Derive it on an enum. The value of a variant is its name; fields are ignored, so that error enums can be labels as they are. `bool` (`false`, `true`)
/// and `Option<T>` (`None` is `none`) implement it.
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
/// | `#[label(rename = "denied")]` | a variant | its value; variants with the same value are counted together |
/// | `#[label(skip)]` | a variant | it is counted as `other` |
/// | `#[label(transparent)]` | a variant with one field | its values are the values of that field |
/// | `#[label(ok)]`, `#[label(error)]`, `#[label(ignored)]` | a variant | what it means for a call, if the enum is used as `outcome = Type`, or as a label of an operation without an outcome label; see [`CLASSES`](Self::CLASSES) |
///
/// If you implement it by hand, `index` must be less than `VALUES.len()`; a greater index is counted as `other`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have a closed set of values",
    label = "not a closed set of values",
    note = "use an enum with `#[derive(LabelValue)]`, or an open label: `open(value, max = 100)` in the attribute, `Open<'_>` as the type of a field",
    note = "for an error type of another crate, return an enum of your own: `#[derive(LabelValue)] enum LoadError {{ #[label(rename = \"io\")] Io(std::io::Error) }}`"
)]
pub trait LabelValue {
    /// All values of the label.
    const VALUES: &'static [&'static str];

    /// What each of [`VALUES`](Self::VALUES) means for a call, for a type that is used as `outcome = Type`; empty by default.
    ///
    /// Alert rules, dashboards and documents count `error` values as failures. They leave out `ignored` values, such as a request for something that does
    /// not exist. The derive reads the classes from the variants. If one variant has a class, every variant needs one, except transparent variants, which
    /// take the classes of their field's type:
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

    /// Returns the index of this value in [`VALUES`](Self::VALUES).
    fn index(&self) -> usize;

    /// Returns the value as it is exposed.
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
