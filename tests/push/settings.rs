//! What cannot be pushed to is an error before anything is pushed.

use std::time::Duration;

use metrics_instrumented::{Error, PushGateway};

use crate::job;

#[test]
fn mistakes_are_told_when_it_is_made() {
    let (_recorder, handle) = job();
    let gateway = || PushGateway::new("http://127.0.0.1:1", "nightly");
    for (gateway, expected) in [
        (
            PushGateway::new("127.0.0.1:9091", "x"),
            "the Pushgateway's URL cannot be used: it is like `http://gateway:9091`",
        ),
        (PushGateway::new("ftp://gateway", "x"), "the Pushgateway's URL cannot be used: it is like"),
        (
            PushGateway::new("http://a:b@gateway", "x"),
            "the Pushgateway's URL cannot be used: a name and a password are given by `basic_auth`",
        ),
        (PushGateway::new("http://gate way", "x"), "the Pushgateway's URL cannot be used: "),
        (PushGateway::new("http://gateway", ""), "the pushed job cannot be used: its name is empty"),
        (gateway().grouping("job", "x"), "the grouping label `job` cannot be used: the group has it already"),
        (
            gateway().grouping("a", "x").grouping("a", "y"),
            "the grouping label `a` cannot be used: the group has it already",
        ),
        (gateway().grouping("a-b", "x"), "the grouping label `a-b` cannot be used: a label name consists of"),
        (
            gateway().interval(Duration::ZERO),
            "the push's interval or timeout cannot be used: it is longer than nothing",
        ),
        (gateway().timeout(Duration::ZERO), "the push's interval or timeout cannot be used: it is longer than nothing"),
        (gateway().bearer_token("a\nb"), "the Pushgateway's credentials cannot be used: "),
        (gateway().certificate_authority("/no/such/file"), "cannot use `/no/such/file` for TLS: "),
    ] {
        let error = handle.push(&gateway).unwrap_err();
        assert!(matches!(error, Error::Setting { .. } | Error::Tls { .. }), "{error:?}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
