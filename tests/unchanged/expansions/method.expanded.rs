struct Service(u32);
impl Service {
    async fn method(&self, (n, m): (u32, u32)) -> Option<&u32> {
        return ::metrics_instrumented::__private::instrument(
                ::metrics_instrumented::__private::Families::only({
                    #[unsafe(link_section = "metrics_instrumented_BUILD")]
                    static __SITE: ::metrics_instrumented::__private::Entry<
                        ::metrics_instrumented::__private::Families,
                    > = ::metrics_instrumented::__private::Entry::new(
                        ::metrics_instrumented::__private::Families::unnamed(
                            "method\u{0}method\u{0}annotated/src/bin/method.rs\u{0}4",
                        ),
                    );
                    &__SITE.value
                }),
                async move {
                    {
                        if let ::metrics_instrumented::__private::Option::Some(
                            __metrics_instrumented_returned,
                        ) = ::metrics_instrumented::__private::Option::None::<
                            Option<&u32>,
                        > {
                            return __metrics_instrumented_returned;
                        }
                        #[allow(clippy::shadow_reuse)]
                        let (n, mut m) = (n, m);
                        {
                            m += n;
                            (m == 0).then_some(&self.0)
                        }
                    }
                },
                move |__metrics_instrumented_value| (
                    ::metrics_instrumented::__private::Returned::<
                        ::metrics_instrumented::__private::ByOutcome,
                        ::metrics_instrumented::__private::NoErrors,
                        _,
                    >::new(__metrics_instrumented_value)
                        .__outcome_of_call(),
                    ::metrics_instrumented::__private::Option::None,
                ),
            )
            .await;
    }
}
