//! Waiting for what becomes true in a moment.

use std::{
    fmt::Display,
    thread,
    time::{Duration, Instant},
};

/// How long to sleep between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// What one attempt of [`eventually`] may return: `bool`, `Option<T>`, `Result<T, E>`.
pub trait Attempt {
    /// What a successful attempt gives.
    type Output;

    /// The value, or why there is none yet.
    ///
    /// # Errors
    /// When the attempt did not succeed.
    fn outcome(self) -> Result<Self::Output, String>;
}

impl Attempt for bool {
    type Output = ();

    fn outcome(self) -> Result<(), String> {
        if self { Ok(()) } else { Err("the condition does not hold".to_owned()) }
    }
}

impl<T> Attempt for Option<T> {
    type Output = T;

    fn outcome(self) -> Result<T, String> {
        self.ok_or_else(|| "there is nothing".to_owned())
    }
}

impl<T, E: Display> Attempt for Result<T, E> {
    type Output = T;

    fn outcome(self) -> Result<T, String> {
        self.map_err(|error| error.to_string())
    }
}

/// Tries until it succeeds and returns what the successful attempt gave; at least once, however short the time.
///
/// # Panics
/// When `timeout` has passed, with the reason that the last attempt gave. Return a `Result` to have a good one.
#[track_caller]
pub fn eventually<A: Attempt>(timeout: Duration, mut attempt: impl FnMut() -> A) -> A::Output {
    let deadline = Instant::now() + timeout;
    loop {
        let reason = match attempt().outcome() {
            Ok(value) => return value,
            Err(reason) => reason,
        };
        assert!(Instant::now() < deadline, "not within {timeout:?}: {reason}");
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::eventually;

    #[test]
    fn returns_the_result_of_the_first_success() {
        let mut attempts = 0;
        let value = eventually(Duration::from_secs(10), || {
            attempts += 1;
            if attempts == 3 { Ok(attempts) } else { Err("too early") }
        });
        assert_eq!(value, 3);
    }

    #[test]
    fn tries_once_even_with_a_timeout_of_zero() {
        eventually(Duration::ZERO, || true);
        assert_eq!(eventually(Duration::ZERO, || Some(7)), 7);
    }

    #[test]
    #[should_panic(expected = "not within 1ms: still closed")]
    fn reports_why_the_last_attempt_failed() {
        eventually(Duration::from_millis(1), || Err::<(), _>("still closed"));
    }
}
