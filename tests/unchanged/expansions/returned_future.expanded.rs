fn returned_future(n: u32) -> impl Future<Output = Result<u32, String>> {
    let __metrics_instrumented_kept = ::metrics_instrumented::__private::Families::only({
        {
            #[unsafe(link_section = "metrics_instrumented_BUILD")]
            static __SITE: ::metrics_instrumented::__private::OperationEntry = ::metrics_instrumented::__private::unnamed_entry(
                "returned_future\u{0}returned_future\u{0}annotated/src/bin/returned_future.rs\u{0}1",
            );
            &__SITE.value
        }
    });
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
