//! Open labels: any string is a value, up to a cap.

/// A label whose values are only known at run time, such as a host, a tenant or a namespace.
///
/// Every open label has a cap: 100 by default, or `max = n`. Each value up to the cap has series of its own. After that, new values are counted together as
/// `other`, and `metrics_instrumented_label_overflow_total{metric, label}` counts these calls. Values can expire after a time without calls or updates: `idle = n`, see
/// [`instrumented`](macro@crate::instrumented#values-that-expire).
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
/// A value that was seen before costs one look-up and no allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open<'a>(pub(super) &'a str);

impl<'a> Open<'a> {
    /// Creates an open label with this value. Any characters are allowed; the exposition escapes them.
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

/// A string that an open label takes as its value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a string",
    label = "an open label takes a string",
    note = "write `open(value.to_string())` for a value that implements `Display`"
)]
pub trait Text {
    /// Returns the value of the call.
    fn open(&self) -> Open<'_>;
}

impl<T: AsRef<str> + ?Sized> Text for T {
    #[inline]
    fn open(&self) -> Open<'_> {
        Open::new(self.as_ref())
    }
}
