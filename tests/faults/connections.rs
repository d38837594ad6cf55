//! More connections than there are places, or file descriptors.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use metrics_instrumented::{Limits, exporter};
use metrics_instrumented_tests::{alone, eventually, read_answer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{LONG, Served};

/// Sets how many file descriptors this process may have.
fn allow(descriptors: u64) {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: Some(descriptors), maximum }).expect("below the maximum");
}

#[test]
fn a_thousand_idle_connections_do_not_block_other_clients() {
    alone(|| {
        allow(4000);
        let mut served = Served::new(exporter());
        let mut idle = Vec::new();
        for number in 0..1000 {
            idle.push(served.connect());
            if number % 250 == 0 {
                served.is_right();
            }
        }
        served.is_right();
        assert_eq!(served.dropped("full"), 0);
        assert!(served.dropped("evicted") >= 1000 - 256, "{}", served.dropped("evicted"));
        drop(idle);
        served.is_right();
    });
}

#[test]
fn the_longest_idle_connection_is_evicted() {
    let mut served = Served::new(exporter().limits(Limits { connections: 2, ..Limits::default() }));
    let [mut first, mut second] = [(); 2].map(|()| {
        let mut stream = served.connect();
        ask_for_health(&mut stream);
        stream
    });
    // Used again, it is not the one that waits longest.
    ask_for_health(&mut first);
    let mut third = served.connect();
    ask_for_health(&mut third);
    assert_eq!(second.read(&mut [0; 1]).unwrap_or(0), 0);
    ask_for_health(&mut first);
    assert_eq!((served.dropped("evicted"), served.dropped("full")), (1, 0));
    served.is_right();
}

fn ask_for_health(stream: &mut TcpStream) {
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut bytes = [0; 1024];
    let read = stream.read(&mut bytes).unwrap();
    assert!(bytes[..read].ends_with(b"alive\n"));
}

#[test]
fn a_connection_beyond_the_limit_is_refused_if_none_is_idle() {
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let mut served = Served::new(exporter().limits(Limits { connections: 2, ..Limits::default() }).collector(
        "waits",
        LONG,
        move || may_go_on.lock().unwrap().recv().unwrap_or_default(),
    ));
    let mut busy = [(); 2].map(|()| {
        let mut stream = served.connect();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        stream
    });
    // Both requests are there once a third connection makes none of them go.
    eventually(LONG, || served.connect().read(&mut [0; 1]).is_ok_and(|read| read == 0));
    drop(go_on);
    for stream in &mut busy {
        assert_eq!(read_answer(stream).status, 200);
    }
    assert!(served.dropped("full") > 0);
    assert_eq!(served.dropped("evicted"), 0);
    served.is_right();
}

#[test]
fn without_file_descriptors_the_listener_waits_and_does_not_spin() {
    alone(|| {
        let mut served = Served::new(exporter());
        served.is_right();
        // Of that connection nothing is left that could be given back meanwhile.
        eventually(LONG, || served.handle.render().contains("\nmetrics_instrumented_connections 0\n"));
        allow(64);
        let mut files = Vec::new();
        while let Ok(file) = File::open("/dev/null") {
            files.push(file);
        }
        // One for the client, and none for the server.
        files.pop();
        let begun = Instant::now();
        let mut client = served.connect();
        client.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        eventually(LONG, || served.dropped("accept") >= 3);
        let most = begun.elapsed().as_millis() / 100 + 1;
        assert!(u128::from(served.dropped("accept")) <= most, "{} times", served.dropped("accept"));
        drop(files);
        assert_eq!(read_answer(client).status, 200);
        served.is_right();
    });
}

#[test]
fn without_free_file_descriptors_an_idle_connection_is_closed() {
    alone(|| {
        let mut served = Served::new(exporter());
        let mut idle = served.connect();
        ask_for_health(&mut idle);
        allow(64);
        let mut files = Vec::new();
        while let Ok(file) = File::open("/dev/null") {
            files.push(file);
        }
        files.pop();
        let mut client = served.connect();
        client.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        assert_eq!(read_answer(client).status, 200);
        assert_eq!(idle.read(&mut [0; 1]).unwrap_or(0), 0);
        drop(files);
        served.is_right();
    });
}

#[test]
fn time_limits_are_not_shorter_than_configured() {
    let mut served = Served::new(exporter().limits(Limits { head_time: Duration::from_secs(1), ..Limits::default() }));
    let begun = Instant::now();
    let mut silent = served.connect();
    assert_eq!(silent.read(&mut [0; 1]).unwrap_or(0), 0);
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    served.is_right();
}
