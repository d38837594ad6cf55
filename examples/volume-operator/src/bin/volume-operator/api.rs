//! The HTTP API: a route per operation, made for curl.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use example_shared::http::{ApiError, Query};
use example_shared::size::ByteSize;
use serde::{Deserialize, Serialize};
use volume_operator::{Error, Fault, How, Step, TransferOptions, Transferred, VolumeInfo, VolumeName, VolumeOperator};

/// What `GET /` answers.
const HELP: &str = "\
GET    /volumes
GET    /namespaces/{namespace}/volumes/{name}
POST   /namespaces/{namespace}/volumes/{name}            files=8, size=64K (of each)
DELETE /namespaces/{namespace}/volumes/{name}
POST   /namespaces/{namespace}/volumes/{name}/transfer   to=copy, to_namespace={namespace}; a fault to inject:
                                                         step=clone|pod|sync|cleanup, how=fail|panic|hang, times=1
GET    /leftovers
POST   /sweep
";

/// How a handler answers.
type Answer<T> = Result<T, Refusal>;

/// All routes, on `operator`.
pub(crate) fn router(operator: Arc<VolumeOperator>) -> Router {
    Router::new()
        .route("/", get(HELP))
        .route("/volumes", get(list))
        .route("/namespaces/{namespace}/volumes/{name}", get(show).post(create).delete(delete))
        .route("/namespaces/{namespace}/volumes/{name}/transfer", post(transfer))
        .route("/leftovers", get(leftovers))
        .route("/sweep", post(sweep))
        .with_state(operator)
}

/// The operator's error, as an answer.
struct Refusal(Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        ApiError::of(status(&self.0), &self.0).into_response()
    }
}

/// Which status tells an error best.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::InvalidName(_) | Error::SameVolume(_) => StatusCode::BAD_REQUEST,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::AlreadyExists(_) | Error::Busy(_) => StatusCode::CONFLICT,
        Error::PodNotReady(_) => StatusCode::GATEWAY_TIMEOUT,
        Error::PodEnded | Error::Corrupt(_) | Error::Injected(_) | Error::File { .. } | Error::Metrics(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// The operator, and the volume that a path names.
type OfVolume = (State<Arc<VolumeOperator>>, Path<(String, String)>);

async fn list(State(operator): State<Arc<VolumeOperator>>) -> Answer<Json<Vec<VolumeInfo>>> {
    Ok(Json(operator.volumes()?))
}

async fn show((State(operator), Path((namespace, name))): OfVolume) -> Answer<Json<VolumeInfo>> {
    Ok(Json(operator.volume(&VolumeName::new(&namespace, &name)?)?))
}

#[derive(Deserialize)]
struct CreateQuery {
    #[serde(default = "CreateQuery::files")]
    files: usize,
    size: Option<ByteSize>,
}

impl CreateQuery {
    fn files() -> usize {
        8
    }
}

async fn create(
    (State(operator), Path((namespace, name))): OfVolume,
    Query(CreateQuery { files, size }): Query<CreateQuery>,
) -> Answer<(StatusCode, Json<VolumeInfo>)> {
    let size = size.unwrap_or(ByteSize(64 << 10));
    let volume = operator.create(&VolumeName::new(&namespace, &name)?, files, size.0)?;
    Ok((StatusCode::CREATED, Json(volume)))
}

async fn delete((State(operator), Path((namespace, name))): OfVolume) -> Answer<StatusCode> {
    operator.delete(&VolumeName::new(&namespace, &name)?)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct TransferQuery {
    to: String,
    to_namespace: Option<String>,
    step: Option<Step>,
    #[serde(default)]
    how: How,
    times: Option<u32>,
}

async fn transfer(
    (State(operator), Path((namespace, name))): OfVolume,
    Query(TransferQuery { to, to_namespace, step, how, times }): Query<TransferQuery>,
) -> Answer<Json<Transferred>> {
    let source = VolumeName::new(&namespace, &name)?;
    let target = VolumeName::new(&to_namespace.unwrap_or(namespace), &to)?;
    let fault = step.map(|step| Fault { step, how, times: times.unwrap_or(1) });
    Ok(Json(operator.transfer(&source, &target, TransferOptions { fault }).await?))
}

async fn leftovers(State(operator): State<Arc<VolumeOperator>>) -> Answer<Json<Vec<VolumeName>>> {
    Ok(Json(operator.leftovers()?))
}

/// What a sweep did.
#[derive(Serialize)]
struct Swept {
    swept: usize,
}

async fn sweep(State(operator): State<Arc<VolumeOperator>>) -> Answer<Json<Swept>> {
    Ok(Json(Swept { swept: operator.sweep().await? }))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Method, Request};
    use serde_json::Value;
    use tower::ServiceExt;
    use volume_operator::Config;

    use super::*;

    async fn call(router: &Router, method: &str, path: &str) -> (u16, Value) {
        let method: Method = method.parse().unwrap();
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    #[tokio::test]
    async fn a_volume_lives_through_the_api() {
        let router = router(Arc::new(VolumeOperator::start(Config::default()).unwrap()));
        for (method, path, status) in [
            ("POST", "/namespaces/team/volumes/data?files=2&size=1K", 201),
            ("POST", "/namespaces/team/volumes/data?files=2&size=1K", 409),
            ("POST", "/namespaces/team/volumes/DATA", 400),
            ("GET", "/namespaces/team/volumes/data", 200),
            ("POST", "/namespaces/team/volumes/data/transfer?to=copy", 200),
            ("POST", "/namespaces/team/volumes/data/transfer?to=data", 400),
            ("POST", "/namespaces/team/volumes/data/transfer?to=copy&to_namespace=other&step=pod", 200),
            ("POST", "/namespaces/team/volumes/data/transfer?to=copy&step=sync&times=3", 500),
            ("POST", "/namespaces/team/volumes/data/transfer?to=copy&step=sink", 400),
            ("POST", "/namespaces/team/volumes/none/transfer?to=copy", 404),
            ("POST", "/namespaces/team/volumes/data/transfer?to=copy&step=cleanup&times=3", 500),
            ("DELETE", "/namespaces/team/volumes/data", 204),
            ("DELETE", "/namespaces/team/volumes/data", 404),
        ] {
            let (answered, body) = call(&router, method, path).await;
            assert_eq!(answered, status, "{method} {path}: {body}");
        }
        let (_, leftovers) = call(&router, "GET", "/leftovers").await;
        assert_eq!(leftovers[0]["namespace"], "team");
        assert_eq!(call(&router, "POST", "/sweep").await.1["swept"], 1);
        let (_, volumes) = call(&router, "GET", "/volumes").await;
        let names: Vec<_> = volumes.as_array().unwrap().iter().map(|volume| volume["namespace"].as_str()).collect();
        assert_eq!(names, [Some("other"), Some("team")]);
        assert_eq!(volumes[0]["bytes"], 2048);
    }
}
