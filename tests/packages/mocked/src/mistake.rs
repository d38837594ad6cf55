use metrics_instrumented::instrumented;
use mockall::automock;

#[automock]
pub(crate) trait Store {
    #[instrumented]
    fn length(&self, key: u32) -> usize {
        usize::try_from(key).unwrap_or(0)
    }
}
