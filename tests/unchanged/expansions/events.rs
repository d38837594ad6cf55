/// Events.
#[derive(metrics_instrumented::Counter)]
#[counter(name = "events_total")]
struct Events {
    fast: bool,
}
