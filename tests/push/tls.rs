//! Pushes over TLS: only clients that trust the gateway's certificate push to it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use metrics_instrumented::{PushError, PushGateway};
use metrics_instrumented_tests::alone_with;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

use crate::server::Answering;
use crate::{is_told_where, job};

/// A gateway of the name `localhost`, whose certificate is written to a file.
fn secure(statuses: &'static [u16], certificate: &Path) -> Answering {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(certificate, cert.pem()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    Answering::with_tls(statuses, Arc::new(config))
}

#[test]
fn a_push_arrives_at_a_gateway_whose_certificate_is_trusted() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = directory.path().join("gateway.crt");
    let server = secure(&[503, 202], &certificate);
    let (_recorder, handle) = job();
    let gateway = PushGateway::new(format!("https://localhost:{}", server.address().port()), "nightly");
    handle.push(&gateway.certificate_authority(&certificate)).unwrap().finish().unwrap();
    let heads = server.heads();
    assert_eq!(heads.len(), 2);
    assert!(heads.iter().all(|head| head.starts_with("put /metrics/job/nightly http/1.1")), "{heads:?}");
}

#[test]
fn nothing_is_pushed_to_an_untrusted_or_wrong_gateway() {
    let directory = tempfile::tempdir().unwrap();
    let (certificate, other) = (directory.path().join("gateway.crt"), directory.path().join("other.crt"));
    let server = secure(&[202], &certificate);
    let _other = secure(&[202], &other);
    let (_recorder, handle) = job();
    let port = server.address().port();
    for (host, trusted) in [("localhost", Some(&other)), ("127.0.0.1", Some(&certificate)), ("localhost", None)] {
        let gateway = PushGateway::new(format!("https://{host}:{port}"), "nightly").tries(1).bearer_token("sesame");
        let gateway = match trusted {
            Some(file) => gateway.certificate_authority(file),
            None => gateway,
        };
        let error = handle.push(&gateway).unwrap().finish().unwrap_err();
        assert!(matches!(error, PushError::Unreachable { .. }), "{error:?}");
    }
    assert_eq!(server.heads(), Vec::<String>::new());
}

#[test]
fn the_environment_sets_the_trusted_certificates() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = directory.path().join("gateway.crt");
    let server = secure(&[202], &certificate);
    let variables = [
        ("METRICS_INSTRUMENTED_PUSH_URL", &*format!("https://localhost:{}", server.address().port())),
        ("METRICS_INSTRUMENTED_PUSH_CERTIFICATE_AUTHORITY", certificate.to_str().unwrap()),
    ];
    alone_with(&variables, || {
        let (_recorder, handle) = job();
        let gateway = PushGateway::new("http://127.0.0.1:1", "nightly").environment().unwrap();
        handle.push(&gateway).unwrap().finish().unwrap();
    });
    if is_told_where() {
        return;
    }
    assert_eq!(server.heads().len(), 1);
}
