//! Abrupt ends, upgraded connections, and several layers at once.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use axum::routing::{any, get};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use metrics_instrumented::http::{self, RequestHead};
use metrics_instrumented::testing::{Capture, poll_once};
use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local, alone};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{ServiceBuilder, ServiceExt};

use super::serve::{CHUNK, active, connect, ended, request, send, serve, settled, stalling};

/// A server whose connections are dropped from outside, as by a process that is killed: all in one task.
async fn serve_until(router: Router, stop: tokio::sync::oneshot::Receiver<()>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let serving = async {
            let mut connections = futures::stream::FuturesUnordered::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let service = hyper_util::service::TowerToHyperService::new(router.clone());
                        let io = TokioIo::new(accepted.unwrap().0);
                        connections.push(hyper::server::conn::http1::Builder::new().serve_connection(io, service));
                    }
                    Some(_) = futures::StreamExt::next(&mut connections) => {}
                }
            }
        };
        tokio::select! { () = serving => {}, _ = stop => {} }
    });
    address
}

#[test]
fn requests_of_a_server_that_is_dropped_are_cancelled() {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new()
            .route("/never", get(std::future::pending::<()>))
            .route("/stalling", get(|| async { stalling(2) }));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let address = serve_until(router.layer(http::server()), stopped).await;
        let mut waiting = connect(address).await;
        let never = tokio::spawn(async move { waiting.send_request(request("GET", "/never")).await.is_err() });
        let mut reading = connect(address).await;
        let mut response = reading.send_request(request("GET", "/stalling")).await.unwrap();
        response.frame().await.unwrap().unwrap();
        while active(&local) < 2.0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.send(()).unwrap();
        assert!(never.await.unwrap());
        while let Some(Ok(_)) = response.frame().await {}
        settled(&local).await;
    });
    assert_eq!(ended(&local, "/never"), ["GET cancelled 1"]);
    assert_eq!(ended(&local, "/stalling"), ["GET cancelled 1"]);
}

#[test]
fn a_request_ends_with_its_upgrade() {
    let local = Local::new();
    local.block_on(async {
        let socket = |mut request: Request<Body>| async move {
            let upgrade = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                let mut io = TokioIo::new(upgrade.await.unwrap());
                let mut bytes = [0; 4];
                while io.read_exact(&mut bytes).await.is_ok() {
                    io.write_all(&bytes).await.unwrap();
                }
            });
            Response::builder()
                .status(StatusCode::SWITCHING_PROTOCOLS)
                .header("connection", "upgrade")
                .header("upgrade", "echo")
                .body(Body::empty())
                .unwrap()
        };
        let address = serve(Router::new().route("/socket", get(socket)).layer(http::server())).await;
        let mut upgrade = request("GET", "/socket");
        upgrade.headers_mut().insert("connection", "upgrade".parse().unwrap());
        upgrade.headers_mut().insert("upgrade", "echo".parse().unwrap());
        let response = connect(address).await.send_request(upgrade).await.unwrap();
        let mut io = TokioIo::new(hyper::upgrade::on(response).await.unwrap());
        for word in [b"ping", b"pong"] {
            io.write_all(word).await.unwrap();
            let mut answer = [0; 4];
            io.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, word);
            // The socket is open, the request is over.
            settled(&local).await;
        }
    });
    assert_eq!(ended(&local, "/socket"), ["GET 101 1"]);
}

#[test]
fn a_connect_request_ends_with_its_response() {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new().fallback(any(|| async { Body::empty() })).layer(http::server());
        let connect = Request::builder().method(Method::CONNECT).uri("example.org:443").body(Body::empty()).unwrap();
        let response = router.oneshot(connect).await.unwrap();
        // The body of a tunnel is never read.
        drop(response);
    });
    assert_eq!(ended(&local, "_unmatched"), ["CONNECT 200 1"]);
}

/// Requests over HTTP/2 that are reset after some part of the body, among many that are not.
#[test]
fn streams_that_are_reset_at_any_point_are_cancelled_and_the_others_are_not() {
    const PARTS: usize = 100;
    let local = Local::new();
    local.block_on(async {
        let router = Router::new()
            .route("/stalling", get(|| async { stalling(PARTS) }))
            .route("/known", get(|| async { vec![b'x'; 2 * CHUNK] }))
            .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
            .route("/cached", get(|| async { StatusCode::NOT_MODIFIED }))
            .route("/head", get(|| async { "body" }));
        let address = serve(router.layer(http::server())).await;
        let stream = TcpStream::connect(address).await.unwrap();
        let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let send = |method: &str, path: &str| {
            let uri = format!("http://{address}{path}");
            let request = Request::builder().method(method).uri(uri).body(Empty::<Bytes>::new()).unwrap();
            let mut sender = sender.clone();
            async move {
                sender.ready().await.unwrap();
                sender.send_request(request).await.unwrap()
            }
        };
        let reset = futures::future::join_all([0, 50, 99, 100].map(|percent| {
            let response = send("GET", "/stalling");
            async move {
                let (mut response, mut read) = (response.await, 0);
                while read < percent * CHUNK {
                    read += response.frame().await.unwrap().unwrap().into_data().map_or(0, |data| data.len());
                }
            }
        }));
        let whole = futures::future::join_all((0..25).flat_map(|_| {
            ["GET /known", "GET /nothing", "GET /cached", "HEAD /head"].map(|request| {
                let (method, path) = request.split_once(' ').unwrap();
                let response = send(method, path);
                async move { response.await.into_body().collect().await.unwrap() }
            })
        }));
        futures::join!(reset, whole);
        settled(&local).await;
    });
    assert_eq!(ended(&local, "/stalling"), ["GET cancelled 4"]);
    assert_eq!(ended(&local, "/known"), ["GET 200 25"]);
    assert_eq!(ended(&local, "/nothing"), ["GET 204 25"]);
    assert_eq!(ended(&local, "/cached"), ["GET 304 25"]);
    assert_eq!(ended(&local, "/head"), ["HEAD 200 25"]);
}

#[derive(LabelValue)]
enum Version {
    Old,
    New,
}

/// Requests of the API, by version.
#[derive(Operation)]
#[operation(name = "abrupt_api", duration(outcome))]
struct ApiCall {
    version: Version,
}

#[instrumented(name = "abrupt_handler")]
async fn handler() -> StatusCode {
    StatusCode::BAD_GATEWAY
}

#[test]
fn several_layers_and_the_attribute_count_once_each() {
    let local = Local::new();
    local.block_on(async {
        let own = http::layer(|request: RequestHead<'_>| ApiCall {
            version: if request.uri.path().starts_with("/v1") { Version::Old } else { Version::New },
        });
        let layers = ServiceBuilder::new().layer(http::server()).layer(own).layer(http::client());
        let address = serve(Router::new().route("/v2/call", get(handler)).layer(layers)).await;
        for _ in 0..3 {
            assert_eq!(send(address, "GET", "/v2/call").await.unwrap().0, 502);
        }
        settled(&local).await;
    });
    assert_eq!(ended(&local, "/v2/call"), ["GET 502 3"]);
    let exposition = local.read_only("abrupt_api");
    let labels = [("version", "New"), ("outcome", "error")];
    assert_eq!(exposition.value("abrupt_api_total", &labels), Some(3.0));
    assert_eq!(exposition.histogram("abrupt_api_duration_seconds", &labels).count, 3);
    assert_eq!(local.calls("abrupt_handler"), Calls { error: 3, ..Calls::NONE });
    let client = local.read_only("http_client_request_duration_seconds");
    let counts = client.samples().filter(|sample| sample.name.ends_with("_count")).map(|sample| sample.value);
    assert_eq!(counts.sum::<f64>(), 3.0);
}

#[test]
fn routes_and_hosts_beyond_the_caps_are_other() {
    // The caps are those of the process.
    alone(|| {
        fn route<'a>(request: RequestHead<'a>) -> Option<&'a str> {
            Some(request.uri.path())
        }
        let local = Local::new();
        local.block_on(async {
            let service = || {
                tower::service_fn(|_: Request<String>| async { Ok::<_, std::io::Error>(Response::new(String::new())) })
            };
            let server = ServiceBuilder::new().layer(http::server().route(route)).service(service());
            let client = ServiceBuilder::new().layer(http::client()).service(service());
            for number in 0..1_500 {
                let get = |uri: String| Request::get(uri).body(String::new()).unwrap();
                server.clone().oneshot(get(format!("/abrupt/{number}"))).await.unwrap();
                client.clone().oneshot(get(format!("http://host{number}.example:80{}/", number % 10))).await.unwrap();
            }
        });
        let distinct = |name: &str, label: &str| local.read_only(name).label_values(name, label).len();
        assert!(distinct("http_server_request_duration_seconds", "http_route") <= 1_001);
        assert!(distinct("http_client_request_duration_seconds", "server_address") <= 101);
        let count = |name: &str, label: &str, value: &str| -> f64 {
            let exposition = local.read_only(name);
            let counts = exposition.samples().filter(|sample| sample.name == format!("{name}_count"));
            counts.filter(|sample| sample.labels[label] == value).map(|sample| sample.value).sum()
        };
        assert!(count("http_server_request_duration_seconds", "http_route", "other") >= 500.0);
        assert!(count("http_client_request_duration_seconds", "server_address", "other") >= 1_400.0);
    });
}

/// Its duration is recorded at its end, on the recorder of that time.
#[test]
fn a_request_that_a_wrapped_future_drops_is_captured() {
    let capture = Capture::new();
    let service = tower::service_fn(|_: Request<String>| async {
        std::future::pending::<()>().await;
        Ok::<_, std::io::Error>(Response::new(String::new()))
    });
    let service = ServiceBuilder::new().layer(http::server()).service(service);
    let mut future = Box::pin(capture.wrap(service.oneshot(Request::get("/captured").body(String::new()).unwrap())));
    assert!(poll_once(future.as_mut()).is_pending());
    drop(future);
    let labels = [("http_response_status_code", "cancelled")];
    assert_eq!(capture.histogram("http_server_request_duration_seconds", &labels).count(), 1);
}
