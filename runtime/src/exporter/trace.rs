//! Trace and span ids of the current call, from `tracing-opentelemetry` or OpenTelemetry.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The ids of the current span, if it is exported.
pub(super) fn ids() -> Option<[(&'static str, String); 2]> {
    // The current `tracing` span may exist only for logs, or the program may also use OpenTelemetry's API.
    of(&Span::current().context()).or_else(|| Context::map_current(of))
}

fn of(context: &Context) -> Option<[(&'static str, String); 2]> {
    let span = context.span();
    let ids = span.span_context();
    let is_shown = ids.is_valid() && ids.is_sampled();
    is_shown.then(|| [("trace_id", ids.trace_id().to_string()), ("span_id", ids.span_id().to_string())])
}
