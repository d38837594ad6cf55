//! Delays of retries (<https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling>).

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, SystemTime};

use crate::exporter::client::Failure;

/// The delay after the first attempt; each further delay is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Returns the delay after the attempt with this number, counted from 0; `None` if a retry cannot help.
pub(super) fn pause(failure: &Failure, attempt: u32) -> Option<Duration> {
    match failure {
        Failure::Unreachable(_) => Some(backoff(attempt)),
        Failure::Status { status: 429 | 502 | 503 | 504, retry_after, .. } => {
            Some(retry_after.as_deref().and_then(requested).unwrap_or_else(|| backoff(attempt)))
        }
        Failure::Redirect { .. } | Failure::Status { .. } => None,
    }
}

/// Doubles with each attempt and has a random part, so that many programs do not retry at the same moment.
fn backoff(attempt: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << attempt.min(10));
    // A hasher is seeded at random.
    let random = RandomState::new().hash_one(attempt) % 1000;
    longest / 2 + longest.saturating_mul(u32::try_from(random).unwrap_or_default()) / 2000
}

/// Parses `Retry-After`: seconds, or a date.
fn requested(header: &str) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, retry_after: Option<&str>) -> Failure {
        Failure::Status { status, answer: Vec::new(), retry_after: retry_after.map(str::to_owned) }
    }

    #[test]
    fn only_temporary_failures_are_retried() {
        for retried in [429, 502, 503, 504] {
            assert!(pause(&status(retried, None), 0).is_some(), "{retried}");
        }
        for refused in [400, 401, 403, 404, 413, 500, 501] {
            assert_eq!(pause(&status(refused, Some("1")), 0), None, "{refused}");
        }
        assert_eq!(pause(&status(429, Some("7")), 0), Some(Duration::from_secs(7)));
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(100));
        let until = pause(&status(503, Some(&date)), 0).unwrap();
        assert!((98..=100).contains(&until.as_secs()), "{until:?}");
        let past = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(100));
        assert_eq!(pause(&status(503, Some(&past)), 0), Some(Duration::ZERO));
        for (attempt, longest) in [(0, 1), (1, 2), (3, 8)] {
            let pause = pause(&Failure::Unreachable(String::new()), attempt).unwrap();
            let longest = Duration::from_secs(longest);
            assert!(pause >= longest / 2 && pause <= longest, "{pause:?}");
        }
    }
}
