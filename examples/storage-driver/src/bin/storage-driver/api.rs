//! The HTTP API: a route per operation, made for curl.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use example_shared::http::{ApiError, Query};
use example_shared::size::ByteSize;
use serde::{Deserialize, Serialize};
use storage_driver::{Driver, Error, Event, Fault, Maintenance, Migrated, MigrationOptions, VolumeInfo};

/// What `GET /` answers.
const HELP: &str = "\
GET    /volumes
POST   /volumes/{name}?size=64M              fail, panic: a fault to inject, here and below
DELETE /volumes/{name}
POST   /volumes/{name}/expand?size=128M
POST   /volumes/{name}/clone?to=copy
POST   /volumes/{name}/mount                 fail, panic
POST   /volumes/{name}/unmount
POST   /volumes/{name}/connect               fail, panic
POST   /volumes/{name}/disconnect
POST   /volumes/{name}/migrate               timeout_ms=60000, pause_ms=0 (per 256 KiB), fail, panic
POST   /volumes/{name}/lose                  moved: to the other pool, instead of gone
POST   /maintenance
GET    /events
";

/// How a handler answers.
type Answer<T> = Result<T, Refusal>;

/// All routes, on `driver`.
pub(crate) fn router(driver: Arc<Driver>) -> Router {
    Router::new()
        .route("/", get(HELP))
        .route("/volumes", get(list))
        .route("/volumes/{name}", post(create).delete(delete))
        .route("/volumes/{name}/expand", post(expand))
        .route("/volumes/{name}/clone", post(clone))
        .route("/volumes/{name}/mount", post(mount))
        .route("/volumes/{name}/unmount", post(unmount))
        .route("/volumes/{name}/connect", post(connect))
        .route("/volumes/{name}/disconnect", post(disconnect))
        .route("/volumes/{name}/migrate", post(migrate))
        .route("/volumes/{name}/lose", post(lose))
        .route("/maintenance", post(maintain))
        .route("/events", get(events))
        .with_state(driver)
}

/// The driver's error, as an answer.
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
        Error::InvalidName(_) | Error::Shrink { .. } => StatusCode::BAD_REQUEST,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::AlreadyExists(_)
        | Error::Busy(_)
        | Error::InUse(_)
        | Error::AlreadyMounted(_)
        | Error::NotMounted(_)
        | Error::AlreadyConnected(_)
        | Error::NotConnected(_) => StatusCode::CONFLICT,
        Error::Lost { .. } => StatusCode::GONE,
        Error::PoolFull { .. } => StatusCode::INSUFFICIENT_STORAGE,
        Error::Refused(_) | Error::Connection(_) => StatusCode::BAD_GATEWAY,
        Error::ConnectTimedOut(_) | Error::MigrationTimedOut { .. } => StatusCode::GATEWAY_TIMEOUT,
        Error::Injected(_) | Error::File { .. } | Error::Metrics(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// `fail=true` and `panic=true`.
#[derive(Deserialize)]
struct FaultQuery {
    #[serde(default)]
    fail: bool,
    #[serde(default)]
    panic: bool,
}

impl FaultQuery {
    fn fault(&self) -> Fault {
        match (self.panic, self.fail) {
            (true, _) => Fault::Panic,
            (_, true) => Fault::Fail,
            _ => Fault::None,
        }
    }
}

async fn list(State(driver): State<Arc<Driver>>) -> Json<Vec<VolumeInfo>> {
    Json(driver.volumes())
}

async fn events(State(driver): State<Arc<Driver>>) -> Json<Vec<Event>> {
    Json(driver.events())
}

#[derive(Deserialize)]
struct SizeQuery {
    size: ByteSize,
}

async fn create(
    State(driver): State<Arc<Driver>>,
    Path(name): Path<String>,
    Query(SizeQuery { size }): Query<SizeQuery>,
    Query(fault): Query<FaultQuery>,
) -> Answer<(StatusCode, Json<VolumeInfo>)> {
    let volume = driver.create(&name, size.0, fault.fault()).await?;
    Ok((StatusCode::CREATED, Json(volume)))
}

async fn delete(State(driver): State<Arc<Driver>>, Path(name): Path<String>) -> Answer<StatusCode> {
    driver.delete(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn expand(
    State(driver): State<Arc<Driver>>,
    Path(name): Path<String>,
    Query(SizeQuery { size }): Query<SizeQuery>,
) -> Answer<Json<VolumeInfo>> {
    Ok(Json(driver.expand(&name, size.0)?))
}

#[derive(Deserialize)]
struct CloneQuery {
    to: String,
}

async fn clone(
    State(driver): State<Arc<Driver>>,
    Path(name): Path<String>,
    Query(CloneQuery { to }): Query<CloneQuery>,
) -> Answer<(StatusCode, Json<VolumeInfo>)> {
    let volume = driver.clone_volume(&name, &to).await?;
    Ok((StatusCode::CREATED, Json(volume)))
}

/// Where a volume is mounted now.
#[derive(Serialize)]
struct Mounted {
    point: PathBuf,
}

async fn mount(
    State(driver): State<Arc<Driver>>,
    Path(name): Path<String>,
    Query(fault): Query<FaultQuery>,
) -> Answer<Json<Mounted>> {
    let point = driver.mount(&name, fault.fault())?;
    Ok(Json(Mounted { point }))
}

async fn unmount(State(driver): State<Arc<Driver>>, Path(name): Path<String>) -> Answer<StatusCode> {
    driver.unmount(&name)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The target a volume is connected to now.
#[derive(Serialize)]
struct Connected {
    target: SocketAddr,
}

async fn connect(
    State(driver): State<Arc<Driver>>,
    Path(name): Path<String>,
    Query(fault): Query<FaultQuery>,
) -> Answer<Json<Connected>> {
    let target = driver.connect(&name, fault.fault()).await?;
    Ok(Json(Connected { target }))
}

async fn disconnect(State(driver): State<Arc<Driver>>, Path(name): Path<String>) -> Answer<StatusCode> {
    driver.disconnect(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct MigrateQuery {
    timeout_ms: Option<u64>,
    pause_ms: Option<u64>,
}

async fn migrate(
    State(driver): State<Arc<Driver>>,
    Path(name): Path<String>,
    Query(MigrateQuery { timeout_ms, pause_ms }): Query<MigrateQuery>,
    Query(fault): Query<FaultQuery>,
) -> Answer<Json<Migrated>> {
    let default = MigrationOptions::default();
    let options = MigrationOptions {
        timeout: timeout_ms.map_or(default.timeout, Duration::from_millis),
        pause: pause_ms.map_or(default.pause, Duration::from_millis),
        fault: fault.fault(),
    };
    Ok(Json(driver.migrate(&name, options).await?))
}

#[derive(Deserialize)]
struct LoseQuery {
    #[serde(default)]
    moved: bool,
}

async fn lose(
    State(driver): State<Arc<Driver>>,
    Path(name): Path<String>,
    Query(LoseQuery { moved }): Query<LoseQuery>,
) -> Answer<StatusCode> {
    driver.lose(&name, moved)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn maintain(State(driver): State<Arc<Driver>>) -> Answer<Json<Maintenance>> {
    Ok(Json(driver.maintain().await?))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Method, Request};
    use serde_json::Value;
    use storage_driver::Config;
    use tower::ServiceExt;

    use super::*;

    async fn call(router: &Router, method: Method, path: &str) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn post(router: &Router, path: &str) -> (u16, Value) {
        call(router, Method::POST, path).await
    }

    #[tokio::test]
    async fn a_volume_lives_through_the_api() {
        let router = router(Arc::new(Driver::start(Config::default()).await.unwrap()));
        for (path, status) in [
            ("/volumes/a?size=1M", 201),
            ("/volumes/a?size=1M", 409),
            ("/volumes/a/expand?size=2M", 200),
            ("/volumes/a/expand?size=1M", 400),
            ("/volumes/a/clone?to=b", 201),
            ("/volumes/a/mount", 200),
            ("/volumes/a/mount?fail=true", 500),
            ("/volumes/a/migrate", 409),
            ("/volumes/a/lose?moved=true", 204),
            ("/maintenance", 200),
            ("/volumes/a/unmount", 204),
            ("/volumes/a/connect?fail=true", 502),
            ("/volumes/a/connect", 200),
            ("/volumes/a/disconnect", 204),
            ("/volumes/a/migrate?timeout_ms=5&pause_ms=1000", 504),
            ("/volumes/a/migrate?fail=true", 500),
            ("/volumes/a/migrate", 200),
            ("/volumes/none/mount", 404),
            ("/volumes/a?size=much", 400),
            ("/volumes/c?size=2048G", 507),
        ] {
            let (answered, body) = post(&router, path).await;
            assert_eq!(answered, status, "{path}: {body}");
        }
        assert_eq!(call(&router, Method::DELETE, "/volumes/b").await.0, 204);
        let (_, volumes) = call(&router, Method::GET, "/volumes").await;
        assert_eq!((volumes[0]["name"].as_str(), volumes[0]["pool"].as_str()), (Some("a"), Some("primary")));
        assert_eq!(volumes.as_array().unwrap().len(), 1);
        let (_, events) = call(&router, Method::GET, "/events").await;
        assert_eq!(events[0]["reason"], "ProvisioningSucceeded");
    }

    #[tokio::test]
    async fn errors_are_json_with_their_cause() {
        let router = router(Arc::new(Driver::start(Config::default()).await.unwrap()));
        assert_eq!(
            post(&router, "/volumes/A?size=1").await.1["error"],
            "`A` is not a volume name; use 1 to 63 of `a-z`, `0-9` and `-`"
        );
        assert!(post(&router, "/volumes/a").await.1["error"].as_str().unwrap().contains("size"));
    }
}
