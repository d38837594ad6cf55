//! The real Alertmanager, and a webhook that receives its notifications.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Tool, start};
use crate::child::OwnedChild;

/// A running Alertmanager that sends every alert to a webhook at once. Dropped, it is ended.
#[derive(Debug)]
pub struct Alertmanager {
    // Ended before its directory goes: fields are dropped in this order.
    _server: OwnedChild,
    address: SocketAddr,
    notifications: Receiver<Value>,
    _directory: TempDir,
}

impl Alertmanager {
    /// Starts it on a free loopback port, and the webhook on another one, and waits until it is ready.
    ///
    /// # Panics
    /// When it is not installed or does not start, with its log.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (url, notifications) = webhook();
        let config = directory.path().join("alertmanager.yml");
        let text = json!({
            "route": { "receiver": "webhook", "group_by": ["..."], "group_wait": "0s", "group_interval": "1s" },
            "receivers": [{ "name": "webhook", "webhook_configs": [{ "url": url }] }],
        });
        fs::write(&config, text.to_string()).expect("the configuration is written");
        // Debian's does not start without; a webhook needs nothing of them.
        for template in ["default.tmpl", "email.tmpl"] {
            fs::write(directory.path().join(template), "").expect("an empty template is written");
        }
        let mut command = Command::new(Tool::ALERTMANAGER.find().unwrap_or_else(|missing| panic!("{missing}")));
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", directory.path().join("data").display()))
            // One alone, that looks for no others.
            .arg("--cluster.listen-address=");
        let (server, address) = start(&mut command, directory.path());
        Self { _server: server, address, notifications, _directory: directory }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The alerts that have come to the webhook since the last look: their labels, annotations and status, as Alertmanager sends them.
    #[must_use]
    pub fn alerts(&self) -> Vec<Value> {
        let bodies = self.notifications.try_iter();
        bodies.flat_map(|body| body["alerts"].as_array().cloned().unwrap_or_default()).collect()
    }
}

/// A server that keeps every body that is posted to it; its address as a URL. It ends with the process.
fn webhook() -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/alerts", listener.local_addr().expect("an address"));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // An invalid request gets no response, and Alertmanager's log reports it.
            let _ = answer(stream, &sender);
        }
    });
    (url, receiver)
}

fn answer(mut stream: TcpStream, bodies: &Sender<Value>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    // Nobody waits for it any more: the test is over.
    let _ = bodies.send(serde_json::from_slice(&body)?);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::webhook;

    #[test]
    fn the_webhook_keeps_what_is_posted() {
        let (url, bodies) = webhook();
        let posted = json!({ "alerts": [{ "status": "firing" }] });
        for _ in 0..2 {
            ureq::post(&url).send(posted.to_string()).unwrap();
        }
        assert_eq!((bodies.recv().unwrap(), bodies.recv().unwrap()), (posted.clone(), posted));
    }
}
