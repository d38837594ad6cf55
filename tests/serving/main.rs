//! What the endpoint answers to whom, by its settings: each test has an exporter of its own.

#![forbid(unsafe_code)]

mod credentials;
mod encodings;
mod environment;
mod exemplars;
mod formats;
mod metrics_proto;
mod native;
mod own;
mod protobuf;
mod readiness;
mod recorded;
mod rejected;
mod round_trip;
mod routes;
mod services;
mod sockets;
mod tls;
mod traces;
mod views;

use std::net::{SocketAddr, TcpStream};

use metrics_instrumented::{Exporter, Handle, instrumented};
use metrics_instrumented_tests::Answer;

/// Orders.
#[instrumented(name = "serving_orders")]
fn order() {}

/// An exporter that is installed nowhere and listens, after one order.
#[track_caller]
fn listening(exporter: Exporter) -> (Handle, SocketAddr) {
    let recorder = exporter.build().expect("valid settings");
    metrics::with_local_recorder(&recorder, order);
    let handle = recorder.handle();
    let address = handle.listen("127.0.0.1:0").expect("a free port");
    (handle, address)
}

#[track_caller]
fn get(address: SocketAddr, path: &str, headers: &[&str]) -> Answer {
    metrics_instrumented_tests::get(TcpStream::connect(address).expect("it listens"), path, headers)
}

/// The sample of the one order.
const ORDER: &str = "serving_orders_total{outcome=\"ok\"} 1\n";
