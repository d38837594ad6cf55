//! Invalid settings are errors before anything is pushed.

use std::time::Duration;

use metrics_instrumented::{Error, PushGateway};

use crate::job;

#[test]
fn invalid_settings_are_errors_before_the_first_push() {
    let (_recorder, handle) = job();
    let gateway = || PushGateway::new("http://127.0.0.1:1", "nightly");
    for (gateway, expected) in [
        (
            PushGateway::new("127.0.0.1:9091", "x"),
            "invalid setting: the Pushgateway's URL is not valid; expected a URL such as `http://gateway:9091`, not `127.0.0.1:9091`",
        ),
        (
            PushGateway::new("ftp://gateway", "x"),
            "invalid setting: the Pushgateway's URL is not valid; expected a URL such as",
        ),
        (
            PushGateway::new("http://a:b@gateway", "x"),
            "invalid setting: the Pushgateway's URL must not contain credentials; use `basic_auth`",
        ),
        (PushGateway::new("http://gate way", "x"), "invalid setting: the Pushgateway's URL is not valid: "),
        (PushGateway::new("http://gateway", ""), "invalid setting: the pushed job has an empty name; give it one"),
        (gateway().grouping("job", "x"), "invalid setting: the grouping label `job` is already in the group"),
        (
            gateway().grouping("a", "x").grouping("a", "y"),
            "invalid setting: the grouping label `a` is already in the group",
        ),
        (gateway().grouping("a-b", "x"), "invalid setting: the grouping label `a-b` is not valid: a label name "),
        (gateway().interval(Duration::ZERO), "invalid setting: the push's interval must be greater than zero"),
        (gateway().timeout(Duration::ZERO), "invalid setting: the push's timeout must be greater than zero"),
        (
            PushGateway::new("ftp://a:secret@gateway", "x"),
            "invalid setting: the Pushgateway's URL must not contain credentials; use `basic_auth`",
        ),
        (gateway().bearer_token("a\nb"), "invalid setting: the Pushgateway's credentials must "),
        (gateway().certificate_authority("/no/such/file"), "cannot use `/no/such/file` for TLS: "),
    ] {
        let error = handle.push(&gateway).unwrap_err();
        assert!(matches!(error, Error::Setting { .. } | Error::Tls { .. }), "{error:?}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
