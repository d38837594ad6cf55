struct Service(u32);
impl Service {
    async fn method(&self, (n, mut m): (u32, u32)) -> Option<&u32> {
        let __metrics_instrumented_call = {
            {
                #[unsafe(link_section = "metrics_instrumented_BUILD")]
                static __SITE: ::metrics_instrumented::__private::Named12 = ::metrics_instrumented::__private::named_12(
                    "method\u{0}annotated/src/bin/method.rs",
                    4u32,
                    28269992091151617,
                );
                ::metrics_instrumented::__private::start_call(&__SITE.value)
            }
        };
        let __metrics_instrumented_value: Option<&u32> = {
            m += n;
            (m == 0).then_some(&self.0)
        };
        #[allow(unreachable_code)]
        ::metrics_instrumented::__private::AsOutcome(&__metrics_instrumented_value)
            .__end_call(__metrics_instrumented_call);
        __metrics_instrumented_value
    }
}
