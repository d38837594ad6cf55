//! Pushes to a Pushgateway (<https://github.com/prometheus/pushgateway/blob/v1.5.1/README.md#api>), for jobs that end before they are scraped.

pub(super) mod environment;
pub(super) mod gateway;
pub(super) mod pusher;
