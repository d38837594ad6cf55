//! It needs no tokio runtime, and does not mind one.

use metrics_instrumented::{exporter, instrumented};
use metrics_instrumented_tests::{Calls, alone, http};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

#[instrumented(name = "runtimes_calls")]
async fn call(number: u64) -> Result<u64, u64> {
    yield_now().await;
    if number == 0 { Err(number) } else { Ok(number) }
}

/// Installs, calls and scrapes.
async fn use_exporter() {
    let address = exporter().listen("127.0.0.1:0").install().unwrap().local_addr().unwrap();
    for number in 0..5 {
        tokio::spawn(call(number)).await.unwrap().unwrap_or_default();
    }
    let exposition = tokio::task::spawn_blocking(move || http::scrape(address)).await.unwrap();
    assert_eq!(Calls::of(&exposition, "runtimes_calls", &[]), Calls { ok: 4, error: 1, ..Calls::NONE });
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn it_is_installed_outside_of_a_runtime() {
    alone(|| {
        let address = exporter().listen("127.0.0.1:0").install().unwrap().local_addr().unwrap();
        futures::executor::block_on(async {
            // No tokio here: `yield_now` works on any executor.
            call(1).await.unwrap();
        });
        assert_eq!(Calls::of(&http::scrape(address), "runtimes_calls", &[]), Calls { ok: 1, ..Calls::NONE });
    });
}

#[test]
fn it_is_installed_inside_of_a_current_thread_runtime() {
    alone(|| current_thread().block_on(use_exporter()));
}

#[test]
fn it_is_installed_inside_of_a_multi_thread_runtime() {
    alone(|| {
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(use_exporter());
    });
}

#[test]
fn it_is_installed_inside_of_a_runtime_without_io_and_time() {
    alone(|| Builder::new_current_thread().build().unwrap().block_on(use_exporter()));
}

#[test]
fn it_outlives_the_runtime_that_it_was_installed_in() {
    alone(|| {
        current_thread().block_on(use_exporter());
        let address = metrics_instrumented::handle().unwrap().local_addr().unwrap();
        current_thread().block_on(async { call(7).await.unwrap() });
        assert_eq!(Calls::of(&http::scrape(address), "runtimes_calls", &[]), Calls { ok: 5, error: 1, ..Calls::NONE });
    });
}
