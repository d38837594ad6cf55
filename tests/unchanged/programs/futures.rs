//! Futures that are not `Send`, do not live long enough, or are not waited for.

use std::cell::RefCell;
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;

#[allow(unused_imports)]
use metrics_instrumented::instrumented;

fn spawn<F: Future + Send + 'static>(_: F) {}

#[instrumented]
async fn holds_rc() -> Option<u32> {
    let shared = Rc::new(1);
    ready(()).await;
    Some(*shared)
}

#[instrumented]
async fn holds_argument(shared: Rc<u32>) -> Option<u32> {
    ready(()).await;
    Some(*shared)
}

#[instrumented]
async fn holds_unused_argument(shared: Rc<u32>) {
    ready(()).await;
}

#[instrumented]
async fn holds_pattern((shared, _): (Rc<u32>, u32)) -> Option<u32> {
    ready(()).await;
    Some(*shared)
}

#[instrumented]
async fn holds_generic<T: Clone>(value: T) -> Option<T> {
    ready(()).await;
    Some(value)
}

#[instrumented]
async fn gives_back_early(shared: Rc<u32>) -> Option<u32> {
    let n = *shared;
    drop(shared);
    ready(Some(n)).await
}

#[instrumented]
fn returned(shared: Rc<u32>) -> impl Future<Output = u32> {
    async move { ready(*shared).await }
}

#[instrumented]
fn boxed(shared: Rc<u32>) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { ready(*shared).await })
}

#[instrumented]
fn boxed_early(shared: Rc<u32>) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    if *shared == 0 {
        return Box::pin(ready(1));
    }
    Box::pin(async move { ready(*shared).await })
}

struct Service(RefCell<u32>);

impl Service {
    #[instrumented]
    async fn borrows(&self) -> u32 {
        let borrowed = self.0.borrow();
        ready(()).await;
        *borrowed
    }

    #[instrumented]
    async fn takes(self) -> u32 {
        ready(()).await;
        1
    }
}

fn generic<T: Clone>(value: T) {
    spawn(holds_generic(value));
}

#[instrumented]
async fn waits_for_others() -> Option<u32> {
    spawn(holds_rc());
    spawn(holds_argument(Rc::new(1)));
    None
}

#[instrumented]
fn spawns(text: &str, service: &Service) -> Option<u32> {
    spawn(async { text.len() });
    spawn(service.borrows());
    None
}

#[instrumented]
async fn spawns_later(text: &str) -> Option<u32> {
    spawn(async move { text.len() });
    None
}

fn main() {
    spawn(holds_rc());
    spawn(holds_argument(Rc::new(1)));
    spawn(holds_unused_argument(Rc::new(1)));
    spawn(holds_pattern((Rc::new(1), 1)));
    spawn(holds_generic(Rc::new(1)));
    spawn(gives_back_early(Rc::new(1)));
    spawn(returned(Rc::new(1)));
    let service = Service(RefCell::new(1));
    spawn(service.borrows());
    spawn(Service(RefCell::new(1)).takes());
}
