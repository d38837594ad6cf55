//! The paths of the endpoint.

use super::page::FOLDER;

/// Where the probes of an orchestrator ask.
pub(in crate::exporter) const HEALTH: &str = "/health";
pub(in crate::exporter) const READY: &str = "/ready";

/// Where the live page asks.
pub(super) const FACTS: &str = "/page/facts";
pub(super) const FINDINGS: &str = "/page/findings";

/// What is wrong with the path of the metrics, if anything.
pub(in crate::exporter) fn check_path(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("it starts with `/`");
    }
    if !path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#')) {
        return Err("it is made of visible ASCII characters without `?` and `#`, as a URL has it");
    }
    if path == HEALTH || path == READY {
        return Err("that is where the orchestrator's probes ask; choose another one");
    }
    if path.starts_with(FOLDER) {
        return Err("the files of the live page are there; choose another one");
    }
    Ok(())
}
