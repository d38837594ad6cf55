//! Exemplars by the current span of `tracing`.

use metrics_instrumented::{Handle, exporter, instrumented};
use metrics_instrumented_tests::alone;
use opentelemetry::trace::{TraceContextExt, Tracer, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracerProvider, SpanData};
use tracing_subscriber::{Layer, filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::exemplars::exemplars_of;

/// Parcels.
#[instrumented(name = "trace_parcels", buckets = [100])]
#[tracing::instrument(name = "parcel")]
fn pack() {}

/// Parcels that are sent.
#[instrumented(name = "trace_sendings", buckets = [100])]
#[tracing::instrument(name = "sending")]
async fn send() {
    tokio::task::yield_now().await;
}

/// Stamps, in whatever span there is.
#[instrumented(name = "trace_stamps", buckets = [100])]
fn stamp() {}

/// Has every span, as logs mostly do; the traces have those from INFO on.
struct Logs;

impl<S: tracing::Subscriber> Layer<S> for Logs {}

/// Starts traces, and an exporter that shows them; what is exported comes back.
fn traced(sampler: Sampler) -> (Handle, SdkTracerProvider, InMemorySpanExporter) {
    let spans = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).with_sampler(sampler).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    tracing_subscriber::registry().with(layer.with_filter(LevelFilter::INFO)).with(Logs).init();
    let handle = exporter().tracing_exemplars().install_recorder().unwrap();
    (handle, provider, spans)
}

/// The ids that the first bucket of a family shows.
fn shown(handle: &Handle, base: &str) -> Option<Vec<(String, String)>> {
    let family = format!("{base}_duration_seconds");
    exemplars_of(&family, &handle.render_openmetrics()).swap_remove(0).map(|(labels, _)| labels)
}

/// The same as the traces have them.
fn ids(span: &SpanData) -> Vec<(String, String)> {
    let (span_id, trace_id) = (span.span_context.span_id(), span.span_context.trace_id());
    vec![("span_id".to_owned(), format!("{span_id:016x}")), ("trace_id".to_owned(), format!("{trace_id:032x}"))]
}

#[track_caller]
fn exported(spans: &InMemorySpanExporter, name: &str) -> SpanData {
    let found = spans.get_finished_spans().unwrap();
    found.into_iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span `{name}`"))
}

#[test]
fn a_calls_exemplar_is_its_span_in_threads_and_in_tasks() {
    alone(|| {
        let (handle, _provider, spans) = traced(Sampler::AlwaysOn);
        pack();
        assert_eq!(shown(&handle, "trace_parcels"), Some(ids(&exported(&spans, "parcel"))));
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async { tokio::spawn(send()).await.unwrap() });
        assert_eq!(shown(&handle, "trace_sendings"), Some(ids(&exported(&spans, "sending"))));
    });
}

#[test]
fn without_a_span_there_is_no_exemplar() {
    alone(|| {
        let (handle, _provider, _spans) = traced(Sampler::AlwaysOn);
        stamp();
        assert_eq!(shown(&handle, "trace_stamps"), None);
    });
}

#[test]
fn a_span_that_is_not_sampled_is_not_shown() {
    alone(|| {
        let (handle, _provider, _spans) = traced(Sampler::AlwaysOff);
        pack();
        assert_eq!(shown(&handle, "trace_parcels"), None);
    });
}

#[test]
fn a_call_in_a_span_of_a_log_layer_shows_the_surrounding_span() {
    alone(|| {
        let (handle, _provider, spans) = traced(Sampler::AlwaysOn);
        tracing::info_span!("around").in_scope(|| tracing::debug_span!("logged").in_scope(stamp));
        assert_eq!(shown(&handle, "trace_stamps"), Some(ids(&exported(&spans, "around"))));
    });
}

#[test]
fn a_span_of_opentelemetry_without_tracing_is_shown() {
    alone(|| {
        let (handle, provider, spans) = traced(Sampler::AlwaysOn);
        provider.tracer("test").in_span("plain", |context| {
            assert!(context.has_active_span());
            stamp();
        });
        assert_eq!(shown(&handle, "trace_stamps"), Some(ids(&exported(&spans, "plain"))));
    });
}

#[test]
fn without_a_subscriber_calls_are_counted() {
    alone(|| {
        let handle = exporter().tracing_exemplars().install_recorder().unwrap();
        pack();
        assert_eq!(shown(&handle, "trace_parcels"), None);
        assert!(handle.render().contains("trace_parcels_total{outcome=\"ok\"} 1\n"));
    });
}
