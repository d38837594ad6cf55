//! TLS, with certificates that change while it runs.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use metrics_instrumented::{Error, Finding, doctor, exporter};
use metrics_instrumented_tests::{Answer, alone, eventually, read_answer};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::{ORDER, listening};

/// Writes a new certificate and its key, and returns the certificate.
fn renew(directory: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(directory.join("tls.crt"), cert.pem()).unwrap();
    fs::write(directory.join("tls.key"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

/// The response to a client that trusts only this certificate.
fn get(address: SocketAddr, trusted: &CertificateDer<'static>) -> Result<Answer, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address)?);
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    Ok(read_answer(stream))
}

#[test]
fn a_changed_certificate_is_loaded_and_an_invalid_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let first = renew(directory.path());
    let (handle, address) = listening(exporter().tls(at("tls.crt"), at("tls.key")));
    assert!(get(address, &first).unwrap().text().contains(ORDER));

    let second = renew(directory.path());
    get(address, &second).map(|answer| answer.status).ok();
    eventually(Duration::from_secs(20), || get(address, &second).map(|answer| assert_eq!(answer.status, 200)));
    get(address, &first).unwrap_err();

    // As a full disk leaves it.
    fs::write(at("tls.crt"), "").unwrap();
    let failed = || !handle.render().contains("metrics_instrumented_tls_reload_failures_total 0\n");
    eventually(Duration::from_secs(20), || {
        assert_eq!(get(address, &second).unwrap().status, 200);
        failed()
    });
    fs::remove_file(at("tls.key")).unwrap();
    assert_eq!(get(address, &second).unwrap().status, 200);

    let third = renew(directory.path());
    eventually(Duration::from_secs(20), || get(address, &third).map(|answer| assert_eq!(answer.status, 200)));
}

#[test]
fn clients_without_tls_get_no_response() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = renew(directory.path());
    let (handle, address) =
        listening(exporter().tls(directory.path().join("tls.crt"), directory.path().join("tls.key")));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    // An alert of TLS, or nothing.
    let _ = stream.read_to_end(&mut bytes);
    assert!(!bytes.starts_with(b"HTTP"), "{bytes:?}");
    assert_eq!(get(address, &certificate).unwrap().status, 200);
    assert!(handle.render().contains("metrics_instrumented_connections_dropped_total{reason=\"tls\"} 1\n"));
}

#[test]
fn files_that_cannot_be_loaded_are_counted_once_and_reported_until_they_are_replaced() {
    alone(|| {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let first = renew(directory.path());
        let handle = exporter().listen("127.0.0.1:0").tls(at("tls.crt"), at("tls.key")).install().unwrap();
        let address = handle.local_addr().unwrap();
        let failures = || {
            let text = handle.render();
            let line =
                text.lines().find_map(|line| line.strip_prefix("metrics_instrumented_tls_reload_failures_total "));
            line.unwrap().to_owned()
        };
        let reported = || {
            let diagnosis = doctor();
            let found = diagnosis.findings().iter().find(|finding| matches!(finding, Finding::TlsNotReloaded { .. }));
            found.map(ToString::to_string)
        };
        assert_eq!(reported(), None);
        for failed in ["1", "2"] {
            fs::write(at("tls.crt"), "x".repeat(failed.parse().unwrap())).unwrap();
            eventually(Duration::from_secs(20), || get(address, &first).is_ok() && failures() == failed);
            // The files are checked again at most once a second.
            for _ in 0..2 {
                thread::sleep(Duration::from_millis(1100));
                get(address, &first).unwrap();
            }
            assert_eq!(failures(), failed);
            let expected = format!(
                "the TLS certificate and key were not reloaded, so the previous ones stay in use: cannot use `{}` for TLS: ",
                at("tls.crt").display()
            );
            assert!(reported().unwrap().starts_with(&expected), "{:?}", reported());
        }
        let second = renew(directory.path());
        eventually(Duration::from_secs(20), || get(address, &second).map(|answer| assert_eq!(answer.status, 200)));
        assert_eq!((failures().as_str(), reported()), ("2", None));
    });
}

#[test]
fn files_that_cannot_be_used_are_errors_that_name_them() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    renew(directory.path());
    fs::write(at("empty"), "").unwrap();
    let other = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(at("other.key"), other.signing_key.serialize_pem()).unwrap();
    for (certificate, key, blamed) in [
        ("none", "tls.key", "none"),
        ("empty", "tls.key", "empty"),
        ("tls.key", "tls.key", "tls.key"),
        ("tls.crt", "none", "none"),
        ("tls.crt", "empty", "empty"),
        ("tls.crt", "tls.crt", "tls.crt"),
        ("tls.crt", "other.key", "tls.crt"),
    ] {
        let error = exporter().tls(at(certificate), at(key)).build().unwrap_err();
        assert!(matches!(&error, Error::Tls { file, .. } if *file == at(blamed)), "{certificate} {key}: {error:?}");
        let text = format!("{error} {error:?}");
        assert!(error.to_string().starts_with("cannot use `"), "{error}");
        assert!(!text.contains("PRIVATE"), "{text}");
    }
    let error = exporter().tls("", at("tls.key")).build().unwrap_err();
    assert!(matches!(error, Error::Setting { .. }), "{error:?}");
}
