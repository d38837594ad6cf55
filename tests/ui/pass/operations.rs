//! Declared operations: `#[derive(Operation)]` with every key, named at functions and used for blocks of code.

#[path = "../support.rs"]
mod support;

use metrics_instrumented::{Ended, LabelValue, Open, Operation, Outcome, instrumented};
use support::recorded;

#[derive(Clone, Copy, LabelValue)]
#[label(rename_all = "lowercase")]
enum Kind {
    Create,
    Delete,
}

#[derive(Debug, LabelValue, PartialEq)]
enum Problem {
    Busy,
    Gone(u8),
}

/// Volume operations.
///
/// Not part of HELP.
#[derive(Clone, Copy, Operation)]
#[operation(name = "volumes")]
struct Volumes {
    operation: Kind,
}

/// Without labels.
#[derive(Operation)]
#[operation(name = "units")]
struct Unit;

#[derive(Operation)]
#[operation(name = "braces", only(calls))]
struct Braces {}

#[derive(Operation)]
#[operation(
    namespace = "shop",
    subsystem = "checkout",
    calls(name = "orders_placed_total", help = "Orders.", labels(operation)),
    duration = "order_seconds",
    in_flight(labels(host)),
    name = "orders"
)]
#[operation(
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "gone"),
    errors(name = "order_problems_total", label = "problem", of = Problem, labels()),
    started,
    buckets = exponential(0.01, 10, 3),
    help = "About orders.",
    max_series = 2000,
    crate = ::metrics_instrumented
)]
struct Orders<'a, 'b> {
    #[label(rename = "operation")]
    kind: Kind,
    #[label(max = 2)]
    host: Open<'a>,
    #[label(rename = "type", max = 3)]
    r#type: Open<'b>,
    flag: Option<&'static bool>,
}

#[derive(LabelValue)]
enum Found {
    Hit,
    Miss,
}

impl<T> From<&Option<T>> for Found {
    fn from(found: &Option<T>) -> Self {
        if found.is_some() { Self::Hit } else { Self::Miss }
    }
}

#[derive(Operation)]
#[operation(name = "lookups", outcome(type = Found, label = "result"))]
struct Lookups {
    cold: bool,
}

mod elsewhere {
    use metrics_instrumented::Operation;

    #[derive(Operation)]
    #[operation(name = "elsewhere")]
    pub struct Elsewhere {
        pub flag: bool,
    }

    impl Elsewhere {
        pub const ON: Self = Self { flag: true };
    }
}

// At functions.

#[instrumented(Volumes { operation: Kind::Create })]
fn create(fail: bool) -> Result<(), String> {
    if fail {
        return Err("no".to_owned());
    }
    Ok(())
}

#[instrumented(self::Volumes { operation: Kind::Delete },)]
async fn delete(fail: bool) -> Result<(), String> {
    if fail {
        return Err("no".to_owned());
    }
    Ok(())
}

#[instrumented(Volumes { operation })]
fn by_argument(operation: Kind) {}

#[instrumented(Volumes { operation })]
fn boxed(operation: Kind) -> std::pin::Pin<Box<dyn Future<Output = Result<u32, u32>>>> {
    Box::pin(async { Err(1) })
}

#[instrumented(Volumes { operation: Kind::Delete })]
fn returned() -> impl Future<Output = Result<u32, u32>> {
    async { Err(1) }
}

#[instrumented(Volumes { ..volumes })]
fn by_update(volumes: Volumes) -> u32 {
    1
}

#[instrumented(Unit)]
fn unit() -> Option<u32> {
    None
}

#[instrumented(Braces {})]
fn braces() -> bool {
    true
}

#[instrumented(elsewhere::Elsewhere { flag: fast && true })]
fn path(fast: bool) -> u32 {
    1
}

#[instrumented(elsewhere::Elsewhere::ON)]
fn constant() -> u32 {
    1
}

#[instrumented(Orders { kind: Kind::Create, host: Open::new(host), r#type: host.into(), flag: None })]
fn order(host: &str, problem: Option<Problem>) -> Result<&str, Problem> {
    problem.map_or(Ok(&host[1..]), Err)
}

struct Thing {
    host: String,
}

impl Thing {
    #[instrumented(Orders { kind: Kind::Delete, host: Open::new(&self.host), r#type: Open::new("t"), flag: Some(&true) })]
    async fn order<'a>(&'a mut self, fail: bool) -> Result<&'a mut String, Problem> {
        if fail {
            return Err(Problem::Busy);
        }
        Ok(&mut self.host)
    }
}

#[instrumented(Lookups { cold: true })]
fn lookup<T: Clone>(key: &Option<T>) -> Option<T> {
    key.clone()
}

#[instrumented(Volumes { operation: Kind::Create })]
fn diverging() -> ! {
    std::panic::resume_unwind(Box::new("without a message"))
}

struct Response(u16);

impl Outcome for Response {
    fn outcome(&self) -> Ended {
        if self.0 < 500 { Ended::Ok } else { Ended::Error }
    }
}

#[instrumented(Volumes { operation: Kind::Delete })]
fn response(status: u16) -> Response {
    Response(status)
}

fn main() {
    use futures::executor::block_on;

    let exposition = recorded(|| {
        assert!(create(true).is_err() && create(false).is_ok());
        assert!(block_on(delete(true)).is_err());
        by_argument(Kind::Create);
        assert!(block_on(boxed(Kind::Create)).is_err() && block_on(returned()).is_err());
        assert_eq!(by_update(Volumes { operation: Kind::Delete }), 1);
        assert_eq!(unit(), None);
        assert!(braces());
        assert_eq!(path(true) + path(false) + constant(), 3);
        assert_eq!(order("abc", None), Ok("bc"));
        assert_eq!(order("abc", Some(Problem::Gone(1))), Err(Problem::Gone(1)));
        let mut thing = Thing { host: "abc".to_owned() };
        assert!(block_on(thing.order(true)).is_err());
        assert!(block_on(thing.order(false)).is_ok());
        drop(thing.order(false));
        assert_eq!(lookup(&Some(1)), Some(1));
        assert_eq!(lookup::<u32>(&None), None);
        assert!(std::panic::catch_unwind(|| diverging()).is_err());
        assert!(response(200).0 < 300 && response(500).0 > 300);

        // Code that is not a function.
        let guard = Unit.start();
        guard.ok();
        Unit.start().error();
        Unit.start().finish(&Ok::<_, ()>(1));
        drop(Unit.start());
        assert_eq!(Unit.measure(|| Err::<(), _>(1)), Err(1));
        assert_eq!(block_on(Unit.measure_async(async { Some(1) })), Some(1));
        assert_eq!(Lookups { cold: false }.measure(|| Some(1)), Some(1));
        Lookups { cold: false }.start().end(&Found::Miss);
        let orders = Orders { kind: Kind::Create, host: Open::new("x"), r#type: Open::new("y"), flag: Some(&false) };
        assert_eq!(orders.measure(|| Err::<u32, _>(Problem::Busy)), Err(Problem::Busy));
    });
    let value = |name: &str, labels: &[(&str, &str)]| exposition.expect_value(name, labels);

    assert_eq!(value("volumes_total", &[("operation", "create"), ("outcome", "ok")]), 2.0);
    assert_eq!(value("volumes_total", &[("operation", "create"), ("outcome", "error")]), 2.0);
    assert_eq!(value("volumes_total", &[("operation", "create"), ("outcome", "panic")]), 1.0);
    assert_eq!(value("volumes_total", &[("operation", "delete"), ("outcome", "ok")]), 2.0);
    assert_eq!(value("volumes_total", &[("operation", "delete"), ("outcome", "error")]), 3.0);
    support::assert_ended(&exposition, "units", [4.0, 2.0, 0.0, 1.0]);
    assert_eq!(value("braces_total", &[("outcome", "ok")]), 1.0);
    assert!(exposition.find("braces_duration_seconds").is_none());
    assert_eq!(value("elsewhere_total", &[("flag", "true"), ("outcome", "ok")]), 2.0);
    assert_eq!(exposition.family("volumes_total").help.as_deref(), Some("Volume operations."));

    let orders = "shop_checkout_orders_placed_total";
    exposition.assert_labels(orders, &["operation", "status"]);
    assert_eq!(value(orders, &[("operation", "create"), ("status", "success")]), 1.0);
    assert_eq!(value(orders, &[("operation", "create"), ("status", "failure")]), 2.0);
    assert_eq!(value(orders, &[("operation", "create"), ("status", "started")]), 3.0);
    assert_eq!(value(orders, &[("operation", "delete"), ("status", "failure")]), 1.0);
    assert_eq!(value("shop_checkout_order_problems_total", &[("problem", "Gone")]), 1.0);
    assert_eq!(value("shop_checkout_order_problems_total", &[("problem", "Busy")]), 2.0);
    exposition.assert_labels("shop_checkout_orders_in_flight", &["host"]);
    exposition.assert_labels("shop_checkout_order_seconds", &["operation", "host", "type", "flag"]);
    assert_eq!(exposition.family(orders).help.as_deref(), Some("Orders."));
    assert_eq!(exposition.family("shop_checkout_order_seconds").help.as_deref(), Some("About orders."));

    assert_eq!(value("lookups_total", &[("cold", "true"), ("result", "Hit")]), 1.0);
    assert_eq!(value("lookups_total", &[("cold", "true"), ("result", "Miss")]), 1.0);
    assert_eq!(value("lookups_total", &[("cold", "false"), ("result", "Hit")]), 1.0);
    assert_eq!(value("lookups_total", &[("cold", "false"), ("result", "Miss")]), 1.0);
}
