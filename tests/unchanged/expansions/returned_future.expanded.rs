fn returned_future(n: u32) -> impl Future<Output = Result<u32, String>> {
    let __metrics_instrumented_kept = {
        {
            #[unsafe(link_section = "metrics_instrumented_BUILD")]
            static __SITE: ::metrics_instrumented::__private::Named20 = ::metrics_instrumented::__private::named_20(
                "returned_future\u{0}annotated/src/bin/returned_future.rs",
                1u32,
                9226800358714160411149026554368,
                6648437,
            );
            ::metrics_instrumented::__private::identity(&__SITE.value)
        }
    };
    ::metrics_instrumented::__private::instrument(
        __metrics_instrumented_kept,
        ::metrics_instrumented::__private::output::<
            Result<u32, String>,
            _,
        >({ async move { Ok(n) } }),
        move |__metrics_instrumented_value| (
            ::metrics_instrumented::__private::AsOutcome(__metrics_instrumented_value)
                .__end_call(::metrics_instrumented::__private::Read),
            ::metrics_instrumented::__private::Option::None,
        ),
    )
}
