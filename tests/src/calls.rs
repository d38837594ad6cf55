//! The three families of an operation, read together.

use metrics_instrumented_test_support::exposition::Exposition;

/// How often the calls of an operation ended in which way, and how many are running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// `ok`
    pub ok: u64,
    /// `error`
    pub error: u64,
    /// `panic`
    pub panic: u64,
    /// `cancelled`
    pub cancelled: u64,
    /// The gauge.
    pub in_flight: i64,
}

impl Calls {
    /// No call.
    pub const NONE: Self = Self { ok: 0, error: 0, panic: 0, cancelled: 0, in_flight: 0 };

    /// The series of `{base}_total`, `{base}_duration_seconds` and `{base}_in_flight` with these labels.
    ///
    /// # Panics
    /// When one of them is not there that every operation has, or the histogram holds another number of durations than calls have ended.
    #[must_use]
    #[track_caller]
    pub fn of(exposition: &Exposition, base: &str, labels: &[(&str, &str)]) -> Self {
        let ended = |outcome| {
            let labels: Vec<_> = labels.iter().copied().chain([("outcome", outcome)]).collect();
            exposition.value(&format!("{base}_total"), &labels).map(whole)
        };
        let of = |count: i64| u64::try_from(count).expect("a counter is not negative");
        // A function that cannot fail has no series for it, nor a synchronous one for cancelled calls.
        let calls = Self {
            ok: of(ended("ok").unwrap_or_else(|| panic!("no `ok` calls of `{base}` with {labels:?}"))),
            error: of(ended("error").unwrap_or_default()),
            panic: of(ended("panic").unwrap_or_else(|| panic!("no `panic` calls of `{base}` with {labels:?}"))),
            cancelled: of(ended("cancelled").unwrap_or_default()),
            in_flight: whole(exposition.expect_value(&format!("{base}_in_flight"), labels)),
        };
        let durations = exposition.histogram(&format!("{base}_duration_seconds"), labels);
        assert_eq!(durations.count, calls.ended(), "durations and calls of `{base}` that have ended: {calls:?}");
        assert!(durations.sum >= 0.0, "a sum of durations: {}", durations.sum);
        calls
    }

    /// How many calls have ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.ok + self.error + self.panic + self.cancelled
    }
}

#[track_caller]
fn whole(value: f64) -> i64 {
    value.to_string().parse().unwrap_or_else(|_| panic!("{value} is not an integer"))
}
