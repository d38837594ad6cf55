//! Label values: closed sets ([`LabelValue`]), values asked for by name ([`Open`]), and the tuple of them that one call carries.

mod option;
mod tuple;

pub use tuple::Labels;

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
///
/// Written by hand, `index` must be below `VALUES.len()`; a value outside is counted as `other`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label value: the set of its values is not known at compile time",
    label = "not a closed set of values",
    note = "make it an enum with `#[derive(LabelValue)]`, so that its cardinality is known",
    note = "a text from outside is an open label: write `open(..)` around it in the attribute, or `Open<'_>` for a field's type; it has a cap"
)]
pub trait LabelValue {
    /// Every value that this label can take.
    const VALUES: &'static [&'static str];

    /// What each of [`VALUES`](Self::VALUES) says about a call, for a type that is used as `outcome = Type`; empty if the type does not say.
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

/// A label whose values are not known beforehand: a host, a tenant, a namespace.
///
/// Each such label has a cap, 100 unless `max = n` says otherwise. The first values up to the cap get series of their own; past it,
/// new values are counted together as `other`, and `metrics_instrumented_label_overflow_total{metric, label}` says how often.
///
/// ```
/// use metrics_instrumented::{Counter, Open};
///
/// /// Requests by virtual host.
/// #[derive(Counter)]
/// #[counter(name = "proxy_requests_total")]
/// struct Requests<'a> {
///     #[label(max = 50)]
///     host: Open<'a>,
/// }
///
/// let header = String::from("example.org");
/// Requests { host: Open::new(&header) }.increment(1);
/// ```
///
/// Without `#[label(max = 50)]` the cap of a field is 100. A value that was seen before costs one look-up and no allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open<'a>(&'a str);

impl<'a> Open<'a> {
    /// An open label with this value, whatever characters are in it: the exposition escapes them.
    #[must_use]
    pub fn new(value: &'a str) -> Self {
        Self(value)
    }
}

impl<'a, T: AsRef<str> + ?Sized> From<&'a T> for Open<'a> {
    fn from(value: &'a T) -> Self {
        Self(value.as_ref())
    }
}

/// What may stand in a label's place: a [`LabelValue`] or [`Open`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label value: the set of its values is not known at compile time",
    label = "not a closed set of values",
    note = "make it an enum with `#[derive(LabelValue)]`, so that its cardinality is known",
    note = "a text from outside is an open label: write `open(..)` around it in the attribute, or `Open<'_>` for a field's type; it has a cap"
)]
pub trait Label {
    /// How many series the closed set makes; 1 for an open label, whose cap is its own limit.
    const SERIES: usize;
    /// The closed set, or nothing for an open label.
    const VALUES: Option<&'static [&'static str]>;

    /// The value of this call.
    fn label(&self) -> Value<'_>;
}

impl<T: LabelValue + ?Sized> Label for T {
    const SERIES: usize = T::VALUES.len();
    const VALUES: Option<&'static [&'static str]> = Some(T::VALUES);

    fn label(&self) -> Value<'_> {
        Value::Closed { values: T::VALUES, index: self.index() }
    }
}

/// What a label said already.
impl Label for Value<'_> {
    const SERIES: usize = 1;
    const VALUES: Option<&'static [&'static str]> = None;

    fn label(&self) -> Value<'_> {
        *self
    }
}

impl Label for Open<'_> {
    const SERIES: usize = 1;
    const VALUES: Option<&'static [&'static str]> = None;

    fn label(&self) -> Value<'_> {
        Value::Open(self.0)
    }
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
