//! The settings that the environment says: each test is a process with variables of its own.

use std::time::Duration;

use metrics_instrumented::{Error, PushGateway, exporter};
use metrics_instrumented_tests::alone_with;

use crate::server::Answering;
use crate::{is_told_where, job};

#[test]
fn every_setting_is_taken_from_its_variable() {
    let server = Answering::with(&[503, 202]);
    let variables = [
        ("METRICS_INSTRUMENTED_PUSH_URL", &*format!("http://{}", server.address())),
        ("METRICS_INSTRUMENTED_PUSH_JOB", "weekly"),
        ("METRICS_INSTRUMENTED_PUSH_GROUPING", "instance=db-1, zone = eu"),
        ("METRICS_INSTRUMENTED_PUSH_METHOD", "POST"),
        ("METRICS_INSTRUMENTED_PUSH_INTERVAL_SECONDS", "3600"),
        ("METRICS_INSTRUMENTED_PUSH_TIMEOUT_SECONDS", "20.5"),
        ("METRICS_INSTRUMENTED_PUSH_TRIES", "2"),
        ("METRICS_INSTRUMENTED_PUSH_BEARER_TOKEN", "sesame"),
        // A variable of the exporter, which pushes ignore.
        ("METRICS_INSTRUMENTED_PATH", "/numbers"),
    ];
    alone_with(&variables, || {
        let gateway = PushGateway::new("http://127.0.0.1:1", "nightly").environment().unwrap();
        let shown = format!("{gateway:?}");
        assert!(shown.contains("interval: Some(3600s)") && !shown.contains("sesame"), "{shown}");
        let (_recorder, handle) = job();
        handle.push(&gateway).unwrap().finish().unwrap();
    });
    if is_told_where() {
        return;
    }
    let heads = server.heads();
    assert_eq!(heads.len(), 2, "{heads:?}");
    for head in heads {
        assert!(head.starts_with("post /metrics/job/weekly/instance/db-1/zone/eu http/1.1"), "{head}");
        assert!(head.contains("authorization: bearer sesame"), "{head}");
    }
}

#[test]
fn secrets_come_from_files() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("basic");
    std::fs::write(&file, "Aladdin:open sesame\n").unwrap();
    let server = Answering::with(&[202]);
    let variables = [
        ("METRICS_INSTRUMENTED_PUSH_URL", &*format!("http://{}", server.address())),
        ("METRICS_INSTRUMENTED_PUSH_BASIC_AUTH_FILE", file.to_str().unwrap()),
    ];
    alone_with(&variables, || {
        let gateway = PushGateway::new("http://127.0.0.1:1", "nightly").environment().unwrap();
        let (_recorder, handle) = job();
        handle.push(&gateway).unwrap().finish().unwrap();
    });
    if is_told_where() {
        return;
    }
    let heads = server.heads();
    assert!(heads[0].starts_with("put /metrics/job/nightly http/1.1"), "{heads:?}");
    assert!(heads[0].contains("authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq=="), "{heads:?}");
}

#[test]
fn later_settings_override_the_environment() {
    alone_with(&[("METRICS_INSTRUMENTED_PUSH_INTERVAL_SECONDS", "5")], || {
        let gateway = PushGateway::new("http://127.0.0.1:1", "nightly").environment().unwrap();
        let gateway = format!("{:?}", gateway.interval(Duration::from_secs(7)));
        assert!(gateway.contains("interval: Some(7s)"), "{gateway}");
    });
}

#[test]
fn an_exporter_ignores_the_variables_of_pushes() {
    alone_with(&[("METRICS_INSTRUMENTED_PUSH_TRIES", "none"), ("METRICS_INSTRUMENTED_ZERO_SERIES", "1")], || {
        exporter().environment().build().unwrap();
    });
}

#[test]
fn an_exporter_rejects_a_misspelt_variable_of_pushes() {
    alone_with(&[("METRICS_INSTRUMENTED_PUSH_TRY", "2")], || {
        let error = exporter().environment().build().unwrap_err().to_string();
        assert!(error.starts_with("environment variable `METRICS_INSTRUMENTED_PUSH_TRY`: unknown setting"));
    });
}

macro_rules! mistakes {
    ($($test:ident: $variable:literal = $text:literal => $reason:literal;)*) => {$(
        #[test]
        fn $test() {
            alone_with(&[($variable, $text)], || {
                let error = PushGateway::new("http://127.0.0.1:1", "nightly").environment().unwrap_err();
                assert!(matches!(&error, Error::Environment { variable, .. } if variable == $variable), "{error:?}");
                let expected = format!("environment variable `{}`: {}", $variable, $reason);
                assert!(error.to_string().starts_with(&expected), "{error}");
            });
        }
    )*};
}

mistakes! {
    an_unknown_variable_is_named: "METRICS_INSTRUMENTED_PUSH_TOKEN" = "secret" => "unknown setting; `METRICS_INSTRUMENTED_` is followed by one of PUSH_URL,";
    an_invalid_method: "METRICS_INSTRUMENTED_PUSH_METHOD" = "GET" => "`GET` is neither `PUT` nor `POST`";
    tries_that_are_not_a_number: "METRICS_INSTRUMENTED_PUSH_TRIES" = "some" => "`some` is not an integer of at least 0; expected a number such as `256`";
    a_negative_time: "METRICS_INSTRUMENTED_PUSH_INTERVAL_SECONDS" = "-1" => "`-1` is not a number of seconds; expected a number such as `2.5`";
    an_empty_token: "METRICS_INSTRUMENTED_PUSH_BEARER_TOKEN" = "" => "is empty";
    a_password_without_a_user: "METRICS_INSTRUMENTED_PUSH_BASIC_AUTH" = "sesame" => "expected `user:password`";
    a_token_file_that_is_not_there: "METRICS_INSTRUMENTED_PUSH_BEARER_TOKEN_FILE" = "/no/such/file" => "`/no/such/file` cannot be read: No such file";
    a_url_without_a_scheme: "METRICS_INSTRUMENTED_PUSH_URL" = "gateway:9091" => "is not valid; expected a URL such as `http://gateway:9091`, not `gateway:9091`";
    a_url_with_a_password: "METRICS_INSTRUMENTED_PUSH_URL" = "http://a:b@gateway" => "must not contain credentials; use `basic_auth`";
    a_url_with_a_space: "METRICS_INSTRUMENTED_PUSH_URL" = "http://gate way" => "is not valid: ";
    an_empty_job: "METRICS_INSTRUMENTED_PUSH_JOB" = "" => "is empty; set a value, or remove the variable";
    a_group_with_a_label_twice: "METRICS_INSTRUMENTED_PUSH_GROUPING" = "a=1,a=2" => "the label `a` is already in the group; remove one of the two";
    a_group_with_an_invalid_label: "METRICS_INSTRUMENTED_PUSH_GROUPING" = "a-b=1" => "the label `a-b` is not valid: ";
    no_interval: "METRICS_INSTRUMENTED_PUSH_INTERVAL_SECONDS" = "0" => "must be greater than zero";
    no_time: "METRICS_INSTRUMENTED_PUSH_TIMEOUT_SECONDS" = "0" => "must be greater than zero";
    a_token_with_a_line_end: "METRICS_INSTRUMENTED_PUSH_BEARER_TOKEN" = "a\nb" => "must consist of visible ASCII characters";
    empty_credentials: "METRICS_INSTRUMENTED_PUSH_BASIC_AUTH" = "" => "is empty; set a value, or remove the variable";
    a_certificate_that_is_missing: "METRICS_INSTRUMENTED_PUSH_CERTIFICATE_AUTHORITY" = "/no/such/file" => "`/no/such/file` cannot be read: ";
    a_group_without_values: "METRICS_INSTRUMENTED_PUSH_GROUPING" = "zone" => "expected labels such as `zone=eu-1,tier=gold`";
}
