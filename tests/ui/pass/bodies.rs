//! Contents of a body: items, inner attributes, macros, and functions in functions.

#[path = "../support.rs"]
mod support;

use metrics_instrumented::instrumented;
use support::{assert_ended, recorded};

#[instrumented(name = "items")]
fn items() -> Result<u32, String> {
    use std::fmt::Write;

    const STEP: u32 = 2;
    static START: u32 = 1;
    type Text = String;
    #[derive(Default)]
    struct Counter {
        n: u32,
    }
    impl Counter {
        #[instrumented(name = "inner_methods")]
        fn add(&mut self, n: u32) -> Option<u32> {
            self.n += n;
            Some(self.n)
        }
    }
    macro_rules! add {
        ($counter:ident) => { $counter.add(STEP) };
    }
    mod inner {
        pub fn zero() -> u32 {
            0
        }
    }

    let mut counter = Counter::default();
    counter.add(START);
    add!(counter);
    let mut text = Text::new();
    write!(text, "{}", counter.n).map_err(|error| error.to_string())?;
    text.parse::<u32>().map(|n| n + inner::zero()).map_err(|error| error.to_string())
}

#[instrumented(name = "outer_functions")]
fn outer(n: u32) -> Option<u32> {
    #[instrumented(name = "inner_functions")]
    fn inner(n: u32) -> Result<u32, u32> {
        #[instrumented(name = "innermost_functions")]
        fn innermost(n: u32) -> u32 {
            n + 1
        }
        if n > 1 { Err(n) } else { Ok(innermost(n)) }
    }
    inner(n).ok()
}

#[instrumented(name = "inner_attributes")]
fn inner_attributes(n: u32) {
    #![allow(unused_variables)]
    //! A comment that documents the function from inside.
    #![allow(unused_mut)]
    let mut unused = n;
}

#[instrumented(name = "inner_attributes_of_values")]
fn inner_attributes_of_value(n: u32) -> Result<u32, u32> {
    #![deny(warnings)]
    #![allow(unused_variables)]
    let unused = n;
    if n == 0 {
        return Err(0);
    }
    Ok(n)
}

#[instrumented(name = "inner_attributes_of_futures")]
async fn inner_attributes_of_future(n: u32) -> Result<u32, u32> {
    #![allow(unused_variables)]
    let unused = n;
    Ok(n)
}

#[instrumented(name = "only_inner_attributes")]
fn only_inner_attributes() {
    #![allow(unused)]
}

#[instrumented(name = "empty")]
fn empty() {}

#[allow(redundant_semicolons)]
#[instrumented(name = "statements")]
fn statements() -> bool {
    let _ = 1;
    ;
    {
        true
    }
}

#[instrumented(name = "blocks")]
fn blocks(n: u32) -> Option<u32> {
    let labelled = 'block: {
        if n == 0 {
            break 'block 1;
        }
        2
    };
    let Some(n) = n.checked_sub(1) else { return Some(labelled) };
    if let Some(n) = n.checked_sub(1)
        && n > 0
    {
        return None;
    }
    Some(unsafe { std::mem::transmute::<u32, u32>(n) })
}

#[instrumented(name = "matches")]
fn matches(n: u32) -> &'static str {
    match n {
        0 => "none",
        1 => return "one",
        n if n > 10 => "many",
        _ => "some",
    }
}

#[instrumented(name = "macros")]
fn macros(n: u32) -> Result<(), String> {
    macro_rules! ensure {
        ($condition:expr) => {
            if !$condition {
                return Err(stringify!($condition).to_owned());
            }
        };
    }
    ensure!(n > 1);
    assert!(n > 1, "not reached with {n}");
    Ok(println!(""))
}

#[instrumented(name = "closures")]
fn closures(values: &[u32]) -> Option<u32> {
    let mut total = 0;
    let mut add = |n: &u32| -> Option<()> {
        if *n == 0 {
            return None;
        }
        total += n;
        Some(())
    };
    for value in values {
        add(value)?;
    }
    Some(total)
}

#[instrumented(name = "asynchronous_blocks")]
fn asynchronous_block(n: u32) -> Result<u32, u32> {
    futures::executor::block_on(async {
        if n == 0 {
            return Err(n);
        }
        Ok(n)
    })
}

#[rustfmt::skip]
#[allow(unused_braces)]
#[instrumented(name = "braces")]
fn braces() -> u32 {{{{ 1 }}}}

fn main() {
    let exposition = recorded(|| {
        assert_eq!(items(), Ok(3));
        assert_eq!(outer(1), Some(2));
        assert_eq!(outer(2), None);
        inner_attributes(1);
        assert_eq!(inner_attributes_of_value(1), Ok(1));
        assert_eq!(inner_attributes_of_value(0), Err(0));
        assert_eq!(futures::executor::block_on(inner_attributes_of_future(1)), Ok(1));
        only_inner_attributes();
        empty();
        assert!(statements());
        assert_eq!(blocks(0), Some(1));
        assert_eq!(blocks(5), None);
        assert_eq!(matches(1), "one");
        assert_eq!(macros(0), Err("n > 1".to_owned()));
        assert_eq!(macros(2), Ok(()));
        assert_eq!(closures(&[1, 2]), Some(3));
        assert_eq!(closures(&[1, 0]), None);
        assert_eq!(asynchronous_block(0), Err(0));
        assert_eq!(braces(), 1);
    });
    for (name, expected) in [
        ("items", [1.0, 0.0, 0.0, 0.0]),
        ("inner_methods", [2.0, 0.0, 0.0, 0.0]),
        ("outer_functions", [2.0, 0.0, 0.0, 0.0]),
        ("inner_functions", [1.0, 1.0, 0.0, 0.0]),
        ("innermost_functions", [1.0, 0.0, 0.0, 0.0]),
        ("inner_attributes", [1.0, 0.0, 0.0, 0.0]),
        ("inner_attributes_of_values", [1.0, 1.0, 0.0, 0.0]),
        ("inner_attributes_of_futures", [1.0, 0.0, 0.0, 0.0]),
        ("only_inner_attributes", [1.0, 0.0, 0.0, 0.0]),
        ("empty", [1.0, 0.0, 0.0, 0.0]),
        ("statements", [1.0, 0.0, 0.0, 0.0]),
        ("blocks", [2.0, 0.0, 0.0, 0.0]),
        ("matches", [1.0, 0.0, 0.0, 0.0]),
        ("macros", [1.0, 1.0, 0.0, 0.0]),
        ("closures", [2.0, 0.0, 0.0, 0.0]),
        ("asynchronous_blocks", [0.0, 1.0, 0.0, 0.0]),
        ("braces", [1.0, 0.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
}
