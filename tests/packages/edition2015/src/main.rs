//! The macros in edition 2015.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(anonymous_parameters, bare_trait_objects, deprecated)]

extern crate metrics_instrumented;

use metrics_instrumented::{instrumented, Counter, Gauge, LabelValue, Operation};
use std::fmt::Debug;

metrics_instrumented::build_info!("edition_build_info", version = env!("CARGO_PKG_VERSION"));

#[derive(LabelValue, Clone, Copy)]
pub enum Kind {
    Big,
    Small,
}

/// Things that cannot be read.
#[derive(LabelValue, Debug)]
pub enum Failure {
    Empty,
}

/// Reads.
#[instrumented(name = "edition_reads", labels(size: Kind = kind, async = kind.index() == 0), errors = "edition_reads_errors_total")]
fn read(kind: Kind, text: &str) -> Result<usize, Failure> {
    let async = text.len();
    if async == 0 {
        return try!(Err(Failure::Empty));
    }
    Ok(async)
}

trait Store {
    // Arguments without names are allowed here.
    fn put(&mut self, &str) -> bool;

    #[instrumented(name = "edition_provided")]
    fn put_all(&mut self, texts: &[&str]) -> bool {
        texts.iter().all(|text| self.put(text))
    }
}

impl Store for Vec<String> {
    #[instrumented(name = "edition_put")]
    fn put(&mut self, text: &str) -> bool {
        self.push(text.to_owned());
        true
    }
}

mod nested {
    use metrics_instrumented::instrumented;

    #[instrumented]
    pub fn boxed(value: Box<::std::fmt::Debug>) -> Box<::std::fmt::Debug> {
        value
    }

    pub mod deeper {
        #[::metrics_instrumented::instrumented(crate = ::metrics_instrumented)]
        pub fn generic<T: ::Debug>(value: T) -> Option<T> {
            Some(value)
        }
    }
}

/// Steps.
#[derive(Operation)]
#[operation(name = "edition_steps")]
struct Step {
    kind: Kind,
}

#[instrumented(Step { kind: Kind::Big })]
fn step() {}

/// Events.
#[derive(Counter)]
#[counter(name = "edition_events_total")]
struct Events;

/// Sessions.
#[derive(Gauge)]
#[gauge(name = "edition_sessions")]
struct Sessions;

fn main() {
    let metrics = metrics_instrumented::exporter().install_recorder().unwrap();
    assert!(read(Kind::Big, "abc").is_ok());
    assert!(read(Kind::Small, "").is_err());
    assert!(Vec::new().put_all(&["a", "b"]));
    assert_eq!(format!("{:?}", nested::boxed(Box::new(1))), "1");
    assert_eq!(nested::deeper::generic("x"), Some("x"));
    step();
    Events.increment(3);
    Sessions.set(4.0);
    print!("{}", metrics.render());
}
