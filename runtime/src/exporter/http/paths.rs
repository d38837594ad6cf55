//! The paths of the endpoint.

use super::page::FOLDER;

/// The paths of an orchestrator's probes.
pub(in crate::exporter) const HEALTH: &str = "/health";
pub(in crate::exporter) const READY: &str = "/ready";

/// The paths that the live page requests.
pub(super) const FACTS: &str = "/page/facts";
pub(super) const FINDINGS: &str = "/page/findings";

/// Checks the path of the metrics.
pub(in crate::exporter) fn check_path(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("must start with `/`");
    }
    if !path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#')) {
        return Err("must consist of visible ASCII characters other than `?` and `#`");
    }
    if path == HEALTH || path == READY {
        return Err("is reserved for the probes of an orchestrator; choose another path");
    }
    if path.starts_with(FOLDER) {
        return Err("is reserved for the files of the live page; choose another path");
    }
    Ok(())
}
