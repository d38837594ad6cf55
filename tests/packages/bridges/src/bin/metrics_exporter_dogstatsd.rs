use std::time::Duration;

use bridges::datagrams::Agent;
use metrics_exporter_dogstatsd::DogStatsDBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut agent = Agent::new()?;
    DogStatsDBuilder::default()
        .with_remote_address(format!("127.0.0.1:{}", agent.port()))?
        .with_flush_interval(Duration::from_millis(100))
        .with_telemetry(false)
        .install()?;
    bridges::run(&mut agent);
    Ok(())
}
