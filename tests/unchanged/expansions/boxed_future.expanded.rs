fn boxed_future(n: u32) -> std::pin::Pin<Box<dyn Future<Output = Option<u32>> + Send>> {
    let __metrics_instrumented_kept = {
        {
            #[unsafe(link_section = "metrics_instrumented_BUILD")]
            static __SITE: ::metrics_instrumented::__private::Named12 = ::metrics_instrumented::__private::named_12(
                "boxed_future\u{0}annotated/src/bin/boxed_future.rs",
                1u32,
                8037467699341384141000498176513,
            );
            ::metrics_instrumented::__private::identity(&__SITE.value)
        }
    };
    ::metrics_instrumented::__private::instrument_boxed(
        __metrics_instrumented_kept,
        ::metrics_instrumented::__private::output::<
            Option<u32>,
            _,
        >(async move { Some(n) }),
        move |__metrics_instrumented_value| (
            ::metrics_instrumented::__private::AsOutcome(__metrics_instrumented_value)
                .__end_call(::metrics_instrumented::__private::Read),
            ::metrics_instrumented::__private::Option::None,
        ),
    )
}
