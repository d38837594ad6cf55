//! A blanket trait in scope has methods for every type, by value, under names that the expansion might use.

use metrics_instrumented::{Counter, LabelValue, Operation, instrumented};

trait Hijacks: Sized {
    fn outcome(self) -> usize {
        unreachable!("the expansion calls its own")
    }

    fn error(self) -> Option<usize> {
        unreachable!("the expansion calls its own")
    }

    fn of<T>(self, _: T) -> Self {
        unreachable!("the expansion calls its own")
    }

    fn check(self) {
        unreachable!("the expansion calls its own")
    }

    fn series<T>(self, _: T) -> Self {
        unreachable!("the expansion calls its own")
    }

    fn call(self) -> Self {
        unreachable!("the expansion calls its own")
    }

    fn scope(self) -> Self {
        unreachable!("the expansion calls its own")
    }

    fn finish<A, B>(self, _: A, _: B) {
        unreachable!("the expansion calls its own")
    }

    fn with<A, B>(self, _: A, _: B) {
        unreachable!("the expansion calls its own")
    }

    fn label(self) {
        unreachable!("the expansion calls its own")
    }

    fn index(self) -> usize {
        unreachable!("the expansion calls its own")
    }

    fn len(self) -> usize {
        unreachable!("the expansion calls its own")
    }
}

impl<T> Hijacks for T {}

#[derive(LabelValue, Clone, Copy)]
enum Tier {
    Gold,
}

#[derive(LabelValue, Debug)]
enum Failure {
    #[label(transparent)]
    Inner(bool),
}

#[derive(Operation)]
#[operation(name = "declared", errors(name = "declared_errors_total", of = Failure))]
struct Declared {
    tier: Tier,
}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events {
    tier: Tier,
}

#[instrumented(name = "inline", labels(tier, inferred = tier), errors = "inline_errors_total")]
fn inline(tier: Tier) -> Result<(), Failure> {
    let _ = tier;
    Err(Failure::Inner(true))
}

#[instrumented(name = "plain")]
fn plain() {}

#[instrumented(Declared { tier: Tier::Gold })]
async fn declared() -> Result<(), Failure> {
    Err(Failure::Inner(false))
}

fn main() {
    let recorder = metrics_instrumented::exporter().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        inline(Tier::Gold).unwrap_err();
        plain();
        futures::executor::block_on(declared()).unwrap_err();
        Events { tier: Tier::Gold }.increment(2);
    });
    let text = recorder.handle().render();
    for line in [
        "inline_total{inferred=\"Gold\",outcome=\"error\",tier=\"Gold\"} 1",
        "inline_errors_total{inferred=\"Gold\",kind=\"true\",tier=\"Gold\"} 1",
        "plain_total{outcome=\"ok\"} 1",
        "declared_errors_total{kind=\"false\",tier=\"Gold\"} 1",
        "events_total{tier=\"Gold\"} 2",
    ] {
        assert!(text.lines().any(|shown| shown == line), "no `{line}` in\n{text}");
    }
}
