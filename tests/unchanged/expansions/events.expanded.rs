/// Events.
#[counter(name = "events_total")]
struct Events {
    fast: bool,
}
#[automatically_derived]
impl ::metrics_instrumented::Counter for Events {
    fn with_handle<__R>(
        &self,
        __f: impl ::metrics_instrumented::__private::FnOnce(
            ::metrics_instrumented::__private::MetricHandle<
                '_,
                ::metrics_instrumented::__private::metrics::Counter,
            >,
        ) -> __R,
    ) -> __R {
        ::metrics_instrumented::__private::MetricFamily::with(
            {
                static __META: ::metrics_instrumented::__private::MetricMeta = ::metrics_instrumented::__private::MetricMeta {
                    location: "events\u{0}Events\u{0}annotated/src/bin/events.rs\u{0}2",
                    kind: ::metrics_instrumented::__private::Kind::Counter,
                    family: ::metrics_instrumented::__private::Family {
                        name: "events_total",
                        help: ::metrics_instrumented::__private::Help::Derived(
                            "Events.",
                        ),
                        labels: 255u8,
                    },
                    const_labels: &[],
                    labels: &[
                        ::metrics_instrumented::__private::LabelMeta::typed(
                            "fast",
                            <bool as ::metrics_instrumented::__private::Label>::VALUES,
                            ::metrics_instrumented::__private::Option::None,
                        ),
                    ],
                    buckets: &[],
                    native: ::metrics_instrumented::__private::Option::None,
                    max_series: ::metrics_instrumented::__private::DEFAULT_MAX_SERIES,
                }
                    .checked();
                #[used]
                #[unsafe(link_section = "metrics_instrumented_BUILD")]
                static __FAMILY: ::metrics_instrumented::__private::Entry<
                    ::metrics_instrumented::__private::MetricFamily<
                        ::metrics_instrumented::__private::metrics::Counter,
                    >,
                > = ::metrics_instrumented::__private::Entry::new(
                    ::metrics_instrumented::__private::MetricFamily::new(&__META),
                );
                &__FAMILY.value
            },
            (&<bool as ::metrics_instrumented::__private::Label>::label(&self.fast),),
            __f,
        )
    }
}
