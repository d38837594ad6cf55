//! Formats and compression.

use std::io::Read;

use flate2::read::GzDecoder;
use metrics_instrumented::{exporter, instrumented};
use metrics_instrumented_tests::{Answer, Exposition};

use crate::{ORDER, get, listening};

fn unzipped(answer: &Answer) -> String {
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).expect("gzip");
    text
}

#[test]
fn gzip_is_sent_to_clients_that_accept_it_in_both_formats() {
    let (_handle, address) = listening(exporter());
    for accept in ["accept: text/plain", "accept: application/openmetrics-text"] {
        let zipped = get(address, "/metrics", &[accept, "accept-encoding: deflate, gzip"]);
        assert_eq!((zipped.status, zipped.header("content-encoding")), (200, "gzip"));
        assert_eq!(zipped.header("vary"), "Accept, Accept-Encoding");
        assert_eq!(zipped.header("content-length"), zipped.body.len().to_string());
        assert!(unzipped(&zipped).contains(ORDER));
        for identity in ["x: y", "accept-encoding: identity", "accept-encoding: gzip;q=0"] {
            let plain = get(address, "/metrics", &[accept, identity]);
            assert_eq!(plain.header("content-encoding"), "", "{identity}");
            assert_eq!(plain.header("content-type"), zipped.header("content-type"));
            assert!(plain.body.len() > zipped.body.len() && plain.text().contains(ORDER));
        }
    }
}

/// Parcels.
#[instrumented(name = "encoding_parcels", labels(to = open(to, max = 4_000)), max_series = 20_000)]
fn send(to: &str) {
    let _ = to;
}

#[test]
fn an_exposition_compressed_in_pieces_equals_the_one_rendered_as_a_whole() {
    let recorder = exporter().created_timestamps().build().unwrap();
    metrics::with_local_recorder(&recorder, || (0..2_000).for_each(|to| send(&format!("to \"{to}\""))));
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    // What the exporter says about itself changes by being asked.
    let others = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("metrics_instrumented_"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    for accept in ["accept: text/plain", "accept: application/openmetrics-text"] {
        let plain = get(address, "/metrics", &[accept, "accept-encoding: identity"]);
        let zipped = unzipped(&get(address, "/metrics", &[accept, "accept-encoding: gzip"]));
        assert!(plain.body.len() > 2_000_000, "many pieces: {}", plain.body.len());
        let (plain, zipped) = (others(plain.text()), others(&zipped));
        assert_eq!(plain.len(), zipped.len());
        let difference = plain.iter().zip(&zipped).find(|(plain, zipped)| plain != zipped);
        assert_eq!(difference, None);
    }
}

#[test]
fn series_that_are_added_between_the_pieces_do_not_break_the_exposition() {
    let recorder = exporter().build().unwrap();
    metrics::with_local_recorder(&recorder, || (0..1_000).for_each(|to| send(&to.to_string())));
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    let scrape = || {
        let text = unzipped(&get(address, "/metrics", &["accept-encoding: gzip"]));
        let exposition = Exposition::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        exposition.family("encoding_parcels_in_flight").samples.len()
    };
    std::thread::scope(|scope| {
        let adding = scope.spawn(|| {
            metrics::with_local_recorder(&recorder, || (1_000..2_000).for_each(|to| send(&to.to_string())));
        });
        let mut last = 0;
        while !adding.is_finished() {
            let series = scrape();
            assert!(series >= last.max(1_000), "{series} after {last}");
            last = series;
        }
    });
    assert_eq!(scrape(), 2_000);
}

#[test]
fn several_headers_of_a_name_are_one() {
    let (_handle, address) = listening(exporter());
    let headers = [
        "accept: text/plain;q=0.1",
        "accept: application/openmetrics-text",
        "accept-encoding: br",
        "accept-encoding: gzip",
    ];
    let answer = get(address, "/metrics", &headers);
    assert_eq!(
        answer.header("content-type"),
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
    );
    assert!(unzipped(&answer).ends_with("# EOF\n"));
}

#[test]
fn concurrent_requests_for_different_formats_each_get_their_format() {
    let (_handle, address) = listening(exporter());
    std::thread::scope(|scope| {
        for at in 0..24 {
            scope.spawn(move || {
                let accept = ["accept: text/plain", "accept: application/openmetrics-text"][at % 2];
                let encoding = ["accept-encoding: gzip", "accept-encoding: identity"][at / 2 % 2];
                let answer = get(address, "/metrics", &[accept, encoding]);
                let text = if at / 2 % 2 == 0 { unzipped(&answer) } else { answer.text().to_owned() };
                assert!(text.contains(ORDER));
                assert_eq!(text.ends_with("# EOF\n"), at % 2 == 1);
                if at % 2 == 0 {
                    Exposition::parse(&text).unwrap();
                }
            });
        }
    });
}
