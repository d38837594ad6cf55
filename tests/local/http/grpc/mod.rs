//! gRPC calls of tonic's server and client over loopback: what both sides count is what happened.

mod service;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use metrics_instrumented::http::{self, GrpcCode};
use metrics_instrumented::instrumented;
use metrics_instrumented_tests::Local;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request, Response, Status};
use tower::{Layer, ServiceBuilder};

use self::service::{Client, Greeter, NAME, rest};
use super::serve::{ARRIVED, settled};

/// A client whose calls are counted.
type Counted = Client<<http::Layer<http::Grpc<http::GrpcClient>> as Layer<Channel>>::Service>;

/// A server with the layers for HTTP and for gRPC, and a client of it.
async fn start() -> (Counted, JoinHandle<()>) {
    let (address, server) = serve().await;
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    (Client::new(http::grpc_client().layer(channel)), server)
}

async fn serve() -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let layers = ServiceBuilder::new().layer(http::server()).layer(http::grpc_server());
    let server = Server::builder().layer(layers).add_service(Greeter);
    let serving = async move { server.serve_with_incoming(TcpIncoming::from(listener)).await.unwrap() };
    (address, tokio::spawn(serving))
}

/// How many calls of each method ended with each code, as one side counts them.
fn counted(local: &Local, side: &str) -> BTreeMap<String, f64> {
    let name = format!("rpc_{side}_call_duration_seconds");
    let mut found = BTreeMap::new();
    for sample in local.read_only(&name).samples().filter(|sample| sample.name == format!("{name}_count")) {
        let [method, code, system] =
            ["rpc_method", "rpc_response_status_code", "rpc_system_name"].map(|label| &sample.labels[label]);
        assert_eq!(system, "grpc");
        if sample.value > 0.0 {
            found.insert(format!("{} {code}", method.trim_start_matches(&format!("{NAME}/"))), sample.value);
        }
    }
    found
}

/// What should have been counted: pairs of `Method CODE` and how often.
fn model(calls: &[(&str, f64)]) -> BTreeMap<String, f64> {
    calls.iter().map(|(call, count)| ((*call).to_owned(), *count)).collect()
}

/// Requests of the HTTP layer around it, whatever their route and status.
fn http_requests(local: &Local) -> f64 {
    let name = "http_server_request_duration_seconds";
    let counts = local.read_only(name);
    counts.samples().filter(|sample| sample.name == format!("{name}_count")).map(|sample| sample.value).sum()
}

/// Runs calls, waits until the server has ended all, and compares both sides with the model.
#[track_caller]
fn check<F: Future<Output = Counted>>(
    calls: impl FnOnce(Counted) -> F,
    on_server: &[(&str, f64)],
    on_client: &[(&str, f64)],
) {
    let local = Local::new();
    local.block_on(async {
        let (client, server) = start().await;
        let client = calls(client).await;
        settled(&local).await;
        drop(client);
        server.abort();
    });
    assert_eq!(counted(&local, "server"), model(on_server));
    assert_eq!(counted(&local, "client"), model(on_client));
    assert_eq!(http_requests(&local), on_server.iter().map(|(_, count)| count).sum::<f64>(), "each layer counts once");
}

#[track_caller]
fn check_same<F: Future<Output = Counted>>(calls: impl FnOnce(Counted) -> F, on_both: &[(&str, f64)]) {
    check(calls, on_both, on_both);
}

#[test]
fn layers_inside_of_each_other_count_a_call_once() {
    let local = Local::new();
    local.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let layers = ServiceBuilder::new().layer(http::server()).layer(http::grpc_server()).layer(http::grpc_server());
        let server = Server::builder().layer(layers).add_service(Greeter);
        let serving = async move { server.serve_with_incoming(TcpIncoming::from(listener)).await.unwrap() };
        let server = tokio::spawn(serving);
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        let mut client = Client::new(http::grpc_client().layer(http::grpc_client().layer(channel)));
        assert_eq!(client.unary("hello".to_owned()).await.unwrap(), "hello");
        assert_eq!(rest(client.many("four").await.unwrap()).await.unwrap().len(), 4);
        settled(&local).await;
        drop(client);
        server.abort();
    });
    let expected = model(&[("Unary OK", 1.0), ("Many OK", 1.0)]);
    assert_eq!(counted(&local, "server"), expected);
    assert_eq!(counted(&local, "client"), expected);
}

#[test]
fn all_four_kinds_of_calls_end_with_the_status_of_the_trailers() {
    check_same(
        |mut client| async {
            assert_eq!(client.unary("hello".to_owned()).await.unwrap(), "hello");
            assert_eq!(client.collect(&["a", "b", "c"]).await.unwrap(), "c");
            assert_eq!(rest(client.many("four").await.unwrap()).await.unwrap(), ["one", "two", "three", "four"]);
            assert_eq!(rest(client.both(&["a", "b"]).await.unwrap()).await.unwrap(), ["a", "b"]);
            // An empty stream of requests is answered by an empty one.
            assert!(rest(client.both(&[]).await.unwrap()).await.unwrap().is_empty());
            client
        },
        &[("Unary OK", 1.0), ("Collect OK", 1.0), ("Many OK", 1.0), ("Both OK", 2.0)],
    );
}

#[test]
fn every_status_code_is_counted_from_the_head_and_from_trailers() {
    let names: Vec<&str> = <GrpcCode as metrics_instrumented::LabelValue>::VALUES.to_vec();
    let unary: Vec<String> = names.iter().skip(1).map(|code| format!("Unary {code}")).collect();
    let many: Vec<String> = names.iter().skip(1).map(|code| format!("Many {code}")).collect();
    // With this status, the server does not implement the method, which is then not a label value.
    let expected: Vec<(&str, f64)> = unary
        .iter()
        .chain(&many)
        .filter(|call| !call.ends_with(" UNIMPLEMENTED"))
        .map(|call| (call.as_str(), 1.0))
        .chain([("_OTHER UNIMPLEMENTED", 2.0)])
        .collect();
    check_same(
        |mut client| async {
            for code in 1..17 {
                // Without a message, the status is in the head; after three messages, it is in the trailers.
                assert_eq!(client.unary(format!("fail {code}")).await.unwrap_err().code(), Code::from(code));
                let error = rest(client.many(&format!("fail {code}")).await.unwrap()).await.unwrap_err();
                assert_eq!(error.code(), Code::from(code));
            }
            client
        },
        &expected,
    );
}

#[test]
fn failures_in_streams_of_requests_are_counted() {
    check_same(
        |mut client| async {
            assert_eq!(client.collect(&["a", "fail 7"]).await.unwrap_err().code(), Code::PermissionDenied);
            let error = rest(client.both(&["a", "fail 15"]).await.unwrap()).await.unwrap_err();
            assert_eq!(error.code(), Code::DataLoss);
            client
        },
        &[("Collect PERMISSION_DENIED", 1.0), ("Both DATA_LOSS", 1.0)],
    );
}

#[test]
fn methods_that_do_not_exist_are_one_value() {
    check_same(
        |mut client| async {
            for number in 0..50 {
                let status = client.unknown(&format!("Random{number}")).await.unwrap_err();
                assert_eq!(status.code(), Code::Unimplemented);
            }
            client
        },
        &[("_OTHER UNIMPLEMENTED", 50.0)],
    );
}

#[test]
fn a_passed_deadline_is_deadline_exceeded() {
    let local = Local::new();
    local.block_on(async {
        let (mut client, server) = start().await;
        let waiting = (0..5).map(|_| {
            let mut client = client.clone();
            let mut request = Request::new("wait".to_owned());
            request.set_timeout(Duration::from_millis(500));
            async move { client.unary(request).await.is_err() }
        });
        assert_eq!(futures::future::join_all(waiting).await, [true; 5]);
        // One that does not pass has no effect.
        let mut request = Request::new("in time".to_owned());
        request.set_timeout(Duration::from_mins(1));
        assert_eq!(client.unary(request).await.unwrap(), "in time");
        settled(&local).await;
        server.abort();
    });
    assert_eq!(counted(&local, "client"), model(&[("Unary DEADLINE_EXCEEDED", 5.0), ("Unary OK", 1.0)]));
    // The client's deadline began earlier: on a busy machine, it may be long over before the server's.
    let on_server = counted(&local, "server");
    let count = |call: &str| on_server.get(call).copied().unwrap_or_default();
    assert_eq!(count("Unary OK"), 1.0);
    assert_eq!(count("Unary DEADLINE_EXCEEDED") + count("Unary CANCELLED"), 5.0, "{on_server:?}");
}

#[test]
fn a_call_that_is_dropped_near_its_deadline_has_exceeded_it() {
    let local = Local::new();
    local.block_on(async {
        for (timeout, wait) in [("200m", 190), ("60S", 50), ("50m", 60), ("nonsense", 50)] {
            let pending = tower::service_fn(|_: axum::http::Request<String>| async {
                std::future::pending::<Result<axum::http::Response<String>, Status>>().await
            });
            let request = axum::http::Request::post("/Deadline/Near").header("grpc-timeout", timeout);
            let request = request.body(String::new()).unwrap();
            let mut call = std::pin::pin!(tower::ServiceExt::oneshot(http::grpc_server().layer(pending), request));
            // It begins before the timer, so that it is as old as the timer says, or older.
            assert!(futures::poll!(&mut call).is_pending());
            assert!(tokio::time::timeout(Duration::from_millis(wait), call).await.is_err());
        }
    });
    let expected = [("Deadline/Near CANCELLED", 2.0), ("Deadline/Near DEADLINE_EXCEEDED", 2.0)];
    assert_eq!(counted(&local, "server"), model(&expected));
}

#[test]
fn a_call_that_the_client_drops_is_cancelled() {
    check_same(
        |mut client| async {
            let waiting = client.unary("wait".to_owned());
            assert!(tokio::time::timeout(ARRIVED, waiting).await.is_err());
            // In the middle of a stream: the head and a message were there.
            let mut messages = client.many("wait").await.unwrap();
            assert_eq!(messages.message().await.unwrap().unwrap(), "one");
            drop(messages);
            let mut messages = client.both(&["a", "wait"]).await.unwrap();
            assert_eq!(messages.message().await.unwrap().unwrap(), "a");
            drop(messages);
            client
        },
        &[("Unary CANCELLED", 1.0), ("Many CANCELLED", 1.0), ("Both CANCELLED", 1.0)],
    );
}

#[test]
fn a_panic_has_no_status_code() {
    let local = Local::new();
    local.block_on(async {
        let (mut client, server) = start().await;
        assert!(client.unary("panic".to_owned()).await.is_err());
        assert!(rest(client.many("panic").await.unwrap()).await.is_err());
        assert_eq!(client.unary("after".to_owned()).await.unwrap(), "after");
        settled(&local).await;
        server.abort();
    });
    assert_eq!(counted(&local, "server"), model(&[("Unary UNKNOWN", 1.0), ("Many UNKNOWN", 1.0), ("Unary OK", 1.0)]));
    let ended: f64 = counted(&local, "client").values().sum();
    assert_eq!(ended, 3.0, "{:?}", counted(&local, "client"));
}

#[test]
fn a_server_that_dies_leaves_no_call_behind() {
    let local = Local::new();
    local.block_on(async {
        // The server's connections live in a runtime of their own, which is shut down.
        let (address, stop) = {
            let (send, receive) = tokio::sync::oneshot::channel();
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                    send.send(listener.local_addr().unwrap()).unwrap();
                    let server = Server::builder().add_service(Greeter);
                    let serving = server.serve_with_incoming(TcpIncoming::from(listener));
                    tokio::select! { _ = serving => {}, _ = stopped => {} }
                });
            });
            (receive.await.unwrap(), stop)
        };
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        let mut client = Client::new(http::grpc_client().layer(channel));
        let mut messages = client.many("wait").await.unwrap();
        assert_eq!(messages.message().await.unwrap().unwrap(), "one");
        stop.send(()).unwrap();
        assert!(rest(messages).await.is_err());
        assert!(client.unary("hello".to_owned()).await.is_err());
    });
    assert_eq!(counted(&local, "client"), model(&[("Many UNAVAILABLE", 1.0), ("Unary UNAVAILABLE", 1.0)]));
}

#[test]
fn a_function_of_the_service_counts_by_its_status() {
    #[instrumented(name = "grpc_greetings", outcome(type = GrpcCode, label = "code"))]
    fn greet(name: &str) -> Result<Response<String>, Status> {
        if name.is_empty() { Err(Status::invalid_argument("no name")) } else { Ok(Response::new(name.to_owned())) }
    }

    #[instrumented(name = "grpc_farewells", labels(code: Code = code), errors = "grpc_farewell_errors_total")]
    fn leave(code: Code) -> Result<(), Status> {
        if code == Code::Ok { Ok(()) } else { Err(Status::new(code, "")) }
    }

    let local = Local::new();
    local.run(|| {
        let _ = (greet("a"), greet(""), leave(Code::Ok), leave(Code::Aborted));
    });
    let exposition = local.read_only("grpc_");
    let value = |name, labels: &[(&str, &str)]| exposition.expect_value(name, labels);
    assert_eq!(value("grpc_greetings_total", &[("code", "OK")]), 1.0);
    assert_eq!(value("grpc_greetings_total", &[("code", "INVALID_ARGUMENT")]), 1.0);
    assert_eq!(value("grpc_farewells_total", &[("code", "ABORTED"), ("outcome", "error")]), 1.0);
    assert_eq!(value("grpc_farewell_errors_total", &[("code", "ABORTED"), ("kind", "ABORTED")]), 1.0);
}
