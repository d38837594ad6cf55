//! The metrics in a server of the standard library alone: whatever serves, it has a text to send. Real servers read the request and limit its time;
//! `exporter().listen(..)` does.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use metrics_instrumented::Handle;

fn main() -> Result<(), Box<dyn Error>> {
    let metrics = metrics_instrumented::exporter().install_recorder()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("metrics: http://{}/metrics", listener.local_addr()?);
    for stream in listener.incoming() {
        print!("{}", embedded::greet());
        // A client that breaks the connection is its own affair.
        let _ = answer(stream?, &metrics);
    }
    Ok(())
}

fn answer(mut stream: TcpStream, metrics: &Handle) -> std::io::Result<()> {
    let _ = stream.read(&mut [0; 4096])?;
    let body = metrics.render();
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8";
    write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
