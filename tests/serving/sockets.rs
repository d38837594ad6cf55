//! IPv6, Unix sockets, and the end of a listener.

use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};

use metrics_instrumented::{Error, exporter};
use metrics_instrumented_tests::{alone, panic_of};

use crate::{ORDER, get, listening, order};

#[test]
fn it_listens_on_ipv6() {
    let (handle, _) = listening(exporter());
    let address = handle.listen("[::1]:0").unwrap();
    assert!(address.is_ipv6());
    assert!(get(address, "/metrics", &[]).text().contains(ORDER));
}

#[test]
fn localhost_listens_on_ipv4_and_ipv6_and_an_empty_host_on_all_interfaces() {
    let (handle, _) = listening(exporter());
    for address in ["localhost:0", ":0"] {
        let port = handle.listen(address).unwrap().port();
        for host in ["127.0.0.1", "::1"] {
            let stream = TcpStream::connect((host, port)).unwrap_or_else(|error| panic!("{host} {address}: {error}"));
            let answer = metrics_instrumented_tests::get(stream, "/metrics", &[]);
            assert!(answer.text().contains(ORDER), "{host} {address}");
        }
    }
    assert!(matches!(handle.listen(":99999"), Err(Error::Listen { address: None, .. })));
}

#[cfg(unix)]
#[test]
fn it_listens_on_a_unix_socket_and_removes_its_file() {
    alone(|| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("metrics.sock");
        let handle = exporter().listen_unix(&path).install().unwrap();
        order();
        assert_eq!(handle.local_addr(), None);
        let answer = metrics_instrumented_tests::get(UnixStream::connect(&path).unwrap(), "/metrics", &[]);
        assert!(answer.status == 200 && answer.text().contains(ORDER));
        // Somebody listens there.
        let taken = handle.listen_unix(&path).unwrap_err();
        assert!(matches!(&taken, Error::Listen { address: Some(named), .. } if *named == path.display().to_string()));
        handle.shutdown();
        assert!(!path.exists());
    });
}

#[cfg(unix)]
#[test]
fn a_path_that_cannot_be_a_socket_is_an_error() {
    alone(|| {
        let long = "/tmp/".to_owned() + &"x".repeat(200);
        let (handle, _) = listening(exporter());
        for (path, expected) in [
            ("", "cannot listen on the given address: the path is empty; set that of a socket"),
            ("/tmp/a\0b", "cannot listen on /tmp/a\0b: the path contains a NUL byte"),
            (&*long, &*format!("cannot listen on {long}: the path is longer than the system allows")),
        ] {
            for error in [exporter().listen_unix(path).install().unwrap_err(), handle.listen_unix(path).unwrap_err()] {
                assert!(matches!(error, Error::Listen { .. }) && error.to_string().starts_with(expected), "{error}");
            }
        }
        let error = exporter().listen("unix:").install().unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot listen on the given address: `unix:` is not a TCP address; use `listen_unix`"
        );
        assert!(metrics_instrumented::handle().is_none());
    });
}

#[cfg(unix)]
#[test]
fn the_file_of_a_relative_path_is_removed_after_the_program_changed_its_directory() {
    alone(|| {
        let directory = tempfile::tempdir().unwrap();
        std::env::set_current_dir(&directory).unwrap();
        let handle = exporter().listen_unix("metrics.sock").install().unwrap();
        assert!(directory.path().join("metrics.sock").exists());
        std::env::set_current_dir("/").unwrap();
        handle.shutdown();
        assert!(!directory.path().join("metrics.sock").exists());
    });
}

#[cfg(unix)]
#[test]
fn a_stale_socket_is_replaced_and_another_file_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let stale = directory.path().join("stale.sock");
    drop(UnixListener::bind(&stale).unwrap());
    assert!(stale.exists());
    let (handle, _) = listening(exporter());
    handle.listen_unix(&stale).unwrap();
    assert_eq!(metrics_instrumented_tests::get(UnixStream::connect(&stale).unwrap(), "/health", &[]).status, 200);
    let file = directory.path().join("precious");
    std::fs::write(&file, "data").unwrap();
    handle.listen_unix(&file).unwrap_err();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "data");
    handle.listen_unix(directory.path().join("no/such/directory")).unwrap_err();
    handle.shutdown();
}

#[test]
fn a_guard_shuts_down_on_every_exit_path() {
    let (handle, address) = listening(exporter());
    panic_of(|| {
        let _shuts_down = handle.shutdown_on_drop();
        assert_eq!(get(address, "/health", &[]).status, 200);
        panic!("as planned");
    });
    TcpStream::connect(address).unwrap_err();
}
