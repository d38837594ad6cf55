//! What a function can find out about itself, printed.

use std::any::{type_name, type_name_of_val};
use std::backtrace::Backtrace;
use std::future::{Future, ready};
use std::panic::Location;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

#[allow(unused_imports)]
use metrics_instrumented::instrumented;

#[track_caller]
fn here() {
    println!("{}", Location::caller());
}

/// The functions of this program on the stack, with their lines.
fn trace(of: &str) {
    let trace = Backtrace::force_capture().to_string();
    let lines: Vec<&str> = trace.lines().collect();
    for pair in lines.windows(2) {
        let [function, place] = pair else { unreachable!() };
        let Some((file, rest)) = place.trim().split_once(".rs:") else { continue };
        let line = rest.split(':').next().unwrap_or_default();
        if file.ends_with("facts") {
            let function = function.trim().split_once(": ").map_or(*function, |(_, function)| function);
            // Type arguments name the futures of this library.
            let end = function.find('<').filter(|at| *at > 0).unwrap_or(function.len());
            let function = &function[..end];
            println!("trace of {of}: {} {line}", function.split("::").nth(1).unwrap_or_default());
        }
    }
}

#[instrumented]
fn plain(n: u32) {
    here();
    println!("{} {} {} {}", module_path!(), line!(), column!(), n);
    trace("plain");
}

#[track_caller]
#[instrumented]
fn tracks() {
    println!("tracks: {}", Location::caller());
}

#[instrumented]
fn value(n: u32) -> Result<u32, String> {
    here();
    println!("{} {} {}", module_path!(), line!(), column!());
    trace("value");
    Ok(n)
}

#[instrumented]
fn generic<T>(value: T) -> Option<T> {
    here();
    println!("{}", type_name::<T>());
    trace("generic");
    Some(value)
}

#[instrumented]
async fn later(n: u32) -> Option<u32> {
    here();
    trace("later");
    ready(Some(n)).await
}

#[instrumented]
fn future(n: u32) -> impl Future<Output = u32> {
    here();
    trace("future");
    async move {
        here();
        ready(n).await
    }
}

#[instrumented]
fn boxed(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move {
        here();
        trace("boxed");
        ready(n).await
    })
}

struct Service(u32);

impl Service {
    #[instrumented]
    fn method(&self) -> Option<&u32> {
        here();
        trace("method");
        Some(&self.0)
    }

    #[instrumented]
    async fn method_later(&self) -> Option<&u32> {
        here();
        ready(Some(&self.0)).await
    }
}

#[instrumented]
async fn nested_1(data: [u8; 256]) -> u8 {
    ready(()).await;
    data[0]
}

#[instrumented]
async fn nested_2(data: [u8; 256]) -> u8 {
    nested_1(data).await
}

#[instrumented]
async fn nested_3(data: [u8; 256]) -> u8 {
    nested_2(data).await
}

#[instrumented]
async fn nested_4(data: [u8; 256]) -> u8 {
    nested_3(data).await
}

fn is<T: Send + Sync>(_: &T) {}
fn lives<T: 'static>(_: &T) {}

fn size<F: Future>(name: &str, future: F) -> F {
    println!("size of {name}: {}", size_of_val(&future));
    future
}

fn wait<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!(),
    }
}

fn main() {
    plain(1);
    tracks();
    drop((value(1), generic(1), generic("a")));
    let _ = (wait(later(1)), wait(future(1)), wait(boxed(1)));
    let service = Service(1);
    let _ = (service.method(), wait(service.method_later()));
    for name in [
        type_name_of_val(&plain),
        type_name_of_val(&value),
        type_name_of_val(&generic::<u32>),
        type_name_of_val(&later),
        type_name_of_val(&Service::method),
    ] {
        println!("{name}");
    }
    is(&later(1));
    is(&future(1));
    is(&service.method_later());
    lives(&later(1));
    lives(&future(1));
    drop((size("later", later(1)), size("method_later", service.method_later())));
    drop((size("nested_1", nested_1([0; 256])), size("nested_4", nested_4([0; 256]))));
}
