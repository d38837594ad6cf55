//! `automock` copies the attributes of methods. Where it sees no attribute of ours, calls count once, and those of a mock not at all.

use async_trait::async_trait;
use metrics_instrumented::instrumented;
use mockall::automock;

#[cfg(feature = "mistake")]
mod mistake;

#[instrumented(name = "stores")]
#[automock]
trait Store {
    fn load(&self, key: u32) -> Result<String, u32>;

    #[instrumented(labels(found: bool = true))]
    fn length(&self, key: u32) -> Result<usize, u32> {
        let text = self.load(key)?;
        Ok(text.len())
    }
}

struct Memory;

#[instrumented(name = "memories")]
impl Store for Memory {
    fn load(&self, key: u32) -> Result<String, u32> {
        if key == 0 {
            return Err(key);
        }
        Ok("text".to_owned())
    }
}

#[instrumented(name = "remotes")]
#[automock]
#[async_trait]
trait Remote {
    async fn fetch(&self, key: u32) -> Option<u32>;

    async fn fetch_next(&self, key: u32) -> Option<u32> {
        let next = key.checked_add(1)?;
        self.fetch(next).await
    }
}

struct Echo;

#[async_trait]
impl Remote for Echo {
    async fn fetch(&self, key: u32) -> Option<u32> {
        Some(key)
    }
}

struct Counting;

#[instrumented(name = "countings")]
#[automock]
impl Counting {
    fn next(&self, from: u32) -> u32 {
        from + 1
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits for nothing"),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let metrics = metrics_instrumented::exporter().install_recorder()?;
    assert_eq!(Memory.length(1), Ok(4));
    assert_eq!(Memory.length(0), Err(0));
    assert_eq!(ready(Echo.fetch_next(1)), Some(2));
    assert_eq!(Counting.next(1), 2);

    let mut store = MockStore::new();
    store.expect_load().returning(|_| Ok("mocked".to_owned()));
    store.expect_length().returning(|_| Ok(1));
    assert_eq!((store.load(0), store.length(0)), (Ok("mocked".to_owned()), Ok(1)));
    let mut remote = MockRemote::new();
    remote.expect_fetch().returning(Some);
    remote.expect_fetch_next().returning(|_| None);
    assert_eq!((ready(remote.fetch(7)), ready(remote.fetch_next(7))), (Some(7), None));
    let mut counting = MockCounting::new();
    counting.expect_next().returning(|_| 0);
    assert_eq!(counting.next(1), 0);
    print!("{}", metrics.render());
    Ok(())
}
