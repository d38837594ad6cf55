//! Measures a scrape of 10,000 functions, with our recorder and with the stock exporter.

mod functions {
    include!(concat!(env!("OUT_DIR"), "/scraped_10000.rs"));
}

use metrics_instrumented_benches::counting::Counting;
use metrics_instrumented_benches::scrape;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    scrape::functions("scrape_10000::functions", &functions::ALL);
}
