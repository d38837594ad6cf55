//! Every kind of input of `verify`, and one clear error for each kind of bad input.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::Value;

use crate::protobuf::scrape;
use crate::{Payment, order, shop, tool};

pub(crate) fn path(name: &str, content: &[u8]) -> String {
    let path = shop().folder.path().join(name);
    fs::write(&path, content).expect("it is written");
    path.display().to_string()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A server that answers every request with these bytes.
fn server(answer: Vec<u8>, delay: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            thread::sleep(delay);
            let _ = stream.write_all(&answer);
        }
    });
    format!("http://{address}/metrics")
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

#[track_caller]
fn refused(arguments: &[&str], expected: &str) {
    let output = tool(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{arguments:?}: {said}");
    assert!(said.starts_with("error: ") && said.lines().count() == 1, "{arguments:?}: {said}");
    assert!(said.contains(expected) && said.contains(arguments[0]), "{arguments:?}: {said}");
}

#[test]
fn each_invalid_file_is_one_clear_error() {
    let garbage: Vec<u8> = (0..4096_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
    let whole = gzip(&shop().handle.render());
    let protobuf = scrape();
    for (target, expected) in [
        ("/nowhere/scrape.txt".to_owned(), "cannot be read: "),
        (shop().folder.path().display().to_string(), "cannot be read: it is a directory; pass a file"),
        (path("empty.txt", b""), "it is empty; expected the Prometheus text format"),
        (path("blank.txt", b" \n\n"), "it is empty; expected"),
        (path("garbage.bin", &garbage), "not valid UTF-8; expected"),
        (path("latin1.txt", b"# HELP a Stra\xdfe\na 1\n"), "not valid UTF-8; expected"),
        (path("page.html", b"<!doctype html>\n<html></html>\n"), "it is HTML or JSON; expected"),
        (path("catalogue.json", b"{\"schema\": 1}\n"), "it is HTML or JSON; expected"),
        (path("cut.txt.gz", &whole[..whole.len() / 2]), "it is not valid gzip, or truncated: "),
        (path("cut.pb", &protobuf[..protobuf.len() - 3]), "it is PrometheusProto, but truncated or invalid after "),
        (path("no.txt.gz", b"\x1f\x8bnot gzip"), "it is not valid gzip, or truncated: "),
    ] {
        refused(&[&target], expected);
    }
}

#[test]
fn each_invalid_response_is_one_clear_error() {
    let now = Duration::ZERO;
    let text = "content-type: text/plain\r\n";
    let cut = [b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\na 1\n".to_vec()].concat();
    for (url, expected) in [
        ("http://127.0.0.1:1/metrics".to_owned(), "connection refused; check that the program runs"),
        ("HTTPS://127.0.0.1:1/metrics".to_owned(), "connection refused; check that the program runs"),
        ("http://[::1/metrics".to_owned(), "it is not a valid address; expected `http://host:port/path`"),
        ("http://host.invalid/metrics".to_owned(), "; check the address"),
        ("localhost:9000/metrics".to_owned(), "the address of a target begins with `http://` or `https://`"),
        ("ftp://host/metrics".to_owned(), "the address of a target begins with `http://` or `https://`"),
        (server(answer("302 Found", "location: /metrics\r\n", ""), now), "too many redirects; give the final address"),
        (server(answer("404 Not Found", text, "no"), now), "the server answers 404 Not Found; expected 200 OK"),
        (server(answer("401 Unauthorized", text, "no"), now), "give `--bearer-token` or `--basic-auth`"),
        (server(answer("200 OK", "content-type: text/html\r\n", "<html>"), now), "content type `text/html`; expected"),
        (server(answer("200 OK", "", "a 1\n"), now), "content type ``; expected"),
        (server(answer("200 OK", text, ""), now), "the response is empty"),
        (
            server(answer("200 OK", "content-type: application/vnd.google.protobuf\r\n", "a 1\n"), now),
            "not PrometheusProto",
        ),
        (server(cut, now), "the server closed the connection"),
        (server(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), now), "the server does not answer in HTTP: check the port"),
        (shop().url.replace("http://", "https://"), "the server does not answer in TLS: use `http://`"),
    ] {
        refused(&[&url, "--bearer-token", "secret"], expected);
    }
    let mut latin1 = answer("200 OK", text, "# HELP a Strasse\n");
    let at = latin1.len() - 3;
    latin1[at] = 0xdf;
    refused(&[&server(latin1, now)], "the response is not valid UTF-8");
    refused(
        &[&server(answer("200 OK", text, "a 1\n"), Duration::from_secs(30)), "--timeout", "1"],
        "; check the address, or raise `--timeout`",
    );
}

#[test]
fn protobuf_is_read_from_a_file_and_from_a_target() {
    let shop = shop();
    let fetched = tool(&[&shop.url, "--bearer-token", "secret", "--exposition", "protobuf", "--format", "json"]);
    let said: Value = serde_json::from_slice(&fetched.stdout).unwrap_or_else(|error| panic!("{error}: {fetched:?}"));
    assert_eq!(said["findings"], serde_json::json!([]), "{said}");
    let text = tool(&[&shop.url, "--bearer-token", "secret", "--exposition", "text", "--format", "json"]);
    let text: Value = serde_json::from_slice(&text.stdout).unwrap();
    assert_eq!(said["coverage"]["declared"], text["coverage"]["declared"]);

    let bytes = scrape();
    let file = path("scrape.pb", &bytes);
    let output = tool(&[&file]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");

    let mut changed = bytes.clone();
    let at = changed.windows(4).position(|four| four == b"Card").unwrap();
    changed[at..at + 4].copy_from_slice(b"Cash");
    let output = tool(&[&path("changed.pb", &changed), "--format", "json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["findings"][0]["rule"], "undeclared-value", "{said}");
}

#[test]
fn a_private_certificate_authority_is_trusted_if_it_is_given() {
    let folder = shop().folder.path();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = path("tls.crt", cert.pem().as_bytes());
    let key = path("tls.key", signing_key.serialize_pem().as_bytes());
    let recorder = metrics_instrumented::exporter().tls(&certificate, &key).build().unwrap();
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/metrics", address.port());
    let trusted = tool(&[&url, "--ca", &certificate, "--allow", "*"]);
    assert!(trusted.stderr.is_empty() && !trusted.stdout.is_empty(), "{trusted:?}");
    refused(&[&url], "give the certificate authority with `--ca`");
    let other = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    refused(&[&url, "--ca", &path("other.crt", other.cert.pem().as_bytes())], "ertificate");
    for (file, expected) in [
        (path("no.crt", b"x"), "contains no certificate"),
        (folder.join("none").display().to_string(), "cannot be read"),
    ] {
        let output = tool(&[&url, "--ca", &file]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{said}");
    }
}

#[test]
fn a_target_is_watched_and_reported_once() {
    let shop = shop();
    let calls = thread::spawn(|| {
        for _ in 0..20 {
            order(Payment::Invoice, false).expect("it succeeds");
            thread::sleep(Duration::from_millis(100));
        }
    });
    let arguments = [&shop.url, "--bearer-token", "secret", "--watch", "3", "--interval", "1", "--format", "json"];
    let output = tool(&arguments);
    calls.join().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    assert!(said["scrapes"].as_u64().is_some_and(|scrapes| scrapes >= 3), "{said}");
    assert_eq!(said["findings"], serde_json::json!([]));
    assert!(output.stderr.is_empty(), "progress is for terminals only: {output:?}");
    let wrong = server(
        answer("200 OK", "content-type: text/plain\r\n", "# TYPE shop_shelf_parcels summary\nshop_shelf_parcels 1\n"),
        Duration::ZERO,
    );
    let output = tool(&[&wrong, "--watch", "2", "--interval", "1", "--format", "json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kinds = said["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "wrong-kind").count();
    assert_eq!((output.status.code(), kinds), (Some(1), 1), "{said}");
    let gone = tool(&["http://127.0.0.1:1/metrics", "--watch", "2"]);
    assert_eq!(gone.status.code(), Some(2));
}

#[test]
fn the_running_program_is_fetched_with_its_credentials() {
    let shop = shop();
    let output = tool(&[&shop.url, "--bearer-token", "secret"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.starts_with("coverage: "), "{said}");
    let refused = tool(&[&shop.url]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("401") && said.contains("give `--bearer-token` or `--basic-auth`"), "{said}");
}
