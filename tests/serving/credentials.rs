//! Who is let in, and that secrets stay secret.

use metrics_instrumented::{Error, Exporter, exporter};

use crate::{ORDER, get, listening};

const TOKEN: &str = "sesame-4711";
/// `Aladdin:open sesame`, as RFC 7617 has it.
const BASIC: &str = "authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";

fn guarded() -> Exporter {
    exporter().bearer_token(TOKEN).basic_auth("Aladdin", "open sesame")
}

#[test]
fn metrics_and_index_require_credentials() {
    let (_handle, address) = listening(guarded());
    for path in ["/metrics", "/"] {
        for header in ["authorization: Bearer sesame-4711", "authorization: bearer sesame-4711", BASIC] {
            assert_eq!(get(address, path, &[header]).status, 200, "{path} {header}");
        }
        for header in [
            "x: y",
            "authorization: Bearer sesame-4712",
            "authorization: Bearer sesame-471",
            "authorization: Bearer",
            "authorization: Basic sesame-4711",
            "authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==",
            "authorization: \u{fffd}",
        ] {
            let answer = get(address, path, &[header]);
            assert_eq!(answer.status, 401, "{path} {header}");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"metrics\"");
            assert_eq!(answer.text(), "credentials are required\n");
        }
    }
    for path in ["/health", "/ready"] {
        assert_eq!(get(address, path, &[]).status, 200, "{path}");
    }
    // Two headers are no second guess: the first one counts.
    let headers = ["authorization: Bearer wrong", "authorization: Bearer sesame-4711"];
    assert_eq!(get(address, "/metrics", &headers).status, 401);
    let (_handle, address) = listening(exporter().basic_auth("a", "b"));
    assert!(get(address, "/metrics", &[]).header("www-authenticate").starts_with("Basic realm="));
}

#[test]
fn no_secret_is_exposed() {
    let exporter = guarded();
    let described = format!("{exporter:?}");
    let (handle, address) = listening(exporter);
    let mut said = format!("{described} {handle:?}");
    for path in ["/metrics", "/", "/ready", "/nowhere"] {
        said += get(address, path, &["authorization: Bearer sesame-4711"]).text();
        said += get(address, path, &["authorization: Bearer guessed"]).text();
    }
    for mistaken in [
        metrics_instrumented::exporter().bearer_token("sesame-4711 open sesame"),
        metrics_instrumented::exporter().basic_auth("Aladdin", "open sesame\n"),
        metrics_instrumented::exporter().basic_auth("QWxhZGRpbjpvcGVuIHNlc2FtZQ==:", TOKEN),
    ] {
        let error = mistaken.build().unwrap_err();
        assert!(matches!(error, Error::Setting { .. }), "{error:?}");
        said = format!("{said} {error} {error:?}");
    }
    assert!(said.contains(ORDER));
    for secret in [TOKEN, "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "guessed"] {
        assert!(!said.contains(secret), "`{secret}` is in {said}");
    }
}

#[test]
fn only_allowed_networks_may_connect() {
    let (_handle, address) = listening(exporter().allow_network("10.0.0.0/8").allow_network("127.0.0.0/8"));
    assert_eq!(get(address, "/metrics", &[]).status, 200);
    let (handle, address) = listening(exporter().allow_network("10.0.0.0/8").allow_network("127.0.0.2"));
    for path in ["/metrics", "/health"] {
        let result = metrics_instrumented_tests::http::get(&format!("http://{address}{path}"));
        assert!(result.is_err(), "{path}: {result:?}");
    }
    let dropped = "metrics_instrumented_connections_dropped_total{reason=\"network\"} 2\n";
    assert!(handle.render().contains(dropped), "{}", handle.render());
    // As IPv6 sockets see IPv4's addresses.
    let recorder = exporter().allow_network("127.0.0.1").build().unwrap();
    let address = recorder.handle().listen(":0").unwrap();
    assert_eq!(get(([127, 0, 0, 1], address.port()).into(), "/metrics", &[]).status, 200);
}

#[test]
fn an_invalid_network_is_an_error() {
    for network in ["", "10.0.0.0/33", "localhost", "10.0.0/8"] {
        let error = exporter().allow_network(network).build().unwrap_err();
        let expected = format!(
            "invalid setting: the network `{network}` is not valid; expected a network such as `10.0.0.0/8` or `fd00::/8`, or an address such as `192.0.2.1`"
        );
        assert_eq!(error.to_string(), expected);
    }
}
