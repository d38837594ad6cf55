fn future(
    n: u32,
) -> impl ::metrics_instrumented::__private::Future<Output = Result<u32, String>> {
    let __metrics_instrumented_kept = {
        {
            #[unsafe(link_section = "metrics_instrumented_BUILD")]
            static __SITE: ::metrics_instrumented::__private::Named12 = ::metrics_instrumented::__private::named_12(
                "future\u{0}annotated/src/bin/future.rs",
                1u32,
                28554821438367232,
            );
            ::metrics_instrumented::__private::identity(&__SITE.value)
        }
    };
    ::metrics_instrumented::__private::instrument(
        __metrics_instrumented_kept,
        async move {
            {
                let n = n;
                if let ::metrics_instrumented::__private::Option::Some(
                    __metrics_instrumented_returned,
                ) = ::metrics_instrumented::__private::Option::None::<
                    Result<u32, String>,
                > {
                    return __metrics_instrumented_returned;
                }
                {
                    if n == 0 {
                        return Err(String::new());
                    }
                    Ok(n)
                }
            }
        },
        move |__metrics_instrumented_value| (
            ::metrics_instrumented::__private::AsOutcome(__metrics_instrumented_value)
                .__end_call(::metrics_instrumented::__private::Read),
            ::metrics_instrumented::__private::Option::None,
        ),
    )
}
