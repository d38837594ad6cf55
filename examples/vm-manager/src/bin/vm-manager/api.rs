//! The HTTP API: a route per operation, made for curl.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use example_shared::http::Query;
use example_shared::size::ByteSize;
use serde::Deserialize;
use vm_manager::labels::{Kind, ProviderType, SnapshotAction};
use vm_manager::{ClassSpec, Error, Fault, ImageSpec, MachineInfo, ProviderSpec, Status, VmInfo, VmManager, VmSpec};

use crate::answer::Answer;

/// What `GET /` answers.
const HELP: &str = "\
GET    /resources
POST   /providers/{name}                   type=vsphere|libvirt, places=a,b, capacity=16, latency_ms=10
POST   /providers/{name}/faults            fault=unreachable|unauthenticated|hang|panic|task_fails|crash, times=1
POST   /classes/{name}                     cpus=2, memory=2G
POST   /images/{name}                      type=vsphere|libvirt, size=4M, checksum
GET    /vms
GET    /vms/{name}
POST   /vms/{name}                         provider, class, image, on=true
DELETE /vms/{name}
POST   /vms/{name}/snapshots/{snapshot}    action=create|delete|revert
POST   /vms/{name}/clone                   to, linked=false
POST   /resync
What is posted is answered when it is ready, or given up.
";

/// The manager that a handler works on.
type Manager = State<Arc<VmManager>>;

/// All routes, on `manager`.
pub(crate) fn router(manager: Arc<VmManager>) -> Router {
    Router::new()
        .route("/", get(HELP))
        .route("/resources", get(resources))
        .route("/providers/{name}", post(apply_provider))
        .route("/providers/{name}/faults", post(inject))
        .route("/classes/{name}", post(apply_class))
        .route("/images/{name}", post(apply_image))
        .route("/vms", get(vms))
        .route("/vms/{name}", get(vm).post(apply_vm).delete(delete_vm))
        .route("/vms/{name}/snapshots/{snapshot}", post(snapshot))
        .route("/vms/{name}/clone", post(clone))
        .route("/resync", post(resync))
        .with_state(manager)
}

async fn resources(State(manager): Manager) -> Json<Vec<Status>> {
    Json(manager.statuses())
}

#[derive(Deserialize)]
struct ProviderQuery {
    #[serde(rename = "type")]
    provider_type: ProviderType,
    places: String,
    capacity: Option<usize>,
    latency_ms: Option<u64>,
}

async fn apply_provider(
    State(manager): Manager,
    Path(name): Path<String>,
    Query(query): Query<ProviderQuery>,
) -> Answer<Json<Option<Status>>> {
    let spec = ProviderSpec {
        provider_type: query.provider_type,
        places: query.places.split(',').filter(|place| !place.is_empty()).map(str::to_owned).collect(),
        capacity: query.capacity.unwrap_or(16),
        latency: Duration::from_millis(query.latency_ms.unwrap_or(10)),
    };
    manager.apply_provider(&name, spec)?;
    Ok(Json(manager.settled(Kind::Provider, &name).await?))
}

#[derive(Deserialize)]
struct FaultQuery {
    fault: Fault,
    times: Option<usize>,
}

async fn inject(
    State(manager): Manager,
    Path(name): Path<String>,
    Query(FaultQuery { fault, times }): Query<FaultQuery>,
) -> Answer<StatusCode> {
    manager.inject(&name, fault, times.unwrap_or(1))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct ClassQuery {
    cpus: u32,
    memory: ByteSize,
}

async fn apply_class(
    State(manager): Manager,
    Path(name): Path<String>,
    Query(ClassQuery { cpus, memory }): Query<ClassQuery>,
) -> Answer<Json<Option<Status>>> {
    manager.apply_class(&name, ClassSpec { cpus, memory })?;
    Ok(Json(manager.settled(Kind::VmClass, &name).await?))
}

#[derive(Deserialize)]
struct ImageQuery {
    #[serde(rename = "type")]
    provider_type: ProviderType,
    size: ByteSize,
    checksum: Option<u64>,
}

async fn apply_image(
    State(manager): Manager,
    Path(name): Path<String>,
    Query(ImageQuery { provider_type, size, checksum }): Query<ImageQuery>,
) -> Answer<Json<Option<Status>>> {
    manager.apply_image(&name, ImageSpec { provider_type, size, checksum })?;
    Ok(Json(manager.settled(Kind::VmImage, &name).await?))
}

async fn vms(State(manager): Manager) -> Json<Vec<VmInfo>> {
    Json(manager.vms())
}

async fn vm(State(manager): Manager, Path(name): Path<String>) -> Answer<Json<VmInfo>> {
    Ok(Json(existing(&manager, name)?))
}

#[derive(Deserialize)]
struct VmQuery {
    provider: String,
    class: String,
    image: String,
    on: Option<bool>,
}

async fn apply_vm(
    State(manager): Manager,
    Path(name): Path<String>,
    Query(VmQuery { provider, class, image, on }): Query<VmQuery>,
) -> Answer<Json<VmInfo>> {
    manager.apply_vm(&name, VmSpec { provider, class, image, on: on.unwrap_or(true) })?;
    manager.settled(Kind::VirtualMachine, &name).await?;
    Ok(Json(existing(&manager, name)?))
}

async fn delete_vm(State(manager): Manager, Path(name): Path<String>) -> Answer<Json<Option<Status>>> {
    manager.delete_vm(&name)?;
    Ok(Json(manager.settled(Kind::VirtualMachine, &name).await?))
}

#[derive(Deserialize)]
struct SnapshotQuery {
    action: SnapshotAction,
}

async fn snapshot(
    State(manager): Manager,
    Path((name, snapshot)): Path<(String, String)>,
    Query(SnapshotQuery { action }): Query<SnapshotQuery>,
) -> Answer<Json<MachineInfo>> {
    Ok(Json(manager.snapshot(&name, action, &snapshot).await?))
}

#[derive(Deserialize)]
struct CloneQuery {
    to: String,
    #[serde(default)]
    linked: bool,
}

async fn clone(
    State(manager): Manager,
    Path(name): Path<String>,
    Query(CloneQuery { to, linked }): Query<CloneQuery>,
) -> Answer<Json<VmInfo>> {
    manager.clone_vm(&name, &to, linked).await?;
    manager.settled(Kind::VirtualMachine, &to).await?;
    Ok(Json(existing(&manager, to)?))
}

async fn resync(State(manager): Manager) -> StatusCode {
    manager.resync();
    StatusCode::NO_CONTENT
}

fn existing(manager: &VmManager, name: String) -> Result<VmInfo, Error> {
    manager.vm(&name).ok_or(Error::NotFound { kind: Kind::VirtualMachine, name })
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Method, Request};
    use serde_json::Value;
    use tower::ServiceExt;
    use vm_manager::Config;

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
    async fn a_machine_lives_through_the_api() {
        let config = Config { retries: 0, address_delay: Duration::ZERO, ..Config::default() };
        let router = router(VmManager::start(config).unwrap());
        for (method, path, status, phase) in [
            ("POST", "/providers/east?type=vsphere&places=dc-1&latency_ms=0", 200, "ready"),
            ("POST", "/providers/none?type=vsphere&places=", 200, "failed"),
            ("POST", "/providers/none?type=xen&places=a", 400, ""),
            ("POST", "/classes/small?cpus=1&memory=1G", 200, "ready"),
            ("POST", "/classes/huge?cpus=1000&memory=1G", 200, "ready"),
            ("POST", "/images/debian?type=vsphere&size=64K", 200, "ready"),
            ("POST", "/images/wrong?type=vsphere&size=64K&checksum=1", 200, "failed"),
            ("POST", "/vms/web?provider=east&class=small&image=debian", 200, "ready"),
            ("POST", "/vms/big?provider=east&class=huge&image=debian", 200, "failed"),
            ("POST", "/vms/WEB?provider=east&class=small&image=debian", 400, ""),
            ("POST", "/vms/web/snapshots/one?action=create", 200, ""),
            ("POST", "/vms/web/snapshots/one?action=create", 409, ""),
            ("POST", "/vms/web/snapshots/two?action=revert", 404, ""),
            ("POST", "/vms/web/clone?to=copy&linked=true", 200, "ready"),
            ("POST", "/vms/web/clone?to=copy", 409, ""),
            ("DELETE", "/vms/web", 200, "failed"),
            ("POST", "/providers/east/faults?fault=task_fails", 204, ""),
            ("POST", "/vms/copy/snapshots/one?action=create", 502, ""),
            ("DELETE", "/vms/copy", 200, ""),
            ("GET", "/vms/copy", 404, ""),
            ("DELETE", "/vms/web", 200, ""),
            ("POST", "/resync", 204, ""),
        ] {
            let (answered, body) = call(&router, method, path).await;
            assert_eq!((answered, body["phase"].as_str().unwrap_or_default()), (status, phase), "{path}: {body}");
        }
        let (_, vms) = call(&router, "GET", "/vms").await;
        assert_eq!((vms.as_array().unwrap().len(), vms[0]["name"].as_str()), (1, Some("big")));
        assert_eq!(vms[0]["message"], "1000 processors are more than 64");
    }

    #[tokio::test]
    async fn a_machine_is_listed_with_its_address_and_its_snapshots() {
        let config = Config { address_delay: Duration::ZERO, ..Config::default() };
        let router = router(VmManager::start(config).unwrap());
        for path in [
            "/providers/lab?type=libvirt&places=host-1&latency_ms=0",
            "/classes/small?cpus=1&memory=1K",
            "/images/debian?type=libvirt&size=64K",
            "/vms/web?provider=lab&class=small&image=debian",
            "/vms/web/snapshots/one?action=create",
        ] {
            assert_eq!(call(&router, "POST", path).await.0, 200, "{path}");
        }
        let machine = &call(&router, "GET", "/vms/web").await.1["machine"];
        let expected = serde_json::json!({
            "place": "host-1", "state": "running", "cpus": 1, "memory": 1024, "address": "10.0.0.1",
            "snapshots": ["one"], "linked_to": null,
        });
        assert_eq!(*machine, expected);
    }
}
