//! In servers that are there already, in any runtime and in none.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use axum::Router;
use metrics_instrumented::{Handle, Recorder, exporter};
use tokio::runtime::{Builder, Runtime};

use crate::{ORDER, get, order};

fn recorder() -> (Recorder, Handle) {
    let recorder = exporter().bearer_token("x").build().unwrap();
    metrics::with_local_recorder(&recorder, order);
    let handle = recorder.handle();
    (recorder, handle)
}

/// Serves a router until the process ends.
fn serve(runtime: Runtime, router: Router) -> SocketAddr {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || runtime.block_on(async { axum::serve(listener, router).await }));
    address
}

fn runtimes() -> [Runtime; 2] {
    [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
    ]
}

const AUTHORIZED: &str = "authorization: Bearer x";

#[test]
fn axum_serves_the_metrics_at_the_path_of_its_router() {
    for runtime in runtimes() {
        let (_recorder, handle) = recorder();
        let router = Router::new()
            .route("/", axum::routing::get(|| async { "the shop" }))
            .route_service("/internal/numbers", handle.service().unwrap());
        let address = serve(runtime, router);
        let answer = get(address, "/internal/numbers", &[AUTHORIZED, "accept: application/openmetrics-text"]);
        assert_eq!(
            answer.header("content-type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
        );
        assert!(answer.text().contains(ORDER));
        assert_eq!(get(address, "/internal/numbers", &[]).status, 401);
        assert_eq!(get(address, "/metrics", &[]).status, 404);
        assert_eq!(get(address, "/", &[]).text(), "the shop");
        handle.shutdown();
        assert_eq!(get(address, "/internal/numbers", &[AUTHORIZED]).status, 503);
    }
}

#[test]
fn axum_has_all_routes_behind_its_own() {
    for runtime in runtimes() {
        let (_recorder, handle) = recorder();
        let router = Router::new()
            .route("/orders", axum::routing::get(|| async { "none" }))
            .fallback_service(handle.routes().unwrap());
        let address = serve(runtime, router);
        assert!(get(address, "/metrics", &[AUTHORIZED]).text().contains(ORDER));
        for (path, status) in [("/orders", 200), ("/health", 200), ("/ready", 200), ("/nowhere", 404)] {
            assert_eq!(get(address, path, &[]).status, status, "{path}");
        }
    }
}

#[test]
fn it_is_rendered_for_a_server_without_any_runtime() {
    let (_recorder, handle) = recorder();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        write!(stream, "HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\n{}", handle.render()).unwrap();
    });
    let mut text = String::new();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.contains(ORDER));
}

#[test]
fn the_service_needs_no_tokio() {
    let (_recorder, handle) = recorder();
    let service = handle.service().unwrap();
    let request = http::Request::get("/any").header("authorization", "Bearer x").body(()).unwrap();
    let answering = hyper::service::Service::call(&service, request);
    let answer = futures::executor::block_on(answering).unwrap();
    assert_eq!(answer.status(), 200);
}
