//! The settings that the environment says: each test is a process with variables of its own.

use metrics_instrumented::{Error, exporter, instrumented};
use metrics_instrumented_tests::{alone_with, http};

use crate::{get, order};

#[instrumented(name = "serving_returns", labels(late: bool = late))]
fn take_back(late: bool) {
    let _ = late;
}

#[test]
fn every_setting_is_taken_from_its_variable() {
    let variables = [
        ("METRICS_INSTRUMENTED_LISTEN", "127.0.0.1:0"),
        ("METRICS_INSTRUMENTED_PATH", "/numbers"),
        ("METRICS_INSTRUMENTED_GLOBAL_LABELS", "zone=eu-1, tier = gold=best,"),
        ("METRICS_INSTRUMENTED_ALLOWED_NETWORKS", "10.0.0.0/8, 127.0.0.1"),
        ("METRICS_INSTRUMENTED_BEARER_TOKEN", "one"),
        ("METRICS_INSTRUMENTED_BASIC_AUTH", "Aladdin:open sesame"),
        ("METRICS_INSTRUMENTED_MAX_CONNECTIONS", "5"),
        ("METRICS_INSTRUMENTED_MAX_HEADER_BYTES", "9000"),
        ("METRICS_INSTRUMENTED_HEAD_SECONDS", "1.5"),
        ("METRICS_INSTRUMENTED_REQUEST_SECONDS", "20"),
        ("METRICS_INSTRUMENTED_IDLE_SECONDS", "60"),
        ("METRICS_INSTRUMENTED_ZERO_SERIES", "1"),
    ];
    alone_with(&variables, || {
        let exporter = exporter().listen("127.0.0.1:1").path("/overruled").environment();
        let limits =
            "Limits { connections: 5, header_bytes: 9000, head_time: 1.5s, request_time: 20s, idle_time: 60s }";
        assert!(format!("{exporter:?}").contains(limits), "{exporter:?}");
        let address = exporter.install().unwrap().local_addr().unwrap();
        order();
        for header in ["authorization: Bearer one", "authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="] {
            let answer = get(address, "/numbers", &[header]);
            let sample = "serving_orders_total{outcome=\"ok\",tier=\"gold=best\",zone=\"eu-1\"} 1\n";
            assert!(answer.text().contains(sample), "{}", answer.text());
            assert!(!answer.text().contains("serving_returns_total"));
        }
        take_back(true);
        assert!(get(address, "/numbers", &["authorization: Bearer one"]).text().contains("serving_returns_total"));
        assert_eq!(get(address, "/numbers", &[]).status, 401);
    });
}

#[test]
fn later_settings_override_the_environment() {
    alone_with(&[("METRICS_INSTRUMENTED_LISTEN", "127.0.0.1:1"), ("METRICS_INSTRUMENTED_PATH", "/numbers")], || {
        let handle = exporter().environment().listen("127.0.0.1:0").install().unwrap();
        assert_eq!(get(handle.local_addr().unwrap(), "/numbers", &[]).status, 200);
    });
}

#[test]
fn the_environment_is_ignored_by_default() {
    alone_with(&[("METRICS_INSTRUMENTED_PATH", "/numbers"), ("METRICS_INSTRUMENTED_NONSENSE", "1")], || {
        let handle = exporter().listen("127.0.0.1:0").install().unwrap();
        assert_eq!(get(handle.local_addr().unwrap(), "/metrics", &[]).status, 200);
    });
}

#[test]
fn secrets_are_read_from_files() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let variables = [
        ("METRICS_INSTRUMENTED_LISTEN", "127.0.0.1:0"),
        ("METRICS_INSTRUMENTED_BEARER_TOKEN_FILE", &file("token", "one\n")),
        ("METRICS_INSTRUMENTED_BASIC_AUTH_FILE", &file("basic", "Aladdin:open sesame\r\n")),
    ];
    alone_with(&variables, || {
        let address = exporter().environment().install().unwrap().local_addr().unwrap();
        let status = |header| get(address, "/metrics", &[header]).status;
        assert_eq!(status("authorization: Bearer one"), 200);
        assert_eq!(status("authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), 200);
        assert_eq!(status("authorization: Bearer two"), 401);
    });
}

#[cfg(unix)]
#[test]
fn it_listens_on_the_unix_socket_of_a_variable() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("metrics.sock");
    let socket = socket.to_str().unwrap();
    alone_with(&[("METRICS_INSTRUMENTED_LISTEN", &*format!("unix:{socket}")), ("SOCKET", socket)], || {
        let _handle = exporter().environment().install().unwrap();
        let stream = std::os::unix::net::UnixStream::connect(std::env::var("SOCKET").unwrap()).unwrap();
        assert_eq!(metrics_instrumented_tests::get(stream, "/metrics", &[]).status, 200);
    });
}

#[cfg(not(unix))]
#[test]
fn without_unix_sockets_their_addresses_are_an_error() {
    alone_with(&[("METRICS_INSTRUMENTED_LISTEN", "unix:/run/metrics.sock")], || {
        let error = exporter().environment().install().unwrap_err();
        assert!(error.to_string().contains("this system has no Unix sockets"), "{error}");
    });
}

#[test]
fn variables_that_kubernetes_sets_for_a_service_of_our_name_are_not_settings() {
    let variables = [
        ("METRICS_INSTRUMENTED_PORT", "tcp://10.43.0.7:9000"),
        ("METRICS_INSTRUMENTED_PORT_9000_TCP", "tcp://10.43.0.7:9000"),
        ("METRICS_INSTRUMENTED_PORT_9000_TCP_ADDR", "10.43.0.7"),
        ("METRICS_INSTRUMENTED_SERVICE_HOST", "10.43.0.7"),
        ("METRICS_INSTRUMENTED_SERVICE_PORT", "9000"),
        ("METRICS_INSTRUMENTED_SERVICE_PORT_HTTP", "9000"),
        ("METRICS_INSTRUMENTED_LISTEN", ":0"),
    ];
    alone_with(&variables, || {
        let handle = exporter().environment().install().unwrap();
        assert!(handle.local_addr().unwrap().ip().is_unspecified());
    });
}

/// `[env]` of `.cargo/config.toml` sets variables of the attribute for `cargo run`, too, and a shell has those of the command-line tool.
#[test]
fn variables_of_the_attribute_and_of_the_tool_are_not_settings() {
    let variables = [
        ("METRICS_INSTRUMENTED_PROMETHEUS_URL", "http://localhost:9090"),
        ("METRICS_INSTRUMENTED_DOCS", "off"),
        ("METRICS_INSTRUMENTED_CA", "/etc/prometheus/ca.pem"),
        ("METRICS_INSTRUMENTED_LISTEN", "127.0.0.1:0"),
    ];
    alone_with(&variables, || {
        exporter().environment().install().unwrap();
    });
}

/// A template for deployments writes it if no label is set.
#[test]
fn a_list_of_labels_may_be_empty() {
    alone_with(&[("METRICS_INSTRUMENTED_GLOBAL_LABELS", "")], || {
        exporter().environment().install_recorder().unwrap();
    });
}

/// Installs by an environment with one mistake; the error, which has to name the variable.
#[track_caller]
fn mistake(variable: &str) -> String {
    let error = exporter().environment().install().unwrap_err();
    assert!(matches!(&error, Error::Environment { variable: named, .. } if *named == variable), "{error:?}");
    assert!(metrics_instrumented::handle().is_none());
    http::get("http://127.0.0.1:9000/").unwrap_err();
    error.to_string()
}

macro_rules! mistakes {
    ($($test:ident: $variable:literal = $text:expr => $reason:literal;)*) => {$(
        #[test]
        fn $test() {
            alone_with(&[($variable, $text)], || {
                let expected = format!("environment variable `{}`: {}", $variable, $reason);
                let found = mistake($variable);
                assert!(found.starts_with(&expected), "{found}");
            });
        }
    )*};
}

mistakes! {
    an_unknown_variable_is_named: "METRICS_INSTRUMENTED_BEARER" = "secret" => "unknown setting; `METRICS_INSTRUMENTED_` is followed by one of LISTEN, PATH,";
    an_address_without_a_port: "METRICS_INSTRUMENTED_LISTEN" = "127.0.0.1" => "invalid socket address: `127.0.0.1`; expected an IP address, or a name that can be resolved, with a port, such as `127.0.0.1:9000`";
    labels_without_values: "METRICS_INSTRUMENTED_GLOBAL_LABELS" = "zone" => "expected labels such as `zone=eu-1,tier=gold`";
    invalid_networks: "METRICS_INSTRUMENTED_ALLOWED_NETWORKS" = "10.0.0.0/8,x" => "is not valid; expected a network such as `10.0.0.0/8`";
    an_empty_list_of_networks: "METRICS_INSTRUMENTED_ALLOWED_NETWORKS" = "," => "is empty; name a network";
    a_page_that_is_neither_on_nor_off: "METRICS_INSTRUMENTED_PAGE" = "yes" => "must be `on` or `off`, not `yes`";
    a_user_without_a_password: "METRICS_INSTRUMENTED_BASIC_AUTH" = "Aladdin:" => "has an empty password; set one";
    an_empty_token: "METRICS_INSTRUMENTED_BEARER_TOKEN" = "" => "is empty";
    an_empty_address: "METRICS_INSTRUMENTED_LISTEN" = "" => "is empty; set a value, or remove the variable";
    a_global_label_that_is_set_twice: "METRICS_INSTRUMENTED_GLOBAL_LABELS" = "zone=a,zone=b" => "invalid label `zone`: it is set twice; remove one of the two";
    an_invalid_global_label: "METRICS_INSTRUMENTED_GLOBAL_LABELS" = "a-b=c" => "invalid label `a-b`: ";
    a_path_without_a_slash: "METRICS_INSTRUMENTED_PATH" = "x" => "`x` must start with `/`";
    a_path_of_the_probes: "METRICS_INSTRUMENTED_PATH" = "/health" => "`/health` is reserved for the probes";
    no_connections: "METRICS_INSTRUMENTED_MAX_CONNECTIONS" = "0" => "must be at least 1, not 0";
    heads_that_are_too_small: "METRICS_INSTRUMENTED_MAX_HEADER_BYTES" = "8191" => "must be at least 8192 bytes, not 8191";
    no_time_for_a_head: "METRICS_INSTRUMENTED_HEAD_SECONDS" = "0" => "must be greater than zero";
    no_time_for_a_response: "METRICS_INSTRUMENTED_REQUEST_SECONDS" = "1e-10" => "must be greater than zero";
    no_time_between_requests: "METRICS_INSTRUMENTED_IDLE_SECONDS" = "0" => "must be greater than zero";
    a_certificate_that_is_missing: "METRICS_INSTRUMENTED_TLS_CERTIFICATE" = "/no/such/file" => "`/no/such/file` cannot be read: ";
    views_that_are_missing: "METRICS_INSTRUMENTED_VIEWS" = "/no/such/file" => "`/no/such/file` cannot be read: ";
    // A file that exists on every system where these tests run.
    a_certificate_without_a_key: "METRICS_INSTRUMENTED_TLS_CERTIFICATE" = env!("CARGO_MANIFEST_PATH") => "needs `METRICS_INSTRUMENTED_TLS_KEY` as well; set both, or remove this variable";
    a_key_without_a_certificate: "METRICS_INSTRUMENTED_TLS_KEY" = env!("CARGO_MANIFEST_PATH") => "needs `METRICS_INSTRUMENTED_TLS_CERTIFICATE` as well; set both, or remove this variable";
    a_password_without_a_user: "METRICS_INSTRUMENTED_BASIC_AUTH" = "open sesame" => "expected `user:password`";
    a_number_that_is_not_one: "METRICS_INSTRUMENTED_MAX_CONNECTIONS" = "many" => "`many` is not an integer of at least 0; expected a number such as `256`";
    a_negative_time: "METRICS_INSTRUMENTED_IDLE_SECONDS" = "-1" => "`-1` is not a number of seconds; expected a number such as `2.5`";
}

#[test]
fn a_missing_token_file_is_an_error_with_the_reason_of_the_system() {
    alone_with(&[("METRICS_INSTRUMENTED_BEARER_TOKEN_FILE", "/no/such/file")], || {
        let reason = std::fs::read("/no/such/file").unwrap_err();
        let found = mistake("METRICS_INSTRUMENTED_BEARER_TOKEN_FILE");
        assert!(found.contains(&format!(": `/no/such/file` cannot be read: {reason}")), "{found}");
    });
}

#[cfg(unix)]
#[test]
fn an_empty_path_of_a_unix_socket() {
    alone_with(&[("METRICS_INSTRUMENTED_LISTEN", "unix:")], || {
        let found = mistake("METRICS_INSTRUMENTED_LISTEN");
        assert!(found.contains(": the path is empty; set that of a socket"), "{found}");
    });
}

#[test]
fn a_label_that_the_program_has_set_is_a_mistake_of_the_variable() {
    alone_with(&[("METRICS_INSTRUMENTED_GLOBAL_LABELS", "zone=a")], || {
        let error = exporter().global_label("zone", "b").environment().build().unwrap_err().to_string();
        assert!(
            error.starts_with(
                "environment variable `METRICS_INSTRUMENTED_GLOBAL_LABELS`: invalid label `zone`: it is set twice"
            ),
            "{error}"
        );
    });
}
