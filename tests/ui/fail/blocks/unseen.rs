//! Functions of a block that cannot be seen: each is an error where it is, until `skip` says that it is meant.

#![allow(unused)]

use metrics_instrumented::instrumented;

macro_rules! make_method {
    ($name:ident) => {
        fn $name(&self) {}
    };
}

mod macros {
    macro_rules! make_function {
        ($name:ident) => {
            pub fn $name() {}
        };
    }
    pub(crate) use make_function;
}

struct Service;

#[instrumented(name = "services")]
impl Service {
    fn seen(&self) {}

    make_method!(unseen);

    #[instrumented(skip)]
    make_method!(meant);

    #[instrumented(name = "made")]
    make_method!(refined);
}

#[instrumented(name = "modules")]
mod module {
    thread_local! {
        static CELL: u8 = const { 1 };
    }

    crate::macros::make_function! { made }

    #[instrumented(of = Service)]
    pub mod no_type {
        pub fn function() {}
    }
}

trait Trait {
    fn required(&self);
}

#[instrumented(name = "traits")]
trait Instrumented {
    fn required(&self);

    #[instrumented(name = "without_body")]
    fn without_body(&self);

    fn default_method(&self) {}
}

fn main() {}
