//! Gateways that are not well, or not there.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use metrics_instrumented::{PushError, PushGateway};

use crate::job;

/// Answers each request with the next of these statuses, and keeps the requests' heads.
fn answering(statuses: &'static [u16]) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heads = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&heads);
    thread::spawn(move || {
        for (stream, status) in listener.incoming().zip(statuses) {
            let mut stream = stream.unwrap();
            let mut bytes = Vec::new();
            let mut chunk = [0; 4096];
            let text = loop {
                let read = stream.read(&mut chunk).unwrap();
                bytes.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let lower = head.to_lowercase();
                let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                if body.len() >= length.unwrap_or(0) {
                    break head.to_owned();
                }
            };
            seen.lock().unwrap().push(text);
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 6\r\nconnection: close\r\n\r\nagain\n");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, heads)
}

#[test]
fn what_may_pass_is_tried_again() {
    let (address, heads) = answering(&[503, 429, 500, 202]);
    let (_recorder, handle) = job();
    let gateway = PushGateway::new(format!("http://{address}/"), "nightly").bearer_token("sesame");
    handle.push(&gateway).unwrap().finish().unwrap();
    let heads = heads.lock().unwrap();
    assert_eq!(heads.len(), 4);
    for head in &*heads {
        let head = head.to_lowercase();
        assert!(head.starts_with("put /metrics/job/nightly http/1.1"), "{head}");
        assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
        assert!(head.contains("authorization: bearer sesame"), "{head}");
    }
}

#[test]
fn what_will_not_pass_is_told_at_once() {
    let (address, heads) = answering(&[400, 400, 401]);
    let (_recorder, handle) = job();
    let gateway = || PushGateway::new(format!("http://{address}"), "nightly").basic_auth("Aladdin", "open sesame");
    let error = handle.push(&gateway().add()).unwrap().finish().unwrap_err();
    assert!(matches!(error, PushError::Refused { status: 400, .. }), "{error:?}");
    let expected = format!("http://{address}/metrics/job/nightly answered a push with status 400: again");
    assert_eq!(error.to_string(), expected);
    let error = handle.push(&gateway()).unwrap().delete().unwrap_err();
    assert!(matches!(error, PushError::Refused { status: 400, .. }), "{error:?}");
    // Dropped, it has nobody to tell.
    drop(handle.push(&gateway()).unwrap());
    let heads = heads.lock().unwrap();
    let methods: Vec<&str> = heads.iter().map(|head| head.split(' ').next().unwrap()).collect();
    assert_eq!(methods, ["POST", "DELETE", "PUT"]);
    let said = format!("{error} {error:?} {:?} {}", gateway(), handle.render());
    assert!(said.contains("metrics_instrumented_pushes_total{result=\"error\"} 2\n"), "{said}");
    assert!(!said.contains("sesame") && !said.contains("QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "{said}");
}

#[test]
fn a_gateway_that_is_not_there_or_says_nothing_is_given_up_on() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_recorder, handle) = job();
    for address in [closed, silent.local_addr().unwrap()] {
        let gateway = PushGateway::new(format!("http://{address}"), "nightly").tries(2);
        let push = handle.push(&gateway.timeout(Duration::from_millis(300))).unwrap();
        let error = push.finish().unwrap_err();
        assert!(matches!(error, PushError::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().starts_with(&format!("cannot push to http://{address}/metrics/job/nightly: ")));
    }
}
