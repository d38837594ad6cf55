//! The last expression of a body: its temporaries live as long as in the plain function, and no longer.

#![allow(clippy::explicit_auto_deref, reason = "a guard is borrowed by hand")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use futures::executor::block_on;
use metrics_instrumented::{Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local};

use crate::told::{self, Told};

/// A pointer borrows nothing, so that a temporary may be dropped before it is used.
struct Pointer {
    to: *const Told,
}

impl Pointer {
    fn is_null(&self) -> bool {
        self.to.is_null()
    }
}

#[derive(Operation)]
#[operation(name = "tail_declared")]
struct Declared {}

/// A body, plain and annotated in each way: both drop the same, in the same order.
macro_rules! same_drops {
    ($($name:ident($told:ident): $ty:ty = $body:block)*) => {
        $(
            #[test]
            #[allow(unused_braces, clippy::all, clippy::pedantic, reason = "each body is one of its kind")]
            fn $name() {
                fn plain($told: Told) -> $ty $body
                #[instrumented]
                fn annotated($told: Told) -> $ty $body
                #[instrumented(Declared {})]
                fn declared($told: Told) -> $ty $body
                async fn plain_async($told: Told) -> $ty $body
                #[instrumented]
                async fn annotated_async($told: Told) -> $ty $body

                let dropped = |call: fn(Told) -> $ty| {
                    let _ = call(Told("argument"));
                    told::dropped()
                };
                assert_eq!(dropped(annotated), dropped(plain));
                assert_eq!(dropped(declared), dropped(plain));
                assert_eq!(dropped(|told| block_on(annotated_async(told))), dropped(|told| block_on(plain_async(told))));
            }
        )*
    };
}

fn fails(told: &Told) -> Result<(), String> {
    if told.0.is_empty() { Err("empty".to_owned()) } else { Ok(()) }
}

same_drops! {
    a_field_that_borrows_a_temporary(told): Pointer = {
        let _local = Told("local");
        let _used = &told;
        Pointer { to: &Told("temporary") }
    }
    a_field_behind_a_question_mark(told): Result<Pointer, String> = {
        fails(&told)?;
        Ok(Pointer { to: &Told("temporary") })
    }
    an_element_of_a_tuple(told): Result<(*const Told, u32), String> = {
        fails(&told)?;
        Ok((&Told("temporary"), 1))
    }
    a_list(told): Option<[*const Told; 2]> = {
        let _used = &told;
        Some([&Told("first"), &Told("second")])
    }
    a_branch(told): Option<*const Told> = {
        if told.0.is_empty() { None } else { Some(&Told("temporary")) }
    }
    an_arm(told): Option<*const Told> = {
        match told.0 {
            "" => None,
            _ => Some(&Told("temporary") as *const Told),
        }
    }
    an_arm_before_others(told): Option<*const Told> = {
        match told.0.len() {
            8 => {
                let _local = Told("local");
                Some(&Told("temporary") as *const Told)
            }
            9 => {
                None
            }
            _ => None,
        }
    }
    a_branch_of_several(told): Result<Pointer, String> = {
        fails(&told)?;
        if told.0.len() == 8 {
            Ok(Pointer { to: &Told("first") })
        } else if told.0.is_empty() {
            Err(String::new())
        } else {
            Ok(Pointer { to: &told })
        }
    }
    a_cast(told): *const Told = {
        let _used = &told;
        &Told("temporary") as *const Told
    }
    a_block(told): Result<*const Told, String> = {
        fails(&told)?;
        let _local = Told("local");
        { Ok({ &Told("temporary") }) }
    }
    a_call(told): Option<bool> = {
        let pointer = Pointer { to: &told };
        Some(Pointer { to: &Told("temporary") }.is_null() && pointer.is_null())
    }
}

struct Named<'a> {
    name: &'a str,
}

#[test]
fn a_borrow_of_a_guard_compiles() {
    #[instrumented(name = "tail_guard_of_argument")]
    fn of_argument<'a>(names: Rc<RefCell<&'a str>>, fail: bool) -> Result<Named<'a>, String> {
        fails(&Told(if fail { "" } else { "told" }))?;
        Ok(Named { name: &**names.borrow() })
    }

    #[instrumented(name = "tail_guard_of_local")]
    fn of_local(names: &[Arc<Mutex<&'static str>>]) -> Option<&'static str> {
        let first = Arc::clone(names.first()?);
        Some(&**first.lock().unwrap())
    }

    let local = Local::new();
    local.run(|| {
        let names = Rc::new(RefCell::new("name"));
        assert_eq!(of_argument(Rc::clone(&names), false).map(|named| named.name), Ok("name"));
        assert!(of_argument(names, true).is_err());
        assert_eq!(of_local(&[Arc::new(Mutex::new("name"))]), Some("name"));
        assert_eq!(of_local(&[]), None);
    });
    assert_eq!(local.calls("tail_guard_of_argument"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("tail_guard_of_local"), Calls { ok: 2, ..Calls::NONE });
}
