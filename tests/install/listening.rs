//! Where the exporter listens, and what happens when it cannot.

use std::net::{SocketAddr, TcpListener, TcpStream};

use metrics_instrumented::{Error, exporter, handle};
use metrics_instrumented_tests::{Calls, Exposition, alone, http};

use crate::{call, calls};

#[test]
fn port_0_selects_a_free_port_and_the_handle_returns_it() {
    alone(|| {
        assert!(handle().is_none());
        let installed = exporter().listen("127.0.0.1:0").install().unwrap();
        let address = installed.local_addr().unwrap();
        assert!(address.ip().is_loopback() && address.port() != 0, "{address}");
        assert_eq!(handle().unwrap().local_addr(), Some(address));
        assert!(format!("{installed:?}").contains(&address.to_string()));
        call(false).unwrap();
        let exposition = http::scrape(address);
        assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls { ok: 1, ..Calls::NONE });
    });
}

#[test]
fn without_an_address_it_listens_at_port_9000_of_this_machine_only() {
    alone(|| {
        let address = SocketAddr::from(([127, 0, 0, 1], 9000));
        match exporter().install() {
            Ok(handle) => {
                assert_eq!(handle.local_addr(), Some(address));
                assert_eq!(http::get("http://127.0.0.1:9000/metrics").unwrap().status, 200);
            }
            // Something else on this machine has it.
            Err(Error::Listen { address: named, .. }) => assert_eq!(named, Some(address.to_string())),
            Err(error) => panic!("{error}"),
        }
    });
}

#[test]
fn a_port_in_use_is_named_and_installs_nothing_so_that_a_retry_works() {
    alone(|| {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = exporter().listen(address).install().unwrap_err();
        assert!(
            matches!(&error, Error::Listen { address: Some(named), .. } if *named == address.to_string()),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(text.starts_with(&format!("cannot listen on {address}: ")), "{text}");
        assert!(text.ends_with("; choose another address, or stop the program that listens there"), "{text}");
        assert!(handle().is_none());
        // Not our recorder, nor any other.
        assert!(metrics::with_recorder(|recorder| size_of_val(recorder) == 0), "a recorder is installed");
        call(true).unwrap_err();
        drop(taken);
        let installed = exporter().listen(address).install().unwrap();
        assert_eq!(installed.local_addr(), Some(address));
        assert_eq!(calls("install_calls"), Calls::NONE);
        call(false).unwrap();
        assert_eq!(calls("install_calls"), Calls { ok: 1, ..Calls::NONE });
    });
}

#[test]
fn the_first_free_of_several_addresses_is_used() {
    alone(|| {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let addresses = [taken.local_addr().unwrap(), SocketAddr::from(([127, 0, 0, 1], 0))];
        let installed = exporter().listen(&addresses[..]).install().unwrap();
        assert_ne!(installed.local_addr(), Some(addresses[0]));
    });
}

#[test]
fn an_invalid_address_is_an_error_and_nothing_is_installed() {
    alone(|| {
        for address in ["127.0.0.1", "127.0.0.1:99999", "no such host.invalid:9000", ""] {
            let error = exporter().listen(address).install().unwrap_err();
            assert!(matches!(error, Error::Listen { address: None, .. }), "{address:?}: {error:?}");
            let text = error.to_string();
            assert!(text.starts_with("cannot listen on the given address: "), "{text}");
            let fix = format!(
                ": `{address}`; expected an IP address, or a name that can be resolved, with a port, such as `127.0.0.1:9000`"
            );
            assert!(text.ends_with(&fix), "{text}");
        }
        let error = exporter().listen(("no such host.invalid", 9000)).install().unwrap_err().to_string();
        assert!(error.contains(": `no such host.invalid:9000`; expected an IP address"), "{error}");
        let none: &[SocketAddr] = &[];
        assert!(matches!(exporter().listen(none).install(), Err(Error::Listen { address: None, .. })));
        assert!(handle().is_none());
        exporter().listen("127.0.0.1:0").install().unwrap();
    });
}

#[test]
fn a_second_installation_is_an_error_and_changes_nothing() {
    alone(|| {
        let first = exporter().listen("127.0.0.1:0").install().unwrap();
        call(false).unwrap();
        let taken = first.local_addr().unwrap();
        let second = exporter().listen("127.0.0.1:0").install().unwrap_err();
        assert!(matches!(second, Error::AlreadyInstalled), "{second:?}");
        assert!(second.to_string().contains("metrics_instrumented::handle()"), "{second}");
        // Said before the port is tried.
        assert!(matches!(exporter().listen(taken).install(), Err(Error::AlreadyInstalled)));
        assert!(matches!(exporter().install_recorder(), Err(Error::AlreadyInstalled)));
        call(true).unwrap_err();
        let exposition = http::scrape(taken);
        assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls { ok: 1, error: 1, ..Calls::NONE });
    });
}

#[test]
fn one_of_many_concurrent_installations_succeeds() {
    alone(|| {
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| exporter().listen("127.0.0.1:0").install())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let installed: Vec<_> = results.iter().flatten().collect();
        assert_eq!(installed.len(), 1, "{results:?}");
        assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(Error::AlreadyInstalled))), "{results:?}");
        call(false).unwrap();
        let exposition = http::scrape(installed[0].local_addr().unwrap());
        assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls { ok: 1, ..Calls::NONE });
    });
}

#[test]
fn a_recorder_alone_listens_nowhere_and_may_be_served_later() {
    alone(|| {
        let handle = exporter().install_recorder().unwrap();
        assert_eq!(handle.local_addr(), None);
        call(false).unwrap();
        let exposition = Exposition::parse(&handle.render()).unwrap();
        assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls { ok: 1, ..Calls::NONE });
        let address = handle.listen("127.0.0.1:0").unwrap();
        assert_eq!(handle.local_addr(), Some(address));
        assert_eq!(Calls::of(&http::scrape(address), "install_calls", &[]), Calls { ok: 1, ..Calls::NONE });
        let taken = handle.listen(address).unwrap_err();
        assert!(matches!(taken, Error::Listen { address: Some(_), .. }), "{taken:?}");
        // A `main` that returns the error prints it by its `Debug`.
        let says = format!("{taken:?}");
        assert!(
            says == taken.to_string()
                && says.ends_with("; choose another address, or stop the program that listens there"),
            "{says}"
        );
    });
}

#[test]
fn a_recorder_that_is_only_built_installs_nothing() {
    alone(|| {
        let first = exporter().build().unwrap();
        let second = exporter().build().unwrap();
        call(false).unwrap();
        for recorder in [&first, &second] {
            let exposition = Exposition::parse(&recorder.handle().render()).unwrap();
            assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls::NONE);
        }
        assert!(handle().is_none());
        let address = first.handle().listen("127.0.0.1:0").unwrap();
        metrics::with_local_recorder(&first, || call(true)).unwrap_err();
        assert_eq!(Calls::of(&http::scrape(address), "install_calls", &[]), Calls { error: 1, ..Calls::NONE });
        first.handle().shutdown();
        TcpStream::connect(address).unwrap_err();
    });
}

#[test]
fn settings_that_are_invalid_are_errors_and_nothing_is_installed() {
    alone(|| {
        for name in ["", "le", "a-b", "1a", "__a", "a:b"] {
            let error = exporter().global_label(name, "x").listen("127.0.0.1:0").install().unwrap_err();
            assert!(matches!(&error, Error::GlobalLabel { name: named, .. } if named == name), "{name:?}: {error:?}");
            assert!(error.to_string().starts_with(&format!("invalid global label `{name}`: ")), "{error}");
        }
        for (bounds, reason) in [
            (vec![], "a histogram needs at least one bucket bound"),
            (vec![1.0, 1.0], "`1`: bucket bounds must increase"),
            (vec![f64::NAN], "`NaN`: a bucket bound must be finite"),
            (vec![1.0, f64::INFINITY], "`inf`: a bucket bound must be finite"),
        ] {
            let error = exporter().default_buckets(bounds.clone()).install_recorder().unwrap_err();
            assert!(matches!(error, Error::Buckets { .. }), "{bounds:?}: {error:?}");
            assert!(error.to_string().starts_with(&format!("invalid default buckets: {reason}")), "{error}");
        }
        for factor in [1.0, 1.002, 65537.0, f64::NAN] {
            let error = exporter().default_native_buckets(factor).install_recorder().unwrap_err().to_string();
            let expected = format!("invalid default buckets: `{factor}`: the growth factor of native buckets must be");
            assert!(error.starts_with(&expected), "{error}");
        }
        assert!(handle().is_none());
        exporter().install_recorder().unwrap();
    });
}
