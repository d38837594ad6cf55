//! Without any prelude.

#![no_implicit_prelude]

#[path = "../support.rs"]
mod support;

use ::metrics_instrumented::{Counter, Gauge, Histogram, LabelValue, Open, Operation, instrumented};

#[derive(LabelValue)]
#[label(rename_all = "lowercase")]
enum Kind {
    First,
    #[label(transparent)]
    Rest(Inner),
    #[label(skip)]
    Odd,
}

#[derive(LabelValue)]
enum Inner {
    Second,
}

#[derive(Operation)]
#[operation(name = "uploads", namespace = "shop", buckets = exponential(1, 2, 3), started, max_series = 10_000)]
struct Upload<'a> {
    kind: Kind,
    flag: bool,
    host: Open<'a>,
}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events {
    kind: Kind,
}

#[derive(Gauge)]
#[gauge(name = "connections")]
struct Connections {}

#[derive(Histogram)]
#[histogram(name = "sizes_bytes", buckets = [1, 2])]
struct Sizes {}

#[instrumented(name = "plain", labels(kind: Kind = Kind::First, text = open("a"), flag), errors(name = "plain_errors_total", label = "reason"), buckets = [1.0], max_series = 10_000)]
fn plain(flag: bool) -> ::std::result::Result<(), Kind> {
    if flag { ::std::result::Result::Err(Kind::Odd) } else { ::std::result::Result::Ok(()) }
}

/// Its name is longer than those for which the runtime has entries.
#[instrumented]
fn a_function_whose_name_has_more_than_the_sixty_bytes_of_the_longest_entry(n: u32) -> ::std::option::Option<u32> {
    n.checked_add(1)
}

#[instrumented]
fn unnamed() {}

#[instrumented(name = "later")]
async fn later() -> ::std::option::Option<u32> {
    ::std::option::Option::None
}

#[instrumented(name = "future")]
fn future() -> impl ::std::future::Future<Output = ::std::result::Result<u32, ()>> {
    ::std::future::ready(::std::result::Result::Err(()))
}

#[instrumented(name = "boxed")]
fn boxed(early: bool) -> ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = u32>>> {
    if early {
        return ::std::boxed::Box::pin(::std::future::ready(1));
    }
    ::std::boxed::Box::pin(async { 2 })
}

#[instrumented(Upload { kind: Kind::Rest(Inner::Second), flag: true, host: Open::new("example.org") })]
fn declared() -> u32 {
    3
}

fn main() {
    use ::futures::executor::block_on;
    use ::std::{assert, assert_eq};

    let exposition = support::recorded(|| {
        assert!(plain(true).is_err());
        unnamed();
        assert_eq!(a_function_whose_name_has_more_than_the_sixty_bytes_of_the_longest_entry(1), ::std::option::Option::Some(2));
        assert!(block_on(later()).is_none());
        assert!(block_on(future()).is_err());
        assert_eq!(block_on(boxed(true)), 1);
        assert_eq!(block_on(boxed(false)), 2);
        assert_eq!(declared(), 3);
        Events { kind: Kind::First }.increment(2);
        Connections {}.set(3.0);
        Sizes {}.record(1.5);
    });
    let value = |name, labels| exposition.expect_value(name, labels);
    assert_eq!(value("plain_total", &[("kind", "first"), ("text", "a"), ("flag", "true"), ("outcome", "error")]), 1.0);
    assert_eq!(value("plain_errors_total", &[("kind", "first"), ("text", "a"), ("flag", "true"), ("reason", "other")]), 1.0);
    let counted = value("function_calls_total", &[("function", "a_function_whose_name_has_more_than_the_sixty_bytes_of_the_longest_entry"), ("module", ::std::module_path!()), ("outcome", "ok")]);
    assert_eq!(counted, 1.0);
    support::assert_ended(&exposition, "later", [1.0, 0.0, 0.0, 0.0]);
    support::assert_ended(&exposition, "future", [0.0, 1.0, 0.0, 0.0]);
    support::assert_ended(&exposition, "boxed", [2.0, 0.0, 0.0, 0.0]);
    let labels = [("kind", "Second"), ("flag", "true"), ("host", "example.org"), ("outcome", "ok")];
    assert_eq!(value("shop_uploads_total", &labels), 1.0);
    assert_eq!(value("events_total", &[("kind", "first")]), 2.0);
    assert_eq!(value("connections", &[]), 3.0);
    assert_eq!(value("sizes_bytes_sum", &[]), 1.5);
}
