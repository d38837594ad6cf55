fn plain(n: u32) {
    {
        let __metrics_instrumented_guard = ::metrics_instrumented::__private::Scope::start({
            {
                #[unsafe(link_section = "metrics_instrumented_BUILD")]
                static __SITE: ::metrics_instrumented::__private::Entry<
                    ::metrics_instrumented::__private::Families,
                > = ::metrics_instrumented::__private::Entry::unnamed(
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
