fn plain(n: u32) {
    {
        let __metrics_instrumented_guard = ::metrics_instrumented::__private::start_scope({
            {
                #[unsafe(link_section = "metrics_instrumented_BUILD")]
                static __SITE: ::metrics_instrumented::__private::OperationEntry = ::metrics_instrumented::__private::unnamed_entry(
                    "plain\u{0}plain\u{0}annotated/src/bin/plain.rs\u{0}1\u{0}ec",
                );
                &__SITE.value
            }
        });
        {
            drop(n);
        }
    }
}
