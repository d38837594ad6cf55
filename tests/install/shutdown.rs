//! The end of an exporter, which is not the end of recording.

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use metrics_instrumented::{Error, exporter, handle};
use metrics_instrumented_tests::{Calls, alone, http};

use crate::{call, calls};

#[test]
fn a_dropped_handle_keeps_serving() {
    alone(|| {
        let address = exporter().listen("127.0.0.1:0").install().unwrap().local_addr().unwrap();
        drop(handle());
        call(false).unwrap();
        assert_eq!(Calls::of(&http::scrape(address), "install_calls", &[]), Calls { ok: 1, ..Calls::NONE });
    });
}

#[test]
fn a_shutdown_closes_every_port_while_recording_goes_on() {
    alone(|| {
        let installed = exporter().listen("127.0.0.1:0").install().unwrap();
        let addresses = [installed.local_addr().unwrap(), installed.listen("127.0.0.1:0").unwrap()];
        call(false).unwrap();
        installed.shutdown();
        for address in addresses {
            TcpStream::connect(address).unwrap_err();
            // The port is free again.
            TcpListener::bind(address).unwrap();
        }
        assert_eq!((installed.local_addr(), handle().unwrap().local_addr()), (None, None));
        call(true).unwrap_err();
        assert_eq!(calls("install_calls"), Calls { ok: 1, error: 1, ..Calls::NONE });
        // Twice is once.
        installed.shutdown();
    });
}

#[test]
fn a_second_start_in_one_process_reuses_the_recorder_at_a_new_address() {
    alone(|| {
        let first = exporter().listen("127.0.0.1:0").install().unwrap();
        let address = first.local_addr().unwrap();
        call(false).unwrap();
        first.shutdown();
        // The process keeps its recorder: `metrics` gives none back.
        assert!(matches!(exporter().listen("127.0.0.1:0").install(), Err(Error::AlreadyInstalled)));
        let again = handle().unwrap().listen(address).unwrap();
        assert_eq!(again, address);
        call(false).unwrap();
        assert_eq!(Calls::of(&http::scrape(again), "install_calls", &[]), Calls { ok: 2, ..Calls::NONE });
    });
}

#[test]
fn a_shutdown_does_not_wait_for_a_silent_client() {
    alone(|| {
        let installed = exporter().listen("127.0.0.1:0").install().unwrap();
        let address = installed.local_addr().unwrap();
        let silent = TcpStream::connect(address).unwrap();
        // It is accepted before this one, which is answered.
        assert_eq!(http::get(&format!("http://{address}/")).unwrap().status, 200);
        let start = Instant::now();
        installed.shutdown();
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        TcpStream::connect(address).unwrap_err();
        drop(silent);
    });
}

#[test]
fn a_shutdown_from_a_task_of_the_users_runtime_does_not_hang() {
    alone(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let installed = exporter().listen("127.0.0.1:0").install().unwrap();
            let address = installed.local_addr().unwrap();
            installed.shutdown();
            TcpStream::connect(address).unwrap_err();
        });
    });
}
