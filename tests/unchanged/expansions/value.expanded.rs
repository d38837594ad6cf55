fn value(n: u32, text: String) -> Result<u32, String> {
    let __metrics_instrumented_call = {
        static __META: ::metrics_instrumented::__private::Description = ::metrics_instrumented::__private::Description::new(::metrics_instrumented::__private::OperationMeta {
            families: &[
                (
                    ::metrics_instrumented::__private::Role::Calls,
                    ::metrics_instrumented::__private::Family {
                        name: "orders_total",
                        help: ::metrics_instrumented::__private::Help::Derived(
                            "Calls, by outcome.",
                        ),
                        labels: 255u8,
                    },
                ),
                (
                    ::metrics_instrumented::__private::Role::Duration,
                    ::metrics_instrumented::__private::Family {
                        name: "orders_duration_seconds",
                        help: ::metrics_instrumented::__private::Help::Derived(
                            "Duration of calls in seconds.",
                        ),
                        labels: 255u8,
                    },
                ),
                (
                    ::metrics_instrumented::__private::Role::InFlight,
                    ::metrics_instrumented::__private::Family {
                        name: "orders_in_flight",
                        help: ::metrics_instrumented::__private::Help::Derived(
                            "Calls in flight.",
                        ),
                        labels: 255u8,
                    },
                ),
            ],
            ..::metrics_instrumented::__private::OperationMeta::DEFAULT
        });
        static __SOURCE: ::metrics_instrumented::__private::Source = ::metrics_instrumented::__private::Source::new(
            ::metrics_instrumented::__private::Option::Some(&__META),
            "value\u{0}value\u{0}annotated/src/bin/value.rs\u{0}1\u{0}c",
        );
        #[unsafe(link_section = "metrics_instrumented_BUILD")]
        static __SITE: ::metrics_instrumented::__private::OperationEntry = ::metrics_instrumented::__private::operation_entry(
            &__SOURCE,
        );
        ::metrics_instrumented::__private::start_attempt(&__SITE.value)
    };
    let __metrics_instrumented_value: Result<u32, String> = {
        let mut text = text;
        {
            text.push('a');
            if n == 0 {
                return Err(text);
            }
            Ok(n)
        }
    };
    ::metrics_instrumented::__private::AsOutcome(&__metrics_instrumented_value)
        .__end_attempt(__metrics_instrumented_call);
    __metrics_instrumented_value
}
