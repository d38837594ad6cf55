//! Gateways that fail, or cannot be reached.

use std::net::TcpListener;
use std::time::Duration;

use metrics_instrumented::{Finding, PushError, PushGateway, doctor, exporter};
use metrics_instrumented_tests::{alone, failing_pushes};

use crate::job;
use crate::server::Answering;

#[test]
fn temporary_failures_are_retried() {
    let server = Answering::with(&[503, 429, 500, 202]);
    let (_recorder, handle) = job();
    let gateway = PushGateway::new(format!("http://{}/", server.address()), "nightly").bearer_token("sesame");
    handle.push(&gateway).unwrap().finish().unwrap();
    let heads = server.heads();
    assert_eq!(heads.len(), 4);
    for head in heads {
        assert!(head.starts_with("put /metrics/job/nightly http/1.1"), "{head}");
        assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
        assert!(head.contains("authorization: bearer sesame"), "{head}");
    }
}

#[test]
fn permanent_failures_are_not_retried() {
    let server = Answering::with(&[400, 400, 401]);
    let address = server.address();
    let (_recorder, handle) = job();
    let gateway = || PushGateway::new(format!("http://{address}"), "nightly").basic_auth("Aladdin", "open sesame");
    let error = handle.push(&gateway().add()).unwrap().finish().unwrap_err();
    assert!(matches!(error, PushError::Refused { status: 400, .. }), "{error:?}");
    let expected = format!("http://{address}/metrics/job/nightly responded to a push with status 400: again");
    assert_eq!(error.to_string(), expected);
    let error = handle.push(&gateway()).unwrap().delete().unwrap_err();
    assert!(matches!(error, PushError::Refused { status: 400, .. }), "{error:?}");
    // A pusher that is dropped cannot return the error.
    drop(handle.push(&gateway()).unwrap());
    let heads = server.heads();
    let methods: Vec<&str> = heads.iter().map(|head| head.split(' ').next().unwrap()).collect();
    assert_eq!(methods, ["post", "delete", "put"]);
    let said = format!("{error} {error:?} {:?} {}", gateway(), handle.render());
    assert!(said.contains("metrics_instrumented_pushes_total{result=\"error\"} 2\n"), "{said}");
    assert!(!said.contains("sesame") && !said.contains("QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "{said}");
}

#[test]
fn an_unreachable_or_silent_gateway_is_an_error_after_the_last_attempt() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_recorder, handle) = job();
    for address in [closed, silent.local_addr().unwrap()] {
        let gateway = PushGateway::new(format!("http://{address}"), "nightly").tries(2);
        let push = handle.push(&gateway.timeout(Duration::from_millis(300))).unwrap();
        let error = push.finish().unwrap_err();
        assert!(matches!(error, PushError::Unreachable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("cannot push to http://{address}/metrics/job/nightly: ")), "{text}");
        assert!(text.ends_with("; check the URL, and that the Pushgateway is running"), "{text}");
    }
}

#[test]
fn missing_credentials_and_a_wrong_path_are_named_as_the_cause() {
    let server = Answering::with(&[401, 404]);
    let address = server.address();
    let (_recorder, handle) = job();
    for fix in ["set the credentials with `bearer_token` or `basic_auth`", "check the path of the gateway's URL"] {
        let gateway = PushGateway::new(format!("http://{address}"), "nightly");
        let error = handle.push(&gateway).unwrap().finish().unwrap_err().to_string();
        assert!(error.ends_with(&format!("again; {fix}")), "{error}");
    }
}

/// The page that a gateway's proxy redirects to is answered with 200, which was taken for a push that arrived.
#[test]
fn a_redirected_push_is_an_error_that_names_the_target() {
    alone(|| {
        for (status, fix) in [
            (
                302,
                "set the credentials with `bearer_token` or `basic_auth` if this is a login page, otherwise the gateway's URL to this address",
            ),
            (307, "set the gateway's URL to this address"),
            (308, "set the gateway's URL to this address"),
        ] {
            let statuses: &[u16] = Vec::leak(vec![status, 200, status, 200]);
            let server = Answering::with(statuses);
            let handle = metrics_instrumented::handle().unwrap_or_else(|| exporter().install_recorder().unwrap());
            let url = format!("http://{}/metrics/job/nightly", server.address());
            let push = handle.push(&PushGateway::new(format!("http://{}", server.address()), "nightly")).unwrap();
            let error = push.push().unwrap_err();
            assert!(matches!(error, PushError::Redirected { status: found, .. } if found == status), "{error}");
            let problem = format!("the response is a redirect ({status}) to `/login`, which is not followed");
            assert_eq!(error.to_string(), format!("cannot push to {url}: {problem}; {fix}"));
            assert_eq!(failing_pushes(), [format!("pushing to `{url}` fails: {problem}; {fix}")]);
            assert_eq!(server.heads().len(), 1, "a redirect is not followed or retried");
            push.push().unwrap();
            assert!(failing_pushes().is_empty());
            push.finish().unwrap_err();
            let gateway = PushGateway::new(format!("http://{}", server.address()), "nightly");
            handle.push(&gateway).unwrap().finish().unwrap();
        }
        let counted = metrics_instrumented::handle().unwrap().render();
        assert!(counted.contains("metrics_instrumented_pushes_total{result=\"error\"} 6\n"), "{counted}");
    });
}

#[test]
fn the_doctor_says_why_pushes_fail() {
    alone(|| {
        let server = Answering::with(&[401, 400, 200, 404, 200]);
        let url = format!("http://{}", server.address());
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let handle = exporter().install_recorder().unwrap();
        assert!(doctor().findings().contains(&Finding::NotServed));
        let push = handle.push(&PushGateway::new(&*url, "nightly")).unwrap();
        // Pushing is a way to serve metrics.
        assert!(!doctor().findings().contains(&Finding::NotServed));
        assert!(failing_pushes().is_empty());
        for problem in [
            "the response is 401 (again); set the credentials with `bearer_token` or `basic_auth`",
            "the response is 400 (again); the Pushgateway's log has the reason",
        ] {
            push.push().unwrap_err();
            assert_eq!(failing_pushes(), [format!("pushing to `{url}/metrics/job/nightly` fails: {problem}")]);
        }
        push.push().unwrap();
        assert!(failing_pushes().is_empty());
        // A job that has ended cannot push again, so the failure of its last push stays.
        push.finish().unwrap_err();
        let problem = "the response is 404 (again); check the path of the gateway's URL";
        assert_eq!(failing_pushes(), [format!("pushing to `{url}/metrics/job/nightly` fails: {problem}")]);
        handle.push(&PushGateway::new(&*url, "nightly")).unwrap().finish().unwrap();
        assert!(failing_pushes().is_empty());
        let unreachable = PushGateway::new(format!("http://{closed}"), "nightly").tries(1);
        let push = handle.push(&unreachable).unwrap();
        push.push().unwrap_err();
        let [finding] = &*failing_pushes() else { panic!("{:?}", failing_pushes()) };
        let expected = format!("pushing to `http://{closed}/metrics/job/nightly` fails: there was no response (");
        assert!(finding.starts_with(&expected), "{finding}");
    });
}

/// In a batch job that had just pushed, it said that nothing serves the metrics.
#[test]
fn the_doctor_does_not_miss_a_listener_after_a_push_that_arrived() {
    alone(|| {
        let server = Answering::with(&[404, 200]);
        let handle = exporter().install_recorder().unwrap();
        let gateway = || PushGateway::new(format!("http://{}", server.address()), "nightly");
        let is_missed = || doctor().findings().contains(&Finding::NotServed);
        assert!(is_missed());
        handle.push(&gateway()).unwrap().finish().unwrap_err();
        // The failure is reported instead.
        assert!(!is_missed() && failing_pushes().len() == 1);
        handle.push(&gateway()).unwrap().finish().unwrap();
        assert!(!is_missed() && failing_pushes().is_empty());
    });
}
