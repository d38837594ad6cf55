//! `polls` of tasks on several threads, counted in the shards' process.

use std::time::Duration;

use metrics_instrumented::instrumented;
use tokio::task::{JoinSet, yield_now};

use crate::{exporter, here, scrape};

#[instrumented(name = "polls_tasks", polls(slow = 0.02))]
async fn task(yields: u32, blocks: bool) {
    for _ in 0..yields {
        yield_now().await;
    }
    if blocks {
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn polls_of_tasks_that_move_between_threads_are_counted_exactly() {
    exporter();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for number in 0..500 {
            tasks.spawn(task(number % 4, number % 100 == 0));
        }
        tasks.join_all().await;
    });
    let exposition = scrape();
    let value = |ending: &str| exposition.value(&format!("polls_tasks_{ending}"), &here(&[])).unwrap();
    let polls = 500.0 + 125.0 * f64::from(1 + 2 + 3);
    assert!((value("polls_total") - polls).abs() < 0.5, "{}", value("polls_total"));
    let (busy, slow) = (value("busy_seconds_total"), value("slow_polls_total"));
    assert!((0.15..30.0).contains(&busy), "{busy}");
    assert!((5.0..=polls).contains(&slow), "{slow}");
}
