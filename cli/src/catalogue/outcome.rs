//! What the values of an outcome's label mean.

use super::declarations::DeclaredOutcome;
use super::model::Outcome;

/// Values that nobody gives to anything but a success.
const GOOD: &[&str] = &["ok", "success", "succeeded", "successful", "completed", "complete", "done"];

/// The outcome's label with its values told apart. The library knows two of a type's values by their place only if they are two: `ok` and `error`
/// in this order. Of more, those count as good that are called so, or are a status below 400; a status between 400 and 499 is the caller's mistake and neither.
pub(super) fn outcome(declared: &DeclaredOutcome) -> Option<Outcome> {
    let label = declared.label.clone()?;
    let finished = &declared.finished;
    let mut ok: Vec<String> = finished.iter().filter(|value| is_good(value)).cloned().collect();
    if ok.is_empty() && finished.len() == 2 {
        ok.push(finished[0].clone());
    }
    let mut error: Vec<String> = finished
        .iter()
        .chain([&declared.panic, &declared.cancelled])
        .filter(|value| !ok.contains(value) && !is_callers_mistake(value))
        .cloned()
        .collect();
    let mut seen = Vec::new();
    error.retain(|value| !seen.contains(value) && (seen.push(value.clone()), true).1);
    Some(Outcome {
        label,
        ok,
        error,
        panic: declared.panic.clone(),
        cancelled: declared.cancelled.clone(),
        started: declared.started.clone(),
    })
}

fn is_good(value: &str) -> bool {
    GOOD.contains(&value.to_lowercase().as_str()) || status(value).is_some_and(|status| status < 400)
}

fn is_callers_mistake(value: &str) -> bool {
    status(value).is_some_and(|status| (400..500).contains(&status))
}

/// A status of HTTP.
fn status(value: &str) -> Option<u16> {
    let is_status = value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_digit());
    is_status.then(|| value.parse().ok()).flatten()
}
