//! Every form of an instrumented function or block: a value expires when it was idle for long enough, and never while a call runs.

use std::future::Future;
use std::pin::Pin;
use std::thread;

use futures::StreamExt;
use metrics_instrumented::{Handle, Open, Operation, instrumented};
use metrics_instrumented_tests::{alone, panic_of, pending, poll_once};

use crate::{install, read, wait};

const IDLE: u64 = 600;

#[instrumented(name = "forms", labels(tenant = open(tenant, idle = 600)))]
fn plain(tenant: &str) {}

#[instrumented(name = "forms_read", labels(tenant = open(tenant, idle = 600)))]
fn reads(tenant: &str) -> Result<(), String> {
    Err(String::new())
}

#[instrumented(name = "forms_async", labels(tenant = open(tenant, idle = 600)), in_flight(peak, oldest), polls)]
async fn asynchronous(tenant: &str) {
    pending().await;
}

#[instrumented(name = "forms_returned", labels(tenant = open(tenant, idle = 600)))]
fn returned(tenant: &str) -> impl Future<Output = ()> + use<> {
    let _ = tenant;
    pending()
}

#[instrumented(name = "forms_stream", labels(tenant = open(tenant, idle = 600)))]
fn stream(tenant: &str) -> impl futures::Stream<Item = u32> + use<> {
    let _ = tenant;
    futures::stream::iter([1, 2])
}

/// Uploads by tenant.
#[derive(Operation)]
#[operation(name = "forms_declared", in_flight(peak))]
struct Upload<'a> {
    #[label(max = 10, idle = 600)]
    tenant: Open<'a>,
    is_large: bool,
}

#[instrumented(Upload { tenant: Open::new(tenant), is_large: true })]
fn declared(tenant: &str) {}

#[instrumented(Upload { tenant: Open::new(tenant), is_large: true })]
async fn declared_async(tenant: &str) {
    pending().await;
}

struct Store(&'static str);

#[instrumented(name = "forms_block", labels(tenant = open(self.0, idle = 600)))]
impl Store {
    fn open(&self) {}
    fn close(&self) {}
}

fn block(tenant: &str) {
    let store = Store(if tenant == "a" { "a" } else { "b" });
    store.open();
    store.close();
}

/// Whether any family with this prefix has a series of the tenant.
fn shows(metrics: &Handle, base: &str, tenant: &str) -> bool {
    let text = metrics.render();
    text.lines().any(|line| line.starts_with(base) && line.contains(&format!("tenant=\"{tenant}\"")))
}

/// A finished call is there, and leaves.
#[track_caller]
fn comes_and_leaves(metrics: &Handle, base: &str, call: impl Fn(&str)) {
    call("a");
    assert!(shows(metrics, base, "a"), "{base}: {}", metrics.render());
    wait(IDLE - 60);
    assert!(shows(metrics, base, "a"), "{base}");
    // A call keeps it.
    call("a");
    wait(IDLE - 60);
    assert!(shows(metrics, base, "a"), "{base}");
    wait(61);
    assert!(!shows(metrics, base, "a"), "{base}: {}", metrics.render());
}

#[test]
fn the_values_of_every_form_leave() {
    alone(|| {
        let metrics = install();
        comes_and_leaves(&metrics, "forms_", plain);
        comes_and_leaves(&metrics, "forms_read_", |tenant| drop(reads(tenant)));
        comes_and_leaves(&metrics, "forms_async_", |tenant| {
            let _ = poll_once(std::pin::pin!(asynchronous(tenant)));
        });
        comes_and_leaves(&metrics, "forms_returned_", |tenant| {
            let _ = poll_once(std::pin::pin!(returned(tenant)));
        });
        comes_and_leaves(&metrics, "forms_stream_", |tenant| {
            let items: Vec<u32> =
                tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(stream(tenant).collect());
            assert_eq!(items, [1, 2]);
        });
        comes_and_leaves(&metrics, "forms_declared_", declared);
        comes_and_leaves(&metrics, "forms_declared_", |tenant| {
            drop(Upload { tenant: Open::new(tenant), is_large: false }.start());
        });
        comes_and_leaves(&metrics, "forms_declared_", |tenant| {
            let _ = poll_once(std::pin::pin!(declared_async(tenant)));
        });
        comes_and_leaves(&metrics, "forms_block_", block);
        comes_and_leaves(&metrics, "forms_declared_", |tenant| {
            panic_of(|| {
                Upload { tenant: Open::new(tenant), is_large: false }.measure(|| -> Result<(), ()> { panic!("!") })
            });
        });
        // A future that is dropped before its first poll was no call; its value expires, too.
        comes_and_leaves(&metrics, "forms_async_", |tenant| {
            drop(asynchronous(tenant));
            let _ = poll_once(std::pin::pin!(asynchronous(tenant)));
        });
    });
}

#[test]
fn a_value_stays_while_a_call_runs_and_until_the_idle_time_after_it() {
    type Call = Box<dyn std::any::Any + Send>;
    type Start = fn() -> Call;
    type Pinned = Pin<Box<dyn Future<Output = ()> + Send>>;
    fn polled(future: impl Future<Output = ()> + Send + 'static) -> Call {
        let mut future: Pinned = Box::pin(future);
        assert!(poll_once(future.as_mut()).is_pending());
        Box::new(future)
    }
    alone(|| {
        let metrics = install();
        let calls: [(&str, Start); 4] = [
            ("forms_declared_", || Box::new(Upload { tenant: Open::new("a"), is_large: true }.start())),
            ("forms_declared_", || polled(declared_async("a"))),
            ("forms_async_", || polled(asynchronous("a"))),
            ("forms_returned_", || polled(returned("a"))),
        ];
        for (base, start) in calls {
            let call = start();
            wait(10 * IDLE);
            let in_flight = format!("{base}in_flight");
            let text = metrics.render();
            let line = text
                .lines()
                .find(|line| line.starts_with(&in_flight) && line.contains("tenant=\"a\""))
                .unwrap_or("none");
            assert!(line.ends_with(" 1"), "{line}\n{text}");
            let family = format!("{base}total");
            assert!(!metrics.retire(&family, &[("tenant", "a")]).unwrap(), "a call runs");
            // It ends on another thread.
            thread::spawn(move || drop(call)).join().unwrap();
            wait(IDLE - 1);
            assert!(shows(&metrics, base, "a"), "{base}");
            assert!(metrics.retire(&family, &[("tenant", "a")]).unwrap());
            assert!(!shows(&metrics, base, "a"), "{base}");
        }
    });
}

#[test]
fn futures_that_are_not_polled_yet_keep_their_value() {
    alone(|| {
        let metrics = install();
        let mut future = Box::pin(asynchronous("a"));
        wait(IDLE);
        // All places of the label are needed meanwhile: none of them is the future's.
        for tenant in 0..200 {
            let _ = poll_once(std::pin::pin!(asynchronous(&format!("other {tenant}"))));
        }
        let _ = poll_once(future.as_mut());
        assert!((read(&metrics).expect_value("forms_async_in_flight", &[("tenant", "a")]) - 1.0).abs() < f64::EPSILON);
    });
}

#[test]
fn a_static_operation_keeps_its_value() {
    alone(|| {
        let metrics = install();
        let upload = Upload { tenant: Open::new("a"), is_large: true }.into_static();
        upload.start().ok();
        wait(IDLE);
        upload.start().ok();
        assert!(shows(&metrics, "forms_declared_", "a"));
        wait(IDLE);
        upload.start().ok();
        let counted = read(&metrics)
            .expect_value("forms_declared_total", &[("tenant", "a"), ("is_large", "true"), ("outcome", "ok")]);
        assert!((counted - 3.0).abs() < f64::EPSILON, "{counted}");
    });
}

#[test]
fn a_value_that_returns_begins_at_zero_with_its_own_start_timestamp() {
    let created = |metrics: &Handle| -> f64 {
        let text = metrics.render_openmetrics();
        let line = text.lines().find(|line| {
            line.starts_with("forms_created{") && line.contains("outcome=\"ok\"") && line.contains("tenant=\"a\"")
        });
        line.and_then(|line| line.rsplit_once(' '))
            .and_then(|(_, at)| at.parse().ok())
            .unwrap_or_else(|| panic!("{text}"))
    };
    alone(|| {
        let metrics = metrics_instrumented::exporter().created_timestamps().install_recorder().unwrap();
        plain("a");
        plain("a");
        let first = created(&metrics);
        wait(IDLE);
        thread::sleep(std::time::Duration::from_millis(20));
        assert!(!shows(&metrics, "forms_", "a"));
        thread::sleep(std::time::Duration::from_millis(20));
        plain("a");
        let second = created(&metrics);
        assert!(second >= first + 0.02, "{first} and {second}");
        let read = read(&metrics);
        let labels = [("tenant", "a"), ("outcome", "ok")];
        assert!((read.expect_value("forms_total", &labels) - 1.0).abs() < f64::EPSILON);
        assert_eq!(read.histogram("forms_duration_seconds", &[("tenant", "a")]).count, 1);
    });
}
