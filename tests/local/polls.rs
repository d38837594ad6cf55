//! `polls`: how often futures are polled, how long, and how many polls are slow.

use std::pin::Pin;
use std::thread::sleep;
use std::time::Duration;

use futures::StreamExt;
use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Local, panic_of, poll_once};

#[derive(LabelValue, Clone, Copy)]
enum Tier {
    Gold,
    Silver,
}

async fn yields(times: u32, blocks: Duration) {
    for _ in 0..times {
        sleep(blocks);
        let mut is_ready = false;
        std::future::poll_fn(|_| {
            if std::mem::replace(&mut is_ready, true) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// Places an order.
#[instrumented(name = "polled", labels(tier), polls(slow = 0.005))]
async fn polled(tier: Tier, times: u32, blocks: Duration) -> Result<(), ()> {
    let _ = tier;
    yields(times, blocks).await;
    Err(())
}

fn run<F: Future>(local: &Local, future: F) {
    let mut future = Box::pin(future);
    local.run(|| while poll_once(future.as_mut()).is_pending() {});
}

/// Polls, seconds, slow polls.
fn read(local: &Local, base: &str, labels: &[(&str, &str)]) -> [f64; 3] {
    let exposition = local.read();
    ["polls_total", "busy_seconds_total", "slow_polls_total"].map(|ending| {
        let name = format!("{base}_{ending}");
        exposition.value(&name, labels).unwrap_or_else(|| panic!("no {name}"))
    })
}

#[test]
fn polls_are_counted_by_the_operations_labels_and_slow_ones_by_their_threshold() {
    let local = Local::new();
    run(&local, polled(Tier::Gold, 3, Duration::ZERO));
    run(&local, polled(Tier::Silver, 2, Duration::from_millis(8)));
    let [polls, busy, slow] = read(&local, "polled", &[("tier", "Gold")]);
    assert_eq!(polls, 4.0);
    assert!(busy > 0.0 && busy < 30.0 && slow <= 4.0, "{busy} {slow}");
    let [polls, busy, slow] = read(&local, "polled", &[("tier", "Silver")]);
    assert_eq!(polls, 3.0);
    assert!(busy >= 0.016 && slow >= 2.0, "{busy} {slow}");
    // How the call ends has its own counter.
    assert_eq!(local.read().value("polled_total", &[("tier", "Gold"), ("outcome", "error")]), Some(1.0));
    let help = local.read().family("polled_slow_polls_total").help.clone();
    assert_eq!(help.as_deref(), Some("Polls that took longer than 0.005 seconds."));
}

#[instrumented(name = "polled_panics", polls)]
async fn panics() {
    yields(1, Duration::ZERO).await;
    panic!("as planned");
}

#[test]
fn a_poll_that_panics_is_counted_and_a_future_that_is_never_polled_is_not() {
    let local = Local::new();
    drop(panics());
    let mut future = Box::pin(panics());
    local.run(|| {
        assert!(poll_once(future.as_mut()).is_pending());
        panic_of(|| poll_once(future.as_mut()));
    });
    assert_eq!(read(&local, "polled_panics", &[])[0], 2.0);
    assert_eq!(local.read().value("polled_panics_total", &[("outcome", "panic")]), Some(1.0));
}

#[instrumented(name = "polled_boxed", polls)]
fn boxed(times: u32) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(yields(times, Duration::ZERO))
}

#[instrumented(name = "polled_lazy", polls)]
fn lazy(times: u32) -> impl Future<Output = ()> + Send {
    yields(times, Duration::ZERO)
}

#[instrumented(name = "polled_unpinned", polls)]
fn unpinned(times: u32) -> Box<dyn Future<Output = ()> + Unpin> {
    Box::new(Box::pin(yields(times, Duration::ZERO)))
}

#[instrumented(name = "polled_items", polls)]
fn items(count: u32) -> impl futures::Stream<Item = u32> {
    futures::stream::iter(0..count)
}

#[test]
fn every_form_of_future_and_stream_is_counted() {
    let local = Local::new();
    run(&local, boxed(2));
    run(&local, lazy(3));
    run(&local, unpinned(4));
    run(&local, items(5).collect::<Vec<_>>());
    let bases = ["polled_boxed", "polled_lazy", "polled_unpinned", "polled_items"];
    assert_eq!(bases.map(|base| read(&local, base, &[])[0]), [3.0, 4.0, 5.0, 6.0]);
}

/// Uploads.
#[derive(Operation, Clone, Copy)]
#[operation(name = "polled_uploads", polls)]
struct Upload {
    tier: Tier,
}

#[instrumented(Upload { tier })]
async fn upload(tier: Tier) {
    yields(1, Duration::ZERO).await;
}

/// Uploads whose polls nobody asks for.
#[derive(Operation, Clone, Copy)]
#[operation(name = "polled_nothing")]
struct Plain {}

#[instrumented(Plain {})]
async fn plain() {
    yields(1, Duration::ZERO).await;
}

#[test]
fn a_declared_operation_decides_for_all_of_its_futures() {
    let local = Local::new();
    run(&local, upload(Tier::Gold));
    run(&local, Upload { tier: Tier::Gold }.measure_async(yields(2, Duration::ZERO)));
    run(&local, Upload { tier: Tier::Gold }.into_static().measure_async(yields(2, Duration::ZERO)));
    run(&local, plain());
    assert_eq!(read(&local, "polled_uploads", &[("tier", "Gold")])[0], 2.0 + 3.0 + 3.0);
    assert!(local.read().find("polled_nothing_polls_total").is_none());
    // A future whose polls are not counted is not larger.
    let [plain, polled] = [
        size_of_val(&Plain {}.measure_async(std::future::ready(()))),
        size_of_val(&Upload { tier: Tier::Gold }.measure_async(std::future::ready(()))),
    ];
    assert!(plain + size_of::<usize>() * 2 <= polled, "{plain} and {polled} bytes");
}

struct Db;

#[instrumented(name = "polled_block", polls)]
impl Db {
    fn is_sync(&self) {}

    async fn is_async(&self) {}
}

#[test]
fn in_a_block_functions_without_a_future_have_no_polls() {
    let local = Local::new();
    local.run(|| Db.is_sync());
    run(&local, Db.is_async());
    assert_eq!(local.read().label_values("polled_block_polls_total", "function"), ["Db::is_async"]);
    assert_eq!(local.read().label_values("polled_block_total", "function"), ["Db::is_async", "Db::is_sync"]);
}
