struct Service(u32);

impl Service {
    #[metrics_instrumented::instrumented]
    async fn method(&self, (n, mut m): (u32, u32)) -> Option<&u32> {
        m += n;
        (m == 0).then_some(&self.0)
    }
}
