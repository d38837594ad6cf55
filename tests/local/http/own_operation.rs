//! Requests under an operation of a user's own.

use axum::Router;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use metrics_instrumented::http::{self, RequestHead, StatusClass};
use metrics_instrumented::{LabelValue, Open, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local};

use super::serve::{leave_after, send, serve};

#[derive(LabelValue)]
#[label(rename_all = "lowercase")]
enum Audience {
    Public,
    Internal,
}

/// Requests of the API.
#[derive(Operation)]
#[operation(name = "own_api_calls")]
struct ApiCall {
    audience: Audience,
}

/// Requests by class.
#[derive(Operation)]
#[operation(name = "own_classes", outcome(type = StatusClass, label = "class"))]
struct ByClass<'a> {
    path: Open<'a>,
}

#[test]
fn requests_count_under_an_own_operation_by_the_responses_status() {
    let local = Local::new();
    local.block_on(async {
        let layer = http::layer(|request: RequestHead<'_>| ApiCall {
            audience: if request.uri.path().starts_with("/internal") { Audience::Internal } else { Audience::Public },
        });
        let router = Router::new()
            .route("/internal/fail", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route("/missing", get(|| async { StatusCode::NOT_FOUND }))
            .route("/large", get(|| async { super::serve::chunks(64) }))
            .route("/stalling", get(|| async { super::serve::stalling(3) }))
            .layer(layer);
        let address = serve(router).await;
        for path in ["/internal/fail", "/missing", "/large"] {
            send(address, "GET", path).await.unwrap();
        }
        leave_after(address, "/stalling", 1).await;
        for _ in 0..200 {
            if local.calls_with("own_api_calls", &[("audience", "public")]).cancelled == 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    });
    let calls = |audience| local.calls_with("own_api_calls", &[("audience", audience)]);
    assert_eq!(calls("internal"), Calls { error: 1, ..Calls::NONE });
    assert_eq!(calls("public"), Calls { ok: 2, cancelled: 1, ..Calls::NONE });
}

#[test]
fn an_outcome_type_reads_the_response() {
    let local = Local::new();
    local.block_on(async {
        let router =
            Router::new().route("/found", get(|| async { "found" })).layer(http::layer(|request: RequestHead<'_>| {
                ByClass { path: Open::new(request.uri.path()) }.into_static()
            }));
        let address = serve(router).await;
        send(address, "GET", "/found").await.unwrap();
    });
    let count =
        |class| local.read_only("own_classes").value("own_classes_total", &[("class", class), ("path", "/found")]);
    assert_eq!((count("2xx"), count("5xx")), (Some(1.0), Some(0.0)));
}

#[instrumented(name = "own_handler_response")]
fn response(status: u16) -> Response<String> {
    Response::builder().status(status).body(String::new()).expect("a response")
}

#[instrumented(name = "own_handler_status")]
async fn status(status: StatusCode) -> StatusCode {
    status
}

#[instrumented(name = "own_handler_result")]
async fn result(status: u16) -> Result<&'static str, StatusCode> {
    if status == 200 { Ok("found") } else { Err(StatusCode::NOT_FOUND) }
}

#[instrumented(name = "own_handler_tuple")]
async fn tuple(status: StatusCode) -> (StatusCode, &'static str) {
    (status, "text")
}

#[instrumented(name = "own_handler_opaque")]
async fn opaque(status: StatusCode) -> impl axum::response::IntoResponse {
    (status, "text")
}

#[test]
fn handlers_that_answer_5xx_are_errors() {
    let local = Local::new();
    local.block_on(async {
        for code in [200, 404, 503] {
            let code_as_status = StatusCode::from_u16(code).unwrap();
            response(code);
            status(code_as_status).await;
            tuple(code_as_status).await;
            let _ = opaque(code_as_status).await;
        }
        let _ = (result(200).await, result(404).await);
    });
    for base in ["own_handler_response", "own_handler_status", "own_handler_tuple", "own_handler_opaque"] {
        assert_eq!(local.calls(base), Calls { ok: 2, error: 1, ..Calls::NONE }, "{base}");
    }
    assert_eq!(local.calls("own_handler_result"), Calls { ok: 1, error: 1, ..Calls::NONE });
}
