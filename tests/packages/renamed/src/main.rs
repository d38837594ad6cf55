//! The dependency by another name: `crate = mi`, or a path through a module of one's own, in every macro.

#![forbid(unsafe_code)]
#![deny(warnings)]

mod telemetry {
    pub use mi as metrics;
}

use mi::{Counter, Gauge, Histogram, LabelValue, Open, Operation, instrumented};

mi::build_info!("renamed_build_info", version = env!("CARGO_PKG_VERSION"));

#[derive(LabelValue, Clone, Copy)]
#[label(crate = mi)]
enum Inner {
    Io,
    Parse,
}

#[derive(LabelValue)]
#[label(rename_all = "lowercase", crate = crate::telemetry::metrics)]
enum Reason {
    Closed,
    #[label(transparent)]
    Inner(Inner),
}

/// Orders.
#[instrumented(crate = mi, name = "renamed_orders", labels(reason: Reason = reason, host = open(host)), errors = "renamed_orders_errors_total", max_series = 2_000)]
fn order(reason: &Reason, host: &str) -> Result<usize, Inner> {
    if host.is_empty() { Err(Inner::Parse) } else { Ok(host.len() + reason.index()) }
}

#[instrumented(crate = crate::telemetry::metrics)]
async fn later() -> Option<u8> {
    std::future::ready(Some(1)).await
}

/// Steps.
#[derive(Operation)]
#[operation(crate = mi, name = "renamed_steps", max_series = 2_000)]
struct Step<'a> {
    inner: Inner,
    host: Open<'a>,
}

#[instrumented(Step { inner, host: Open::new("a") }, crate = mi)]
fn step(inner: Inner) {
    let _ = inner;
}

#[instrumented(crate = mi, namespace = "renamed_block")]
mod block {
    pub(super) fn inside() {}
}

/// Events.
#[derive(Counter)]
#[counter(crate = mi, name = "renamed_events_total")]
struct Events;

/// Sessions.
#[derive(Gauge)]
#[gauge(crate = mi, name = "renamed_sessions")]
struct Sessions;

/// Sizes.
#[derive(Histogram)]
#[histogram(crate = mi, name = "renamed_sizes_bytes")]
struct Sizes;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let metrics = mi::exporter().install_recorder()?;
    assert_eq!(order(&Reason::Closed, "a").ok(), Some(1));
    assert!(order(&Reason::Inner(Inner::Io), "").is_err());
    assert_eq!(
        std::pin::pin!(later()).poll(&mut std::task::Context::from_waker(std::task::Waker::noop())),
        std::task::Poll::Ready(Some(1))
    );
    step(Inner::Io);
    block::inside();
    Events.increment(3);
    Sessions.set(4.0);
    Sizes.record(5.0);
    print!("{}", metrics.render());
    Ok(())
}
