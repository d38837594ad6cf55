//! The attribute on `impl` blocks and modules.

#[path = "../support.rs"]
mod support;

use metrics_instrumented::{LabelValue, Operation, instrumented};
use support::recorded;

#[derive(Clone, Copy, Debug, LabelValue)]
pub enum Problem {
    Busy,
}

#[derive(Operation)]
#[operation(name = "declared")]
struct Declared {}

struct Service<T, const N: usize>([T; N]);

#[instrumented(name = "service", namespace = "shop", buckets = [1.0, 2.0])]
/// Documented.
impl<T: Clone, const N: usize> Service<T, N>
where
    T: Default,
{
    #![allow(dead_code)]

    const FIRST: usize = { N - N };
    #[allow(unused_braces)]
    pub const LAST: [u8; { 1 + 1 }] = [0; 2];

    /// The first.
    #[must_use]
    fn first(&self) -> Option<&T> {
        self.0.get(Self::FIRST)
    }

    pub(crate) async fn later<U: Into<T>>(&mut self, value: U) -> Result<&mut T, Problem> {
        let first = self.0.first_mut().ok_or(Problem::Busy)?;
        *first = value.into();
        Ok(first)
    }

    #[instrumented(labels(flag), errors = "service_problems_total")]
    fn refined(&self, flag: bool) -> Result<(), Problem> {
        if flag { Err(Problem::Busy) } else { Ok(()) }
    }

    #[instrumented(name = "renamed")]
    fn renamed() {}

    #[instrumented(Declared {})]
    fn declared() -> u32 {
        1
    }

    #[instrumented(skip)]
    fn skipped() -> u32 {
        1
    }

    const fn constant() -> usize {
        N
    }

    #[inline]
    #[allow(unused_variables)]
    unsafe fn not_safe(self: &Box<Self>, (a, b): (u8, u8)) -> Option<u8> {
        Some(a)
    }
}

trait Trait {
    type Item;
    const N: u32;
    fn get(&self) -> Result<Self::Item, ()>;
    fn twice(&self) -> Result<(Self::Item, Self::Item), ()> {
        Ok((self.get()?, self.get()?))
    }
}

#[instrumented(name = "trait_impl")]
impl<T: Clone, const N: usize> Trait for Service<T, N> {
    type Item = T;
    const N: u32 = 1;

    fn get(&self) -> Result<T, ()> {
        self.0.first().cloned().ok_or(())
    }
}

#[instrumented(name = "in_a_module", labels(problem: crate::Problem = crate::Problem::Busy))]
mod module {
    //! Documented inside.
    #![allow(unused)]

    use super::{Problem, Service, instrumented};

    pub const LIMIT: usize = 3;
    pub static NAMES: [&str; 1] = ["a"];
    pub type Alias = u32;
    pub struct Unit;
    pub struct Tuple(pub u32);
    #[derive(Clone)]
    pub enum Enum {
        A { n: u32 },
        B(u32),
    }
    pub trait Local {
        fn required(&self) -> u32;
    }
    macro_rules! local {
        ($n:expr) => {
            $n
        };
    }
    extern crate core;

    pub fn plain() -> u32 {
        local!(1)
    }

    pub async fn later() -> Result<u32, Problem> {
        Err(Problem::Busy)
    }

    impl Unit {
        pub fn method(&self) -> Option<u32> {
            Some(1)
        }
    }

    impl Local for Unit {
        fn required(&self) -> u32 {
            1
        }
    }

    pub mod nested {
        pub fn function() -> u32 {
            1
        }
    }

    #[instrumented(subsystem = "inner")]
    pub mod refined {
        pub fn function() -> u32 {
            1
        }
    }

    #[instrumented(skip)]
    pub mod skipped {
        pub fn function() -> u32 {
            1
        }
    }

    #[instrumented(started)]
    pub fn same_labels() {}

    pub const fn constant() -> u32 {
        1
    }

    #[cfg(any())]
    pub fn absent(does: Not) -> Exist {}
}

#[async_trait::async_trait]
pub trait Store {
    async fn load(&self, key: &str) -> Result<u32, String>;
    async fn set(&mut self, key: &str) -> Result<u32, String>;
}

#[instrumented(name = "above_async_trait")]
#[async_trait::async_trait]
impl Store for Service<u8, 1> {
    async fn load(&self, key: &str) -> Result<u32, String> {
        std::future::ready(()).await;
        key.parse().map_err(|_| key.to_owned())
    }

    #[instrumented(name = "refined_above_async_trait")]
    async fn set(&mut self, _key: &str) -> Result<u32, String> {
        Ok(1)
    }
}

#[async_trait::async_trait]
#[instrumented(name = "below_async_trait")]
impl Store for Service<u16, 1> {
    async fn load(&self, key: &str) -> Result<u32, String> {
        std::future::ready(()).await;
        key.parse().map_err(|_| key.to_owned())
    }

    #[instrumented(name = "refined_below_async_trait")]
    async fn set(&mut self, _key: &str) -> Result<u32, String> {
        Ok(1)
    }
}

#[instrumented]
mod unnamed {
    pub fn function() {}
    pub fn other() {}
}

fn main() {
    use futures::executor::block_on;

    let exposition = recorded(|| {
        let mut service = Service([1u32]);
        assert_eq!(service.first(), Some(&1));
        assert_eq!(*block_on(service.later(3u8)).unwrap(), 3);
        assert!(service.refined(true).is_err());
        Service::<u8, 1>::renamed();
        assert_eq!(Service::<u8, 1>::declared() + Service::<u8, 1>::skipped(), 2);
        assert_eq!(Service::<u8, 1>::constant(), 1);
        // SAFETY: it does nothing that is not.
        assert_eq!(unsafe { Box::new(Service([1u32])).not_safe((1, 2)) }, Some(1));
        assert_eq!(service.get(), Ok(3));
        assert_eq!(service.twice(), Ok((3, 3)));
        block_on(async {
            assert_eq!(Service([1u8]).load("x").await, Err("x".to_owned()));
            assert_eq!(Service([1u8]).set("x").await, Ok(1));
            assert_eq!(Service([1u16]).load("1").await, Ok(1));
            assert_eq!(Service([1u16]).set("x").await, Ok(1));
        });
        assert_eq!(module::plain(), 1);
        assert!(block_on(module::later()).is_err());
        assert_eq!(module::Unit.method(), Some(1));
        assert_eq!(module::Local::required(&module::Unit), 1);
        assert_eq!(module::nested::function() + module::refined::function() + module::skipped::function(), 3);
        module::same_labels();
        assert_eq!(module::constant(), 1);
        unnamed::function();
        unnamed::other();
        let _ = (module::Enum::A { n: 1 }, module::Tuple(1), module::NAMES, module::LIMIT, 1 as module::Alias);
    });
    let value = |name: &str, labels: &[(&str, &str)]| exposition.expect_value(name, labels);
    for (function, outcome) in [("Service::first", "ok"), ("Service::later", "ok"), ("Service::not_safe", "ok")] {
        assert_eq!(value("shop_service_total", &[("function", function), ("outcome", outcome)]), 1.0, "{function}");
    }
    let buckets = exposition.histogram("shop_service_duration_seconds", &[("function", "Service::first")]).buckets;
    assert_eq!(buckets.len(), 3);
    assert_eq!(value("shop_renamed_total", &[("outcome", "ok")]), 1.0);
    assert_eq!(value("declared_total", &[("outcome", "ok")]), 1.0);
    assert_eq!(value("trait_impl_total", &[("function", "<Service as Trait>::get"), ("outcome", "ok")]), 3.0);
    assert_eq!(value("above_async_trait_total", &[("function", "<Service<u8, 1> as Store>::load"), ("outcome", "error")]), 1.0);
    assert_eq!(value("below_async_trait_total", &[("function", "<Service<u16, 1> as Store>::load"), ("outcome", "ok")]), 1.0);
    assert_eq!(value("refined_above_async_trait_total", &[("outcome", "ok")]), 1.0);
    assert_eq!(value("refined_below_async_trait_total", &[("outcome", "ok")]), 1.0);
    for (function, outcome) in [("plain", "ok"), ("later", "error"), ("Unit::method", "ok"), ("<Unit as Local>::required", "ok"), ("same_labels", "ok")] {
        let labels = [("function", function), ("problem", "Busy"), ("outcome", outcome)];
        assert_eq!(value("in_a_module_total", &labels), 1.0, "{function}");
    }
    assert_eq!(value("inner_in_a_module_total", &[("function", "function"), ("problem", "Busy"), ("outcome", "ok")]), 1.0);
    let unnamed = concat!(module_path!(), "::unnamed");
    assert_eq!(value("function_calls_total", &[("module", unnamed), ("function", "other"), ("outcome", "ok")]), 1.0);
    // Nothing of it is counted where nothing is asked for.
    let functions = exposition.label_values("in_a_module_total", "function");
    assert_eq!(functions, ["<Unit as Local>::required", "Unit::method", "function", "later", "plain", "same_labels"]);
}
