fn plain(n: u32) {
    {
        let __metrics_instrumented_guard = {
            {
                #[unsafe(link_section = "metrics_instrumented_BUILD")]
                static __SITE: ::metrics_instrumented::__private::Named12 = ::metrics_instrumented::__private::named_12(
                    "plain\u{0}annotated/src/bin/plain.rs",
                    1u32,
                    121398885117955,
                );
                ::metrics_instrumented::__private::start_scope(&__SITE.value)
            }
        };
        {
            drop(n);
        }
    }
}
