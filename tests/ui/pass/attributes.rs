//! Other attributes next to ours, in either order.

#[path = "../support.rs"]
mod support;

use std::panic::Location;

use metrics_instrumented::instrumented;
use support::{assert_ended, recorded};

/// Documented before.
#[instrumented(name = "documented")]
/// Documented after, in the same paragraph.
///
/// And in another one.
fn documented() {}

#[doc = "Documented by a word."]
#[instrumented(name = "documented_otherwise")]
fn documented_otherwise() {}

#[doc = include_str!("../support.rs")]
#[doc(alias = "else")]
#[instrumented(name = "documented_elsewhere")]
fn documented_elsewhere() {}

/** Documented
 * in a block.
 */
#[instrumented(name = "documented_in_a_block")]
fn documented_in_a_block() {}

#[must_use]
#[inline]
#[instrumented(name = "before")]
fn before() -> Option<u32> {
    Some(1)
}

#[instrumented(name = "after")]
#[must_use = "it is the point"]
#[inline(always)]
#[cold]
#[allow(clippy::all)]
#[expect(unused_variables, reason = "it is not used")]
fn after(unused: u32) -> Option<u32> {
    Some(1)
}

#[instrumented(name = "deprecated")]
#[deprecated(note = "it is old")]
fn deprecated() {}

#[cfg(all())]
#[instrumented(name = "configured")]
#[cfg(not(any()))]
fn configured(#[cfg(any())] absent: u32, #[cfg(all())] present: u32, #[allow(unused)] unused: u32) -> Option<u32> {
    Some(present)
}

#[cfg_attr(all(), instrumented(name = "conditional"))]
#[cfg_attr(any(), instrumented(name = "absent"))]
fn conditional() {}

#[cfg(any())]
#[instrumented(name = "absent")]
fn absent(this: Type, does: Not, exist: Here) {}

#[instrumented(name = "traced_first")]
#[tracing::instrument(level = "info", skip_all, fields(n), err)]
fn traced_first(n: u32) -> Result<u32, String> {
    if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
}

#[tracing::instrument(ret)]
#[instrumented(name = "traced_last", labels(odd = n % 2 == 1))]
fn traced_last(n: u32) -> Result<u32, String> {
    if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
}

#[instrumented(name = "traced_futures_first")]
#[tracing::instrument(err)]
async fn traced_future_first(n: u32) -> Result<u32, String> {
    if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
}

#[tracing::instrument]
#[instrumented(name = "traced_futures_last")]
async fn traced_future_last(n: u32) -> Result<u32, String> {
    if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
}

#[tracing::instrument(skip(text))]
#[instrumented(name = "traced_returned_futures")]
fn traced_returned_future<'a>(text: &'a str) -> std::pin::Pin<Box<dyn Future<Output = Option<char>> + 'a>> {
    Box::pin(async move { text.chars().next() })
}

/// Both attributes count: they are two operations.
#[instrumented(name = "twice_outer")]
#[instrumented(name = "twice_inner")]
fn twice(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

#[instrumented(name = "twice_async_outer")]
#[instrumented(name = "twice_async_inner")]
async fn twice_async(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

#[instrumented(name = "tracked")]
#[track_caller]
fn tracked() -> u32 {
    Location::caller().line()
}

#[instrumented(name = "tokio_tests")]
#[tokio::main(flavor = "current_thread")]
async fn tokio_main_below() -> Result<u32, String> {
    tokio::task::yield_now().await;
    Err("no".to_owned())
}

#[tokio::main(flavor = "current_thread")]
#[instrumented(name = "tokio_mains")]
async fn tokio_main_above() -> Result<u32, String> {
    tokio::task::yield_now().await;
    Err("no".to_owned())
}

#[instrumented(skip)]
fn skipped() -> Result<u32, u32> {
    Err(1)
}

#[test]
#[instrumented]
fn a_test() -> Result<(), String> {
    Ok(())
}

fn main() {
    let exposition = recorded(|| {
        documented();
        documented_otherwise();
        documented_elsewhere();
        documented_in_a_block();
        assert_eq!(before().xor(after(1)), None);
        #[allow(deprecated)]
        deprecated();
        assert_eq!(configured(1, 2), Some(1));
        conditional();
        assert!(traced_first(1).is_ok() && traced_first(0).is_err());
        assert!(traced_last(1).is_ok() && traced_last(0).is_err());
        futures::executor::block_on(async {
            assert!(traced_future_first(1).await.is_ok() && traced_future_first(0).await.is_err());
            assert!(traced_future_last(1).await.is_ok() && traced_future_last(0).await.is_err());
            assert_eq!(traced_returned_future("abc").await, Some('a'));
            assert!(twice_async(true).await.is_err() && twice_async(false).await.is_ok());
        });
        assert!(twice(true).is_err() && twice(false).is_ok());
        assert_eq!(tracked(), line!());
        assert!(tokio_main_below().is_err() && tokio_main_above().is_err());
        assert_eq!(skipped(), Err(1));
    });
    for (name, expected) in [
        ("before", [1.0, 0.0, 0.0, 0.0]),
        ("after", [1.0, 0.0, 0.0, 0.0]),
        ("deprecated", [1.0, 0.0, 0.0, 0.0]),
        ("configured", [1.0, 0.0, 0.0, 0.0]),
        ("conditional", [1.0, 0.0, 0.0, 0.0]),
        ("traced_first", [1.0, 1.0, 0.0, 0.0]),
        ("traced_futures_first", [1.0, 1.0, 0.0, 0.0]),
        ("traced_futures_last", [1.0, 1.0, 0.0, 0.0]),
        ("traced_returned_futures", [1.0, 0.0, 0.0, 0.0]),
        ("twice_outer", [1.0, 1.0, 0.0, 0.0]),
        ("twice_inner", [1.0, 1.0, 0.0, 0.0]),
        ("twice_async_outer", [1.0, 1.0, 0.0, 0.0]),
        ("twice_async_inner", [1.0, 1.0, 0.0, 0.0]),
        ("tracked", [1.0, 0.0, 0.0, 0.0]),
        ("tokio_tests", [0.0, 1.0, 0.0, 0.0]),
        ("tokio_mains", [0.0, 1.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
    assert_eq!(exposition.value("traced_last_total", &[("odd", "true"), ("outcome", "ok")]), Some(1.0));
    assert!(exposition.find("absent_total").is_none());
    let help = |name: &str| exposition.family(name).help.clone().unwrap();
    assert_eq!(help("documented_total"), "Documented before. Documented after, in the same paragraph.");
    assert_eq!(help("documented_otherwise_total"), "Documented by a word.");
    assert_eq!(help("documented_elsewhere_total"), "Calls, by outcome.");
    assert_eq!(help("documented_in_a_block_total"), "Documented in a block.");
}
