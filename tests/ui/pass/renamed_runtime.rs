//! `crate = path`, where the runtime is known by another name.

#[path = "../support.rs"]
mod support;

mod vendor {
    pub mod observability {
        pub use metrics_instrumented::*;
    }
}

use vendor::observability::{Counter as _, Gauge as _, Histogram as _, Operation as _, instrumented};

/// From here on, the usual name is something else.
#[allow(unused)]
mod metrics_instrumented_is_hidden {
    pub struct Nothing;
}

#[derive(Clone, Copy, vendor::observability::LabelValue)]
#[label(crate = vendor::observability, rename_all = "lowercase")]
enum Tier {
    Gold,
    #[label(transparent)]
    Inner(Inner),
}

#[derive(Clone, Copy, vendor::observability::LabelValue)]
#[label(crate = crate::vendor::observability)]
enum Inner {
    Basic,
}

#[derive(vendor::observability::Operation)]
#[operation(name = "declared", crate = vendor::observability)]
struct Orders {
    tier: Tier,
}

#[derive(vendor::observability::Counter)]
#[counter(name = "events_total", crate = crate::vendor::observability)]
struct Events {}

#[derive(vendor::observability::Gauge)]
#[gauge(crate = self::vendor::observability, name = "connections")]
struct Connections {}

#[derive(vendor::observability::Histogram)]
#[histogram(name = "sizes_bytes", crate = ::metrics_instrumented)]
struct Sizes {}

#[instrumented(name = "inline", labels(tier: Tier = tier, host = open("a")), errors = "inline_errors_total", crate = vendor::observability)]
fn inline(tier: Tier) -> Result<(), Inner> {
    match tier {
        Tier::Gold => Ok(()),
        Tier::Inner(inner) => Err(inner),
    }
}

#[instrumented(Orders { tier }, crate = vendor::observability)]
fn declared(tier: Tier) -> u32 {
    1
}

#[instrumented(crate = vendor::observability, name = "futures")]
async fn future() -> Result<(), ()> {
    Err(())
}

mod service {
    use super::vendor as v;

    #[v::observability::instrumented(crate = v::observability, name = "aliased")]
    pub fn aliased() {}
}

/// What a crate offers that wraps this one: a macro whose expansion knows its way home.
macro_rules! wrapped {
    ($function:ident, $name:literal) => {
        #[$crate::vendor::observability::instrumented(name = $name, crate = $crate::vendor::observability)]
        fn $function() -> Option<u32> {
            Some(1)
        }
    };
}
wrapped!(wrapped_function, "wrapped");

fn main() {
    let exposition = support::recorded(|| {
        assert!(inline(Tier::Gold).is_ok() && inline(Tier::Inner(Inner::Basic)).is_err());
        assert_eq!(declared(Tier::Gold), 1);
        assert!(futures::executor::block_on(future()).is_err());
        service::aliased();
        assert_eq!(wrapped_function(), Some(1));
        Events {}.increment(1);
        Connections {}.set(1.0);
        Sizes {}.record(1.0);
        assert_eq!(Orders { tier: Tier::Gold }.measure(|| 2), 2);
    });
    let value = |name: &str, labels: &[(&str, &str)]| exposition.expect_value(name, labels);
    assert_eq!(value("inline_total", &[("tier", "gold"), ("host", "a"), ("outcome", "ok")]), 1.0);
    assert_eq!(value("inline_errors_total", &[("tier", "Basic"), ("host", "a"), ("kind", "Basic")]), 1.0);
    assert_eq!(value("declared_total", &[("tier", "gold"), ("outcome", "ok")]), 2.0);
    assert_eq!(value("events_total", &[]) + value("connections", &[]) + value("sizes_bytes_sum", &[]), 3.0);
    support::assert_ended(&exposition, "futures", [0.0, 1.0, 0.0, 0.0]);
    support::assert_ended(&exposition, "aliased", [1.0, 0.0, 0.0, 0.0]);
    support::assert_ended(&exposition, "wrapped", [1.0, 0.0, 0.0, 0.0]);
}
