//! The HTTP API: a route per operation, made for curl.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use example_shared::http::{ApiError, Query};
use metrics_instrumented::instrumented;
use serde::Deserialize;

use super::Error;
use super::cluster::{Cluster, ContainerInfo, Node};
use super::metrics::{ApiMethod, ApiRequest};
use super::raft::RaftStatus;
use super::readiness::Report;
use super::reconcile::Reconciled;
use super::state::{Service, ServiceSpec};

/// What `GET /` answers.
const HELP: &str = "\
GET    /services
POST   /services/{name}?command=sleep+60     replicas=1, http=false, secrets=a,b, volumes=a,b
PUT    /services/{name}?command=sleep+90     as above; its containers are replaced
DELETE /services/{name}
GET    /containers
GET    /ingresses
POST   /ingresses/{host}?service=web         PUT: another service
DELETE /ingresses/{host}
GET    /secrets
POST   /secrets/{name}                       the body is the value
DELETE /secrets/{name}
GET    /volumes
POST   /volumes/{name}
DELETE /volumes/{name}
GET    /nodes
POST   /nodes/{name}/down
POST   /nodes/{name}/up
GET    /raft
POST   /reconcile
GET    /health
GET    /ready

Commands are split at spaces; `$PORT` in them becomes the container's port.
";

/// How a handler answers.
type Answer<T> = Result<T, Refusal>;

/// What handlers work on.
type Shared = State<Arc<Cluster>>;

/// All routes, on `cluster`.
pub(super) fn router(cluster: Arc<Cluster>) -> Router {
    let counted = Router::new()
        .route("/", get(HELP))
        .route("/services", get(services))
        .route("/services/{name}", post(create_service).put(update_service).delete(delete_service))
        .route("/containers", get(containers))
        .route("/ingresses", get(ingresses))
        .route("/ingresses/{host}", post(create_ingress).put(update_ingress).delete(delete_ingress))
        .route("/secrets", get(secrets))
        .route("/secrets/{name}", post(create_secret).delete(delete_secret))
        .route("/volumes", get(volumes))
        .route("/volumes/{name}", post(create_volume).delete(delete_volume))
        .route("/nodes", get(nodes))
        .route("/nodes/{name}/{change}", post(change_node))
        .route("/raft", get(raft))
        .route("/reconcile", post(reconcile))
        .fallback(|| async { ApiError::new(StatusCode::NOT_FOUND, "no such path; GET / lists them") })
        .layer(from_fn(count));
    // Probes come every second and are not requests of a user.
    let probes = Router::new().route("/health", get(health)).route("/ready", get(ready));
    counted.merge(probes).with_state(cluster)
}

/// Around every request but the probes'.
#[instrumented(ApiRequest { method: ApiMethod::from(request.method()) })]
async fn count(request: Request, next: Next) -> Response {
    next.run(request).await
}

/// The orchestrator's error, as an answer.
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
        Error::InvalidName(_) | Error::NoCommand(_) => StatusCode::BAD_REQUEST,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::AlreadyExists { .. } | Error::InUse { .. } => StatusCode::CONFLICT,
        Error::NoQuorum { .. } | Error::NotAcknowledged { .. } | Error::NoWorker => StatusCode::SERVICE_UNAVAILABLE,
        Error::Start { .. } | Error::NotServing { .. } | Error::File { .. } | Error::Listen(_) | Error::Metrics(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// A service in a query: lists are separated by commas, the command by spaces.
#[derive(Deserialize)]
struct ServiceQuery {
    #[serde(default)]
    command: String,
    #[serde(default = "one")]
    replicas: u32,
    #[serde(default)]
    http: bool,
    #[serde(default)]
    secrets: String,
    #[serde(default)]
    volumes: String,
}

fn one() -> u32 {
    1
}

impl From<ServiceQuery> for ServiceSpec {
    fn from(query: ServiceQuery) -> Self {
        let list = |text: &str| text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Self {
            command: query.command.split_whitespace().map(str::to_owned).collect(),
            replicas: query.replicas,
            http: query.http,
            secrets: list(&query.secrets),
            volumes: list(&query.volumes),
        }
    }
}

async fn services(State(cluster): Shared) -> Json<BTreeMap<String, Service>> {
    Json(cluster.raft.read(|state| state.services.clone()))
}

async fn create_service(
    State(cluster): Shared,
    Path(name): Path<String>,
    Query(service): Query<ServiceQuery>,
) -> Answer<StatusCode> {
    cluster.create_service(&name, service.into()).await?;
    Ok(StatusCode::CREATED)
}

async fn update_service(
    State(cluster): Shared,
    Path(name): Path<String>,
    Query(service): Query<ServiceQuery>,
) -> Answer<StatusCode> {
    cluster.update_service(&name, service.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_service(State(cluster): Shared, Path(name): Path<String>) -> Answer<StatusCode> {
    cluster.delete_service(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn containers(State(cluster): Shared) -> Json<Vec<ContainerInfo>> {
    Json(cluster.container_infos())
}

#[derive(Deserialize)]
struct IngressQuery {
    service: String,
}

async fn ingresses(State(cluster): Shared) -> Json<BTreeMap<String, String>> {
    Json(cluster.raft.read(|state| state.ingresses.clone()))
}

async fn create_ingress(
    State(cluster): Shared,
    Path(host): Path<String>,
    Query(ingress): Query<IngressQuery>,
) -> Answer<StatusCode> {
    cluster.create_ingress(&host, &ingress.service).await?;
    Ok(StatusCode::CREATED)
}

async fn update_ingress(
    State(cluster): Shared,
    Path(host): Path<String>,
    Query(ingress): Query<IngressQuery>,
) -> Answer<StatusCode> {
    cluster.update_ingress(&host, &ingress.service).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_ingress(State(cluster): Shared, Path(host): Path<String>) -> Answer<StatusCode> {
    cluster.delete_ingress(&host).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn secrets(State(cluster): Shared) -> Json<Vec<String>> {
    Json(cluster.raft.read(|state| state.secrets.keys().cloned().collect()))
}

async fn create_secret(State(cluster): Shared, Path(name): Path<String>, value: String) -> Answer<StatusCode> {
    cluster.create_secret(&name, value).await?;
    Ok(StatusCode::CREATED)
}

async fn delete_secret(State(cluster): Shared, Path(name): Path<String>) -> Answer<StatusCode> {
    cluster.delete_secret(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn volumes(State(cluster): Shared) -> Json<Vec<String>> {
    Json(cluster.raft.read(|state| state.volumes.keys().cloned().collect()))
}

async fn create_volume(State(cluster): Shared, Path(name): Path<String>) -> Answer<StatusCode> {
    cluster.create_volume(&name).await?;
    Ok(StatusCode::CREATED)
}

async fn delete_volume(State(cluster): Shared, Path(name): Path<String>) -> Answer<StatusCode> {
    cluster.delete_volume(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn nodes(State(cluster): Shared) -> Json<Vec<Node>> {
    Json(cluster.nodes())
}

/// The last part of a path.
#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum NodeChange {
    Up,
    Down,
}

async fn change_node(State(cluster): Shared, Path((name, change)): Path<(String, NodeChange)>) -> Answer<StatusCode> {
    cluster.set_up(&name, change == NodeChange::Up).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn raft(State(cluster): Shared) -> Json<RaftStatus> {
    Json(cluster.raft.status())
}

async fn reconcile(State(cluster): Shared) -> Json<Reconciled> {
    Json(cluster.reconcile().await)
}

async fn health() -> &'static str {
    "alive\n"
}

async fn ready(State(cluster): Shared) -> (StatusCode, Json<Report>) {
    let report = cluster.readiness.report();
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report))
}
