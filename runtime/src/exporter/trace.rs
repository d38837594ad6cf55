//! The ids of the trace that a call is a part of, where `tracing-opentelemetry` or OpenTelemetry itself knows it.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Of the current span, if it is exported.
pub(super) fn ids() -> Option<[(&'static str, String); 2]> {
    // The current span of `tracing` may be one that only logs have, or OpenTelemetry's own API is used beside it.
    of(&Span::current().context()).or_else(|| Context::map_current(of))
}

fn of(context: &Context) -> Option<[(&'static str, String); 2]> {
    let span = context.span();
    let ids = span.span_context();
    let is_shown = ids.is_valid() && ids.is_sampled();
    is_shown.then(|| [("trace_id", ids.trace_id().to_string()), ("span_id", ids.span_id().to_string())])
}
