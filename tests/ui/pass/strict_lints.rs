//! Under the strictest lints that the expansion can be held against, and without `unsafe`.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unused,
    dead_code,
    future_incompatible,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    keyword_idents,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    missing_copy_implementations,
    missing_debug_implementations,
    non_ascii_idents,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unsafe_op_in_unsafe_fn,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![allow(trivial_casts, reason = "tests of coercions below")]
//! It has documentation, as `missing_docs` asks.

#[path = "../support.rs"]
#[allow(missing_docs, unreachable_pub, dead_code, unused_qualifications)]
mod support;

use std::future::{Future, ready};
use std::pin::Pin;

use metrics_instrumented::{Counter, Gauge, Histogram, LabelValue, Open, Operation, instrumented};

/// A kind.
#[derive(Clone, Copy, Debug, LabelValue)]
pub enum Kind {
    /// The first.
    First,
    /// The inner ones.
    #[label(transparent)]
    Inner(Inner),
    /// Not told apart.
    #[label(skip)]
    Odd {
        /// Where.
        at: u8,
    },
}

/// An inner kind.
#[derive(Clone, Copy, Debug, LabelValue)]
pub enum Inner {
    /// The only one.
    Only,
}

/// Nothing is of this type.
#[derive(Clone, Copy, Debug, LabelValue)]
pub enum Empty {}

/// Uploads.
#[derive(Clone, Copy, Debug, Operation)]
#[operation(name = "uploads", errors(name = "uploads_errors_total", of = Kind), max_series = 10_000)]
pub struct Upload<'a> {
    /// Its kind.
    pub operation: Kind,
    /// Its host.
    pub host: Open<'a>,
}

/// Events.
#[derive(Clone, Copy, Debug, Counter)]
#[counter(name = "events_total")]
pub struct Events {
    /// Their kind.
    pub kind: Kind,
}

/// Connections.
#[derive(Clone, Copy, Debug, Gauge)]
#[gauge(name = "connections")]
pub struct Connections {}

/// Sizes.
#[derive(Clone, Copy, Debug, Histogram)]
#[histogram(name = "sizes_bytes")]
pub struct Sizes {}

metrics_instrumented::build_info!();

/// Plain.
#[instrumented]
pub fn plain() {}

/// The imports of attributes in a block are used, though the block removes the attributes.
#[metrics_instrumented::instrumented]
pub mod block {
    use metrics_instrumented::instrumented;

    /// A type.
    #[derive(Clone, Copy, Debug)]
    pub struct Left;

    impl Left {
        /// Left alone.
        #[instrumented(skip)]
        pub fn alone(self) {}

        /// Refined.
        #[instrumented(outcome = none)]
        pub fn refined(self) {}
    }

    /// Its imports are its own.
    pub mod inner {
        use metrics_instrumented as shorter;

        /// Left alone.
        #[shorter::instrumented(skip)]
        pub fn alone() {}
    }
}

/// With everything.
#[instrumented(
    name = "everything",
    namespace = "shop",
    subsystem = "checkout",
    labels(kind: Kind = kind, host = open(host), flag),
    outcome(label = "status", ok = "success", error = "failure", panic = "panicked", cancelled = "left", started = "begun"),
    errors(name = "everything_errors_total", label = "reason", of = Kind),
    started,
    buckets = linear(1, 1, 3),
    help = "Everything.",
    max_series = 5000
)]
pub fn everything<T>(kind: Kind, host: &str, flag: bool, value: T) -> Result<T, Kind> {
    if flag {
        return Err(kind);
    }
    if host.is_empty() { Err(Kind::Odd { at: 1 }) } else { Ok(value) }
}

/// Must be used.
#[must_use]
#[instrumented]
pub fn must_use(values: &mut Vec<u32>) -> Option<&mut u32> {
    values.first_mut()
}

/// Not dead code, although it is never called.
#[instrumented]
pub async fn later(kind: Kind) -> Result<Box<dyn Iterator<Item = u32>>, Kind> {
    ready(()).await;
    match kind {
        Kind::First => Ok(Box::new(std::iter::once(1))),
        Kind::Inner(_) | Kind::Odd { .. } => Err(kind),
    }
}

/// A future.
#[instrumented]
pub fn future(kind: &Kind) -> impl Future<Output = Result<u32, Kind>> {
    ready(Err(*kind))
}

/// A boxed future.
#[instrumented]
pub fn boxed(early: bool) -> Pin<Box<dyn Future<Output = Option<u32>> + Send>> {
    if early {
        return Box::pin(ready(None));
    }
    Box::pin(async { Some(1) })
}

/// A boxed future and nothing else.
#[instrumented]
pub fn only_boxed<'a>(text: &'a str, other: &'a str) -> Pin<Box<dyn Future<Output = &'a str> + Send + 'a>> {
    Box::pin(async move { if text.len() > 3 { text } else { other } })
}

/// Declared.
#[instrumented(Upload { operation: Kind::Inner(Inner::Only), host: Open::new(host) })]
pub fn declared(host: &str) -> Result<(), Kind> {
    drop(host.to_owned());
    Ok(())
}

/// Declared, of a future.
#[instrumented(Upload { operation: kind, host: Open::new("a") })]
pub async fn declared_later(kind: Kind) -> Result<(), Kind> {
    ready(Ok(())).await
}

/// A type of methods.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    calls: u32,
}

impl Service {
    /// A method.
    #[instrumented]
    pub fn call(&mut self) -> Result<u32, Kind> {
        self.calls += 1;
        Ok(self.calls)
    }

    /// An own one.
    #[instrumented]
    pub fn end(mut self) -> Self {
        self.calls = 0;
        self
    }

    #[instrumented]
    fn private(&self) -> u32 {
        self.calls
    }
}

/// A trait.
pub trait Trait {
    /// A default.
    #[instrumented]
    fn default(&self, _unused: u32) -> Option<u32> {
        None
    }
}

impl Trait for Service {}

/// What it never does is not what it does not do.
#[instrumented]
pub fn never() -> ! {
    std::panic::resume_unwind(Box::new("a panic without the message of the hook"))
}

/// A body of one macro, on one line: its braces are not unnecessary.
#[rustfmt::skip]
#[instrumented]
pub fn on_one_line() { println!("over") }

/// The same of one that does not return.
#[rustfmt::skip]
#[instrumented]
pub fn never_on_one_line() -> ! { panic!("over") }

fn main() {
    let exposition = support::recorded(|| {
        plain();
        assert!(everything(Kind::First, "a", false, 1).is_ok());
        assert_eq!(must_use(&mut vec![1]), Some(&mut 1));
        assert_eq!(futures::executor::block_on(only_boxed("abcd", "")), "abcd");
        declared("a").unwrap();
        let mut service = Service { calls: 0 };
        let _: Result<u32, Kind> = service.call();
        assert_eq!(service.private(), 1);
        assert_eq!(service.end().calls, 0);
        assert_eq!(service.default(1), None);
    });
    let labels = [("kind", "First"), ("host", "a"), ("flag", "false"), ("status", "success")];
    assert_eq!(exposition.value("shop_checkout_everything_total", &labels), Some(1.0));
}
