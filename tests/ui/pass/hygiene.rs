//! Whatever the user's own names are, they mean in the function what they mean next to it.

#![allow(non_upper_case_globals, non_camel_case_types, unused_imports)]

#[path = "../support.rs"]
mod support;

use metrics_instrumented::{LabelValue, instrumented};
use support::{assert_ended, recorded};

/// The names that the expansion uses, or might.
mod constants {
    use super::{LabelValue, instrumented};

    pub const guard: u32 = 1;
    pub const value: u32 = 2;
    pub const call: u32 = 3;
    pub const series: u32 = 4;
    pub const reads: u32 = 5;
    pub const kept: u32 = 6;
    pub const returned: u32 = 7;
    pub static META: u32 = 8;
    pub static FAMILIES: u32 = 9;
    pub static SITE: u32 = 10;
    pub static __META: u32 = 11;
    pub static __FAMILIES: u32 = 12;

    #[instrumented(name = "constant_units")]
    pub fn unit() {
        assert_eq!(guard + series, 5);
    }

    #[instrumented(name = "constant_values")]
    pub fn sum() -> Option<u32> {
        Some(guard + value + call + series + reads + kept + returned + META + FAMILIES + SITE + __META + __FAMILIES)
    }

    #[instrumented(name = "constant_futures")]
    pub async fn sum_later() -> Option<u32> {
        Some(guard + value + call + series + reads + kept + returned + META + FAMILIES + SITE + __META + __FAMILIES)
    }

    #[instrumented(name = "constant_labels", labels(open = open(guard.to_string()), flag = value == 2))]
    pub fn labelled() -> Option<u32> {
        Some(guard)
    }
}

/// The same names as arguments, locals and labels.
#[instrumented(name = "arguments", labels(guard, value = value > 1, call = open(call)), max_series = 2_000)]
fn arguments(guard: bool, value: u32, call: &str, series: u32, reads: u32, kept: u32, returned: u32, __value: u32) -> Option<u32> {
    let __guard = series;
    let __call = call.len() as u32;
    Some(value + __guard + __call + reads + kept + returned + __value + u32::from(guard))
}

#[instrumented(name = "labelled_open")]
fn open(open: u32) -> Option<u32> {
    Some(open)
}

/// Functions called as ours.
mod functions {
    pub fn call<T>(_: T) -> ! {
        unreachable!()
    }

    pub fn label<T>(_: T) -> ! {
        unreachable!()
    }

    pub use self::{call as open, call as instrument, call as output, call as limit, call as declared, call as unread};
}

mod shadowed_functions {
    use super::functions::*;
    use super::instrumented;

    #[instrumented(name = "shadowed_functions", labels(text = open("a"), flag = true))]
    pub fn plain() -> Result<u32, ()> {
        Ok(1)
    }

    #[instrumented(name = "shadowed_function_futures", labels(text = open("a"), flag = true))]
    pub async fn later() -> Result<u32, ()> {
        Ok(1)
    }
}

/// A prelude of other things.
mod shadowed_prelude {
    use super::{LabelValue, instrumented};

    pub struct Option;
    pub struct Box;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub trait FnOnce {}
    pub trait Into {}
    pub trait From {}
    pub trait Iterator {}
    pub struct usize;
    pub struct bool;
    pub struct str;
    pub struct f64;
    pub struct u8;
    pub struct u32;
    pub enum Result<E> {
        Bad(E),
    }

    #[derive(LabelValue)]
    pub enum Kind {
        Some,
        None,
        Ok,
        #[label(transparent)]
        Inner(Inner),
    }

    #[derive(LabelValue)]
    pub enum Inner {
        Err,
    }

    #[derive(metrics_instrumented::Operation)]
    #[operation(name = "shadowed_operations", errors(name = "shadowed_operations_errors_total", label = "reason", of = Kind), max_series = 10_000)]
    pub struct Operation<'a> {
        pub kind: Kind,
        pub host: metrics_instrumented::Open<'a>,
    }

    #[derive(metrics_instrumented::Counter)]
    #[counter(name = "shadowed_total")]
    pub struct Counter {
        pub kind: Kind,
    }

    #[derive(metrics_instrumented::Gauge)]
    #[gauge(name = "shadowed")]
    pub struct Gauge {}

    #[derive(metrics_instrumented::Histogram)]
    #[histogram(name = "shadowed_seconds", buckets = [1.0, 2.0])]
    pub struct Histogram {}

    #[instrumented(name = "shadowed_plain", labels(kind: Kind = Kind::Ok, text = open("a")), buckets = [1, 2], max_series = 10_000)]
    pub fn plain(fail: core::primitive::bool) -> core::result::Result<Option, Kind> {
        if fail { core::result::Result::Err(Kind::Some) } else { core::result::Result::Ok(Option) }
    }

    #[instrumented(name = "shadowed_other_result")]
    pub fn other_result() -> Result<Some> {
        Result::Bad(Some)
    }

    #[instrumented(name = "shadowed_later", errors = "shadowed_later_errors_total")]
    pub async fn later(fail: core::primitive::bool) -> core::result::Result<Option, Kind> {
        if fail {
            return core::result::Result::Err(Kind::None);
        }
        core::result::Result::Ok(Option)
    }

    #[instrumented(Operation { kind: Kind::Ok, host: metrics_instrumented::Open::new("a") })]
    pub fn declared() -> core::result::Result<Option, Kind> {
        core::result::Result::Err(Kind::Inner(Inner::Err))
    }
}

/// Crates that are none.
mod shadowed_crates {
    mod core {}
    mod std {}
    mod alloc {}
    mod metrics {}
    mod metrics_instrumented {}

    use super::{LabelValue, instrumented};

    #[derive(LabelValue)]
    pub enum Kind {
        A,
    }

    #[derive(::metrics_instrumented::Operation)]
    #[operation(name = "shadowed_crate_operations")]
    pub struct Operation {
        pub kind: Kind,
    }

    #[instrumented(name = "shadowed_crates", labels(kind: Kind = Kind::A))]
    pub fn plain(fail: bool) -> Result<(), ()> {
        if fail { Err(()) } else { Ok(()) }
    }

    #[instrumented(Operation { kind: Kind::A })]
    pub async fn later() -> Option<()> {
        None
    }
}

/// Macros that are others.
mod shadowed_macros {
    #![allow(unused_macros)]

    macro_rules! module_path {
        () => { compile_error!("not this one") };
    }
    macro_rules! file {
        () => { compile_error!("not this one") };
    }
    macro_rules! line {
        () => { compile_error!("not this one") };
    }
    macro_rules! families {
        () => { compile_error!("not this one") };
    }
    macro_rules! place {
        () => { compile_error!("not this one") };
    }
    macro_rules! assert {
        () => { compile_error!("not this one") };
    }

    use super::instrumented;

    #[instrumented(name = "shadowed_macros")]
    pub fn plain() -> Result<(), ()> {
        Ok(())
    }
}

/// Methods that every type seems to have.
mod methods_of_all {
    use super::instrumented;

    pub trait Everything: Sized {
        fn series(self) -> Self {
            unreachable!()
        }
        fn scope(self) -> Self {
            unreachable!()
        }
        fn call(self) -> Self {
            unreachable!()
        }
        fn finish(self, _: usize, _: Option<usize>) -> Self {
            unreachable!()
        }
        fn outcome(&self) -> usize {
            unreachable!()
        }
        fn error(&self) -> Option<usize> {
            unreachable!()
        }
        fn of(&self) -> Self {
            unreachable!()
        }
        fn checked(self) -> Self {
            unreachable!()
        }
    }

    impl<T> Everything for T {}

    #[instrumented(name = "methods_of_all_units")]
    pub fn unit() {}

    #[instrumented(name = "methods_of_all")]
    pub fn plain() -> Result<(), ()> {
        Err(())
    }

    #[instrumented(name = "methods_of_all_later")]
    pub async fn later() -> Result<(), ()> {
        Err(())
    }
}

/// Generic parameters called like types of ours.
#[instrumented(name = "generic_names")]
fn generic_names<R: Default, F: Default, T: Default, const OUTCOMES: usize>() -> Result<(R, F), T> {
    Ok((R::default(), F::default()))
}

/// What the user's own expressions mean is decided where they are written.
fn scoped() -> Option<u32> {
    const LIMIT: u32 = 3;
    enum Local {
        Small,
        Large,
    }
    impl LabelValue for Local {
        const VALUES: &'static [&'static str] = &["small", "large"];
        fn index(&self) -> usize {
            match self {
                Self::Small => 0,
                Self::Large => 1,
            }
        }
    }

    #[instrumented(name = "inner_functions", labels(size: Local = if n < LIMIT { Local::Small } else { Local::Large }))]
    fn inner(n: u32) -> Option<u32> {
        Some(n)
    }
    inner(2).and(inner(4))
}

fn main() {
    use futures::executor::block_on;

    let exposition = recorded(|| {
        constants::unit();
        assert_eq!(constants::sum(), Some(78));
        assert_eq!(block_on(constants::sum_later()), Some(78));
        assert_eq!(constants::labelled(), Some(1));
        assert_eq!(arguments(true, 2, "abc", 3, 4, 5, 6, 7), Some(31));
        assert_eq!(open(1), Some(1));
        assert_eq!(shadowed_functions::plain(), Ok(1));
        assert_eq!(block_on(shadowed_functions::later()), Ok(1));
        assert!(shadowed_prelude::plain(true).is_err() && shadowed_prelude::plain(false).is_ok());
        let shadowed_prelude::Result::Bad(_) = shadowed_prelude::other_result();
        assert!(block_on(shadowed_prelude::later(true)).is_err());
        assert!(shadowed_prelude::declared().is_err());
        assert!(shadowed_crates::plain(true).is_err() && shadowed_crates::plain(false).is_ok());
        assert!(block_on(shadowed_crates::later()).is_none());
        assert!(shadowed_macros::plain().is_ok());
        methods_of_all::unit();
        assert!(methods_of_all::plain().is_err());
        assert!(block_on(methods_of_all::later()).is_err());
        assert_eq!(generic_names::<u8, u8, u8, 1>(), Ok((0, 0)));
        assert_eq!(scoped(), Some(4));
    });
    for (name, expected) in [
        ("constant_units", [1.0, 0.0, 0.0, 0.0]),
        ("constant_values", [1.0, 0.0, 0.0, 0.0]),
        ("constant_futures", [1.0, 0.0, 0.0, 0.0]),
        ("labelled_open", [1.0, 0.0, 0.0, 0.0]),
        ("shadowed_other_result", [1.0, 0.0, 0.0, 0.0]),
        ("shadowed_later", [0.0, 1.0, 0.0, 0.0]),
        ("shadowed_macros", [1.0, 0.0, 0.0, 0.0]),
        ("methods_of_all_units", [1.0, 0.0, 0.0, 0.0]),
        ("methods_of_all", [0.0, 1.0, 0.0, 0.0]),
        ("methods_of_all_later", [0.0, 1.0, 0.0, 0.0]),
        ("generic_names", [1.0, 0.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
    for (name, labels, expected) in [
        ("arguments_total", &[("guard", "true"), ("value", "true"), ("call", "abc"), ("outcome", "ok")][..], 1.0),
        ("constant_labels_total", &[("open", "1"), ("flag", "true"), ("outcome", "ok")], 1.0),
        ("shadowed_functions_total", &[("text", "a"), ("flag", "true"), ("outcome", "ok")], 1.0),
        ("shadowed_plain_total", &[("kind", "Ok"), ("text", "a"), ("outcome", "error")], 1.0),
        ("shadowed_later_errors_total", &[("kind", "None")], 1.0),
        ("shadowed_operations_total", &[("kind", "Ok"), ("host", "a"), ("outcome", "error")], 1.0),
        ("shadowed_crates_total", &[("kind", "A"), ("outcome", "error")], 1.0),
        ("shadowed_crate_operations_total", &[("kind", "A"), ("outcome", "ok")], 1.0),
        ("inner_functions_total", &[("size", "small"), ("outcome", "ok")], 1.0),
        ("inner_functions_total", &[("size", "large"), ("outcome", "ok")], 1.0),
    ] {
        assert_eq!(exposition.value(name, labels), Some(expected), "{name} {labels:?}");
    }
}
