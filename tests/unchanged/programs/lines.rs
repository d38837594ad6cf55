//! Lines that run and lines that do not, in functions of every shape.

use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

#[allow(unused_imports)]
use metrics_instrumented::instrumented;

#[instrumented]
fn plain(n: u32) {
    if n > 1 {
        drop(n);
    } else {
        drop(n + 1);
    }
}

#[instrumented]
fn empty() {}

#[instrumented]
fn primitive(n: u32) -> u32 {
    if n > 1 {
        return 2;
    }
    n + 1
}

#[instrumented]
fn expression(n: u32) -> u32 { n + 1 }

#[instrumented]
fn value(n: u32) -> Result<u32, String> {
    let text = if n > 1 {
        "2".to_owned()
    } else {
        "x".to_owned()
    };
    let number: u32 = text
        .parse()
        .map_err(|error| {
            format!("{error}")
        })?;
    for n in 0..number {
        if n > 10 {
            return Err(String::new());
        }
    }
    Ok(number)
}

#[instrumented]
fn value_of_many_lines(
    n: u32,
    m: u32,
) -> Option<u32>
where
    u32: Copy,
{
    Some(n + m)
}

#[instrumented]
fn never_called(n: u32) -> Option<u32> {
    let n = n + 1;
    Some(n)
}

#[instrumented]
async fn never_called_later(n: u32) -> Option<u32> {
    let n = n + 1;
    ready(Some(n)).await
}

#[instrumented]
async fn never_polled(n: u32) -> Option<u32> {
    let n = n + 1;
    ready(Some(n)).await
}

#[instrumented]
async fn later(
    n: u32,
) {
    if n > 1 {
        ready(()).await;
    } else {
        drop(n);
    }
}

#[instrumented]
async fn value_later(n: u32, _unused: &str) -> Result<u32, String> {
    if n > 1 {
        return Err(String::new());
    }
    let n = ready(n).await;
    match n {
        0 => Ok(1),
        _ => {
            Ok(2)
        }
    }
}

#[instrumented]
async fn pattern_later((n, m): (u32, u32)) -> Option<u32> {
    if n > m {
        return None;
    }
    ready(Some(n)).await
}

#[instrumented]
fn future(n: u32) -> impl Future<Output = Option<u32>> {
    let m = n + 1;
    async move {
        if m > 1 {
            return None;
        }
        ready(Some(m)).await
    }
}

#[instrumented]
fn boxed(n: u32) -> Pin<Box<dyn Future<Output = Option<u32>>>> {
    Box::pin(async move {
        if n > 1 {
            return None;
        }
        ready(Some(n)).await
    })
}

#[instrumented]
fn boxed_early(n: u32) -> Pin<Box<dyn Future<Output = Option<u32>>>> {
    if n > 1 {
        return Box::pin(ready(None));
    }
    Box::pin(async move {
        ready(Some(n)).await
    })
}

#[instrumented]
fn generic<T: Clone>(value: &T, n: u32) -> Option<T> {
    if n > 1 {
        return Some(value.clone());
    }
    None
}

#[instrumented]
fn iterator(n: u32) -> impl Iterator<Item = u32> {
    (0..n).filter(|n| {
        n % 2 == 0
    })
}

#[instrumented]
fn unwinds(n: u32) -> Option<u32> {
    if n == 0 {
        std::panic::resume_unwind(Box::new("unheard"));
    }
    Some(n)
}

struct Service(u32);

impl Service {
    #[instrumented]
    fn method(&mut self, n: u32) -> Option<&mut u32> {
        self.0 += n;
        if self.0 > 100 {
            return None;
        }
        Some(&mut self.0)
    }

    #[instrumented]
    async fn method_later(&self) -> Option<&u32> {
        ready(()).await;
        Some(&self.0)
    }
}

trait Trait {
    #[instrumented]
    fn provided(&self, n: u32) -> Option<u32> {
        if n > 1 {
            return None;
        }
        Some(n)
    }
}

impl Trait for Service {}

fn wait<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!(),
    }
}

fn main() {
    plain(1);
    empty();
    drop((primitive(1), primitive(2), expression(1)));
    drop((value(1), value(2), value(2), value_of_many_lines(1, 2)));
    drop(never_polled(1));
    wait(later(1));
    drop((wait(value_later(1, "")), wait(value_later(1, ""))));
    drop(wait(pattern_later((1, 2))));
    drop((wait(future(1)), wait(boxed(0)), wait(boxed_early(0))));
    drop((generic(&1, 1), generic(&"a", 2), iterator(4).count()));
    drop(std::panic::catch_unwind(|| unwinds(0)));
    let mut service = Service(1);
    drop(service.method(1).copied());
    drop((wait(service.method_later()), service.provided(2)));
}
