struct Service(u32);
impl Service {
    fn method(
        &self,
        __metrics_instrumented_arg0: (u32, u32),
    ) -> impl ::metrics_instrumented::__private::Future<Output = Option<&u32>> {
        let __metrics_instrumented_kept = ::metrics_instrumented::__private::Families::only({
            {
                #[unsafe(link_section = "metrics_instrumented_BUILD")]
                static __SITE: ::metrics_instrumented::__private::Entry<
                    ::metrics_instrumented::__private::Families,
                > = ::metrics_instrumented::__private::Entry::unnamed(
                    "method\u{0}method\u{0}annotated/src/bin/method.rs\u{0}4\u{0}e",
                );
                &__SITE.value
            }
        });
        ::metrics_instrumented::__private::instrument(
            __metrics_instrumented_kept,
            async move {
                {
                    let _ = &self;
                    let __metrics_instrumented_arg0 = __metrics_instrumented_arg0;
                    let (n, mut m) = __metrics_instrumented_arg0;
                    if let ::metrics_instrumented::__private::Option::Some(
                        __metrics_instrumented_returned,
                    ) = ::metrics_instrumented::__private::Option::None::<Option<&u32>> {
                        return __metrics_instrumented_returned;
                    }
                    {
                        m += n;
                        (m == 0).then_some(&self.0)
                    }
                }
            },
            move |__metrics_instrumented_value| (
                ::metrics_instrumented::__private::returned(__metrics_instrumented_value)
                    .__outcome_of_call(),
                ::metrics_instrumented::__private::Option::None,
            ),
        )
    }
}
