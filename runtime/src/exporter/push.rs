//! Pushes to a Pushgateway (<https://github.com/prometheus/pushgateway/blob/v1.5.1/README.md#api>), for jobs that end before anybody scrapes
//! them.

mod environment;
mod gateway;
mod pusher;

pub(super) use environment::VARIABLES;
pub use gateway::{PushError, PushGateway};
pub use pusher::Pusher;
