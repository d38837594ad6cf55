//! Info gauges: always 1, with the information in their labels.

use metrics::Recorder;

use super::family::MetricFamily;
use crate::meta::message::Message;
use crate::meta::{Family, Help, MetricMeta};
use crate::names::{Kind, label_name_error, metric_name_error, same};

/// The version of the compiler that built this crate. Cargo builds the user's crate with the same one.
pub const RUST_VERSION: &str = env!("METRICS_INSTRUMENTED_RUST_VERSION");

/// A gauge that is always 1 and whose labels hold facts about the program.
#[derive(Debug)]
pub struct Info(MetricFamily<metrics::Gauge>);

impl Info {
    /// Its size, and the offset of its description.
    pub(crate) const LAYOUT: [usize; 2] = {
        let [_, meta] = MetricFamily::<metrics::Gauge>::LAYOUT;
        [size_of::<Self>(), std::mem::offset_of!(Self, 0) + meta]
    };

    /// An info gauge with this description.
    #[must_use]
    pub const fn new(meta: &'static MetricMeta) -> Self {
        Self(MetricFamily::new(meta))
    }

    /// Checks the names, and returns the description of an info gauge.
    ///
    /// # Panics
    /// At compile time, if a name is invalid or a label is declared twice.
    #[must_use]
    #[track_caller]
    pub const fn describe(
        location: &'static str,
        name: &'static str,
        help: &'static str,
        const_labels: &'static [(&'static str, &'static str)],
    ) -> MetricMeta {
        if let Some(error) = metric_name_error(name, Kind::Gauge) {
            panic!("{}", Message::new().text("`").text(name).text("`: ").text(error).as_str());
        }
        let mut at = 0;
        while at < const_labels.len() {
            if let Some(error) = label_name_error(const_labels[at].0) {
                panic!("{}", Message::new().text("`").text(const_labels[at].0).text("`: ").text(error).as_str());
            }
            let mut other = 0;
            while other < at {
                if same(const_labels[other].0, const_labels[at].0) {
                    let message = Message::new().text("the label `").text(const_labels[at].0);
                    panic!("{}", message.text("` is declared twice; remove one").as_str());
                }
                other += 1;
            }
            at += 1;
        }
        let family = Family { name, help: Help::Explicit(help), labels: 0 };
        MetricMeta {
            location,
            kind: Kind::Gauge,
            family,
            const_labels,
            labels: &[],
            buckets: &[],
            native: None,
            max_series: 1,
        }
    }

    pub(crate) fn meta(&self) -> &'static MetricMeta {
        self.0.meta()
    }

    /// Registers it with a recorder and sets it to 1.
    pub(crate) fn announce(&'static self, recorder: &dyn Recorder) {
        self.0.register_only(recorder).set(1.0);
    }
}

/// Declares a `build_info` gauge for the current crate. The exporter exposes it from the start.
///
/// Without arguments: `build_info{package, version, rust_version, git_sha} 1`, where `git_sha` is the environment's `GIT_SHA` when
/// the crate is compiled, or `unknown`. A name and labels of your own are possible; their values are constants, and those four labels need no value:
///
/// ```
/// metrics_instrumented::build_info!();
///
/// mod manager {
///     metrics_instrumented::build_info!("virtrigaud_build_info", version, rust_version, git_sha = "8f3c2d1");
/// }
/// # fn main() {}
/// ```
///
/// An invalid name is a compile error.
#[macro_export]
macro_rules! build_info {
    () => {
        $crate::build_info!("build_info", package, version, rust_version, git_sha);
    };
    ($name:literal $(, $label:ident $(= $value:expr)?)* $(,)?) => {
        const _: () = {
            const FACTS: &[(&str, &str)] = &[$((
                $crate::__private::stringify!($label),
                $crate::__private::build_fact!($label $(= $value)?),
            )),*];
            static META: $crate::__private::MetricMeta = $crate::__private::Info::describe(
                $crate::__private::location!("build_info"),
                $name,
                "Constant 1; its labels say what was built.",
                FACTS,
            );
            $crate::__private::declare!(info INFO = $crate::__private::Info::new(&META));
        };
    };
}

/// The value of one of `build_info!`'s labels.
#[doc(hidden)]
#[macro_export]
macro_rules! __build_fact {
    ($label:ident = $value:expr) => {
        $value
    };
    (package) => {
        $crate::__private::env!("CARGO_PKG_NAME")
    };
    (version) => {
        $crate::__private::env!("CARGO_PKG_VERSION")
    };
    (rust_version) => {
        $crate::__private::RUST_VERSION
    };
    (git_sha) => {
        match $crate::__private::option_env!("GIT_SHA") {
            $crate::__private::Option::Some(sha) => sha,
            $crate::__private::Option::None => "unknown",
        }
    };
    ($label:ident) => {
        $crate::__private::compile_error!($crate::__private::concat!(
            "`",
            $crate::__private::stringify!($label),
            "` needs a value; write `",
            $crate::__private::stringify!($label),
            " = ..` (only `package`, `version`, `rust_version` and `git_sha` have a default)"
        ))
    };
}

pub use __build_fact as build_fact;
