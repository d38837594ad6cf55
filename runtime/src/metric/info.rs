//! Info gauges: always 1, what they tell is in their labels.

use metrics::Recorder;

use super::family::MetricFamily;
use crate::meta::{Family, Help, MetricMeta};
use crate::names::{Kind, label_name_error, metric_name_error, same};

/// The version of the compiler that built this crate. Cargo builds the user's crate with the same one.
pub const RUST_VERSION: &str = env!("METRICS_INSTRUMENTED_RUST_VERSION");

/// A gauge that is always 1 and whose labels hold facts about the program.
#[derive(Debug)]
pub struct Info(MetricFamily<metrics::Gauge>);

impl Info {
    /// Its size, and where in it is its description.
    pub(crate) const LAYOUT: [usize; 2] = {
        let [_, meta] = MetricFamily::<metrics::Gauge>::LAYOUT;
        [size_of::<Self>(), std::mem::offset_of!(Self, 0) + meta]
    };

    /// An info gauge with these facts.
    #[must_use]
    pub const fn new(meta: &'static MetricMeta) -> Self {
        Self(MetricFamily::new(meta))
    }

    /// The description of an info gauge, checked.
    ///
    /// # Panics
    /// At compile time, if a name is none.
    #[must_use]
    #[track_caller]
    pub const fn describe(
        location: &'static str,
        name: &'static str,
        help: &'static str,
        const_labels: &'static [(&'static str, &'static str)],
    ) -> MetricMeta {
        if let Some(error) = metric_name_error(name, Kind::Gauge) {
            panic!("{}", error);
        }
        let mut at = 0;
        while at < const_labels.len() {
            if let Some(error) = label_name_error(const_labels[at].0) {
                panic!("{}", error);
            }
            let mut other = 0;
            while other < at {
                assert!(!same(const_labels[other].0, const_labels[at].0), "two labels have one name; rename one");
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

    /// Shows it on a recorder.
    pub(crate) fn announce(&'static self, recorder: &dyn Recorder) {
        self.0.register_only(recorder).set(1.0);
    }
}

/// Declares the `build_info` gauge of the crate that it is written in; the exporter shows it from the start.
///
/// Without arguments: `build_info{package, version, rust_version, git_sha} 1`, where `git_sha` is the environment's `GIT_SHA` when
/// the crate is compiled, or `unknown`. With a name and labels of your own, whose values are constants; one of those four needs none:
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
/// Where names are not valid it does not compile.
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
            "` needs a value; only `package`, `version`, `rust_version` and `git_sha` have one by themselves"
        ))
    };
}

pub use __build_fact as build_fact;
