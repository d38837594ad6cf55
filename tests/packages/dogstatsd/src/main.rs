//! An application that sends its metrics to the DogStatsD agent whose address it is given, until it is ended.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::time::Duration;

use metrics_exporter_dogstatsd::DogStatsDBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let agent = std::env::args().nth(1).ok_or("the agent's address is missing")?;
    DogStatsDBuilder::default()
        .with_remote_address(agent)?
        .with_flush_interval(Duration::from_millis(100))
        .with_telemetry(false)
        .install()?;
    billing::work();
    std::thread::sleep(Duration::from_secs(60));
    Ok(())
}
