//! What a client's request is counted as behind and in front of tower's middleware: one table, of which each row has a server and a recorder of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use futures::future::{BoxFuture, FutureExt, join_all, ready};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use metrics_instrumented::http;
use metrics_instrumented_tests::Local;
use tower::retry::Policy;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt};

use super::serve::{serve, stalling};

/// When a request that is never answered is given up.
const SHORT: Duration = Duration::from_millis(250);

/// Longer than an answered request takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

type Inner = Client<HttpConnector, Body>;

/// What is done with which client, and the requests that ended, as `method status count`.
struct Row {
    name: &'static str,
    run: fn(SocketAddr, Inner) -> BoxFuture<'static, ()>,
    ended: &'static [&'static str],
}

const ROWS: &[Row] = &[
    Row {
        name: "a timeout outside of the layer drops its future",
        run: |address, inner| {
            async move {
                let client = |limit| ServiceBuilder::new().timeout(limit).layer(http::client()).service(inner.clone());
                assert!(send(client(SHORT), address, "/never").await.is_err());
                assert_eq!(send(client(LONG), address, "/small").await.unwrap(), 200);
            }
            .boxed()
        },
        ended: &["GET 200 1", "GET cancelled 1"],
    },
    Row {
        name: "a timeout inside of the layer is an error",
        run: |address, inner| {
            async move {
                let client = |limit| ServiceBuilder::new().layer(http::client()).timeout(limit).service(inner.clone());
                assert!(send(client(SHORT), address, "/never").await.is_err());
                assert_eq!(send(client(LONG), address, "/small").await.unwrap(), 200);
            }
            .boxed()
        },
        ended: &["GET 200 1", "GET error 1"],
    },
    Row {
        name: "requests that wait for a limit outside or inside of the layer are not in flight",
        run: |address, inner| {
            async move {
                let outside = ServiceBuilder::new().concurrency_limit(1).layer(http::client()).service(inner.clone());
                let inside = ServiceBuilder::new().layer(http::client()).concurrency_limit(1).service(inner);
                // The permit of a request ends with its head.
                join_all((0..5).map(|_| send(outside.clone(), address, "/small"))).await;
                join_all((0..5).map(|_| send(inside.clone(), address, "/small"))).await;
                let waiting = join_all((0..4).map(|_| send(outside.clone(), address, "/never")));
                assert!(tokio::time::timeout(SHORT, waiting).await.is_err());
                let waiting = join_all((0..4).map(|_| send(inside.clone(), address, "/never")));
                assert!(tokio::time::timeout(SHORT, waiting).await.is_err());
            }
            .boxed()
        },
        ended: &["GET 200 10", "GET cancelled 2"],
    },
    Row {
        name: "requests that are shed outside of the layer do not reach it",
        run: |address, inner| {
            async move {
                let client =
                    ServiceBuilder::new().load_shed().concurrency_limit(1).layer(http::client()).service(inner);
                shed(client, address).await;
            }
            .boxed()
        },
        ended: &["GET 200 1", "GET cancelled 1"],
    },
    Row {
        name: "requests that are shed inside of the layer are errors",
        run: |address, inner| {
            async move {
                let client =
                    ServiceBuilder::new().layer(http::client()).load_shed().concurrency_limit(1).service(inner);
                shed(client, address).await;
            }
            .boxed()
        },
        ended: &["GET 200 1", "GET cancelled 1", "GET error 3"],
    },
    Row {
        name: "a buffer outside of the layer",
        run: |address, inner| {
            async move {
                let client = ServiceBuilder::new().buffer(8).layer(http::client()).service(inner);
                join_all((0..5).map(|_| send(client.clone(), address, "/small"))).await;
                drop(tokio::time::timeout(SHORT, send(client, address, "/never")).await);
            }
            .boxed()
        },
        ended: &["GET 200 5", "GET cancelled 1"],
    },
    Row {
        name: "a buffer inside of the layer",
        run: |address, inner| {
            async move {
                let client = ServiceBuilder::new().layer(http::client()).buffer(8).service(inner);
                join_all((0..5).map(|_| send(client.clone(), address, "/small"))).await;
                drop(tokio::time::timeout(SHORT, send(client, address, "/never")).await);
            }
            .boxed()
        },
        ended: &["GET 200 5", "GET cancelled 1"],
    },
    Row {
        name: "each attempt of a retry outside of the layer is a request",
        run: |address, inner| {
            async move {
                let client = ServiceBuilder::new().retry(Attempts(2)).layer(http::client()).service(inner);
                assert_eq!(send(client, address, "/flaky").await.unwrap(), 200);
            }
            .boxed()
        },
        // The retry drops the responses without reading their bodies, which have been received with the head.
        ended: &["GET 200 1", "GET 503 2"],
    },
    Row {
        name: "the attempts of a retry inside of the layer are one request",
        run: |address, inner| {
            async move {
                let client = ServiceBuilder::new().layer(http::client()).retry(Attempts(2)).service(inner);
                assert_eq!(send(client, address, "/flaky").await.unwrap(), 200);
            }
            .boxed()
        },
        ended: &["GET 200 1"],
    },
    Row {
        name: "responses without a body are complete, read or not",
        run: |address, inner| {
            async move {
                let client = ServiceBuilder::new().layer(http::client()).service(inner);
                for (method, path) in [("HEAD", "/small"), ("GET", "/nothing"), ("GET", "/cached")] {
                    for read in [true, false] {
                        let response = client.clone().oneshot(request(address, method, path)).await.unwrap();
                        if read {
                            assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "");
                        }
                    }
                }
            }
            .boxed()
        },
        ended: &["GET 204 2", "GET 304 2", "HEAD 200 2"],
    },
    Row {
        name: "a body that is not read to its end is cancelled, and one that fails is an error",
        run: |address, inner| {
            async move {
                let client = ServiceBuilder::new().layer(http::client()).service(inner);
                let mut response = client.clone().oneshot(request(address, "GET", "/stalling")).await.unwrap();
                response.frame().await.unwrap().unwrap();
                drop(response);
                assert!(send(client, address, "/fails").await.is_err());
            }
            .boxed()
        },
        ended: &["GET cancelled 1", "GET error 1"],
    },
];

/// One request takes the only permit, three are shed, and another one has it at last.
async fn shed<C, B>(client: C, address: SocketAddr)
where
    C: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Clone,
    B: hyper::body::Body,
    B::Error: Into<BoxError>,
{
    let never = send(client.clone(), address, "/never");
    let waiting = async {
        for _ in 0..3 {
            assert!(send(client.clone(), address, "/small").await.is_err());
        }
        std::future::pending::<()>().await;
    };
    assert!(tokio::time::timeout(SHORT, futures::future::join(never, waiting)).await.is_err());
    assert_eq!(send(client, address, "/small").await.unwrap(), 200);
}

/// Retries a request while it is answered with 503, for this number of times.
#[derive(Clone)]
struct Attempts(usize);

impl<B, E> Policy<Request<Body>, Response<B>, E> for Attempts {
    type Future = futures::future::Ready<()>;

    fn retry(&mut self, _: &mut Request<Body>, result: &mut Result<Response<B>, E>) -> Option<Self::Future> {
        let fails = result.as_ref().is_ok_and(|response| response.status() == StatusCode::SERVICE_UNAVAILABLE);
        (fails && self.0 > 0).then(|| {
            self.0 -= 1;
            ready(())
        })
    }

    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        let mut again = Request::new(Body::empty());
        *again.uri_mut() = request.uri().clone();
        Some(again)
    }
}

fn request(address: SocketAddr, method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(format!("http://{address}{path}")).body(Body::empty()).unwrap()
}

/// Sends a request and reads the response to its end.
async fn send<C, B>(client: C, address: SocketAddr, path: &str) -> Result<u16, BoxError>
where
    C: Service<Request<Body>, Response = Response<B>>,
    C::Error: Into<BoxError>,
    B: hyper::body::Body,
    B::Error: Into<BoxError>,
{
    let response = client.oneshot(request(address, "GET", path)).await.map_err(Into::into)?;
    let status = response.status().as_u16();
    response.into_body().collect().await.map_err(Into::into)?;
    Ok(status)
}

fn router() -> Router {
    let attempts = Arc::new(AtomicUsize::new(0));
    let flaky = move || {
        let fails = attempts.fetch_add(1, Ordering::Relaxed) % 3 < 2;
        ready(if fails { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK })
    };
    let fails = || async { Body::from_stream(futures::stream::iter([Ok("some"), Err("broken")])) };
    Router::new()
        .route("/small", get(|| async { "small" }))
        .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .route("/cached", get(|| async { StatusCode::NOT_MODIFIED }))
        .route("/never", get(std::future::pending::<()>))
        .route("/stalling", get(|| async { stalling(8) }))
        .route("/fails", get(fails))
        .route("/flaky", get(flaky))
}

#[test]
fn every_row_of_the_table_counts_as_expected() {
    for row in ROWS {
        eprintln!("{}", row.name);
        let local = Local::new();
        local.block_on(async {
            let address = serve(router()).await;
            let inner = Client::builder(TokioExecutor::new()).build_http();
            let run = tokio::time::timeout(Duration::from_secs(30), (row.run)(address, inner));
            run.await.unwrap_or_else(|_| panic!("{}: the client waits", row.name));
        });
        let name = "http_client_request_duration_seconds";
        let mut ended: Vec<String> = (local.read_only(name).samples())
            .filter(|sample| sample.name == format!("{name}_count"))
            .map(|sample| {
                let [method, status] =
                    ["http_request_method", "http_response_status_code"].map(|label| &sample.labels[label]);
                format!("{method} {status} {}", sample.value)
            })
            .collect();
        ended.sort();
        assert_eq!(ended, row.ended, "{}", row.name);
        let active = local.read_only("http_client_active_requests");
        assert_eq!(active.samples().map(|sample| sample.value).sum::<f64>(), 0.0, "{}", row.name);
    }
}
