use bridges::datagrams::Agent;
use metrics_exporter_statsd::StatsdBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut agent = Agent::new()?;
    // A larger buffer is not sent before it is full.
    let recorder = StatsdBuilder::from("127.0.0.1", agent.port()).with_buffer_size(1).build(None)?;
    metrics::set_global_recorder(recorder)?;
    bridges::run(&mut agent);
    Ok(())
}
