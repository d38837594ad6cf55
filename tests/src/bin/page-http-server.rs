//! As `page-server`, with an HTTP layer in the place of operations. Each line of its standard input asks for requests, and is answered with `done`:
//!
//! ```text
//! 503 3 /users   3 requests of this route, which are answered with this status
//! ```
//!
//! The first line that it prints is the address of the metrics; the argument is the address to listen on.

use std::env;
use std::error::Error;
use std::io::{self, BufRead};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use ::http::status::InvalidStatusCode;
use ::http::{Request, Response, StatusCode};
use metrics_instrumented::exporter;
use metrics_instrumented::http::{self, RequestHead};
use tower::{Layer, Service, service_fn};

/// The paths that are asked for are few, so each is a route; `OPTIONS *` has none.
fn route(request: RequestHead<'_>) -> Option<&str> {
    Some(request.uri.path()).filter(|path| path.starts_with('/'))
}

fn request(status: u16, path: &str) -> Result<(), Box<dyn Error>> {
    let answer = service_fn(async |_: Request<String>| {
        let mut response = Response::new(String::new());
        *response.status_mut() = StatusCode::from_u16(status)?;
        Ok::<_, InvalidStatusCode>(response)
    });
    let request = Request::get(path).body(String::new())?;
    let mut response = pin!(http::server().route(route).layer(answer).call(request));
    match response.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => drop(response?),
        Poll::Pending => return Err("it waits".into()),
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).ok_or("an address is missing")?;
    let metrics = exporter().listen(address.as_str()).install()?;
    println!("{}", metrics.local_addr().ok_or("it listens nowhere")?);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let [status, count, path] = words[..] else { return Err(format!("`{line}`").into()) };
        for _ in 0..count.parse()? {
            request(status.parse()?, path)?;
        }
        println!("done");
    }
    Ok(())
}
