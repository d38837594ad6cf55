//! The arguments of the measured functions, for all packages of benches.

use metrics_instrumented::LabelValue;

/// A histogram of fifteen bounds, from a millisecond to 16 seconds.
pub const BOUNDS: &[f64] =
    &[0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384];

/// Values of a closed label.
#[derive(LabelValue, Clone, Copy)]
pub enum Tier {
    Free,
    Bronze,
    Silver,
    Gold,
}

impl Tier {
    #[inline(always)]
    pub fn of(x: u64) -> Self {
        [Self::Free, Self::Bronze, Self::Silver, Self::Gold][x as usize % 4]
    }
}

/// Values of the open label, as many as a service may have hosts.
pub const HOSTS: [&str; 16] = [
    "api.example.org",
    "www.example.org",
    "shop.example.org",
    "mail.example.org",
    "a.example.net",
    "b.example.net",
    "c.example.net",
    "d.example.net",
    "orders.internal.example.com",
    "payments.internal.example.com",
    "stock.internal.example.com",
    "users.internal.example.com",
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.3",
    "localhost",
];

/// One of the hosts.
pub fn host(x: u64) -> &'static str {
    HOSTS[x as usize % HOSTS.len()]
}
