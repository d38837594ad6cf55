//! What can carry the attribute: every kind of function.

use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local};

struct Account {
    balance: i64,
}

impl Account {
    #[instrumented(name = "items_associated")]
    fn open(balance: i64) -> Self {
        Self { balance }
    }

    #[instrumented(name = "items_by_reference", labels(rich = self.balance > 10))]
    fn balance(&self) -> i64 {
        self.balance
    }

    #[instrumented(name = "items_by_mutable_reference")]
    fn take(&mut self, amount: i64) -> Result<&mut i64, String> {
        if amount > self.balance {
            return Err(format!("{amount} is too much"));
        }
        self.balance -= amount;
        Ok(&mut self.balance)
    }

    #[instrumented(name = "items_by_value")]
    fn close(self) -> i64 {
        self.balance
    }

    #[instrumented(name = "items_by_box")]
    #[allow(clippy::boxed_local, reason = "the receiver is what is tested")]
    fn boxed(self: Box<Self>) -> i64 {
        self.balance
    }

    #[instrumented(name = "items_by_rc")]
    fn rc(self: Rc<Self>) -> i64 {
        self.balance
    }

    #[instrumented(name = "items_by_arc")]
    async fn arc(self: Arc<Self>) -> i64 {
        tokio::task::yield_now().await;
        self.balance
    }
}

#[test]
fn methods_with_every_receiver_are_calls() {
    let local = Local::new();
    local.run(|| {
        let mut account = Account::open(20);
        assert_eq!(account.balance(), 20);
        *account.take(15).unwrap() -= 1;
        assert_eq!(account.take(15).unwrap_err(), "15 is too much");
        assert_eq!(account.balance(), 4);
        assert_eq!(account.close(), 4);
        assert_eq!(Box::new(Account { balance: 1 }).boxed(), 1);
        assert_eq!(Rc::new(Account { balance: 2 }).rc(), 2);
    });
    assert_eq!(local.block_on(Arc::new(Account { balance: 3 }).arc()), 3);
    let once = Calls { ok: 1, ..Calls::NONE };
    for base in ["items_associated", "items_by_value", "items_by_box", "items_by_rc", "items_by_arc"] {
        assert_eq!(local.calls(base), once, "{base}");
    }
    assert_eq!(local.calls("items_by_mutable_reference"), Calls { ok: 1, error: 1, ..Calls::NONE });
    for rich in ["true", "false"] {
        assert_eq!(local.calls_with("items_by_reference", &[("rich", rich)]), once);
    }
}

trait Greeter {
    fn name(&self) -> String;

    #[instrumented(name = "items_provided")]
    fn greet(&self) -> Option<String> {
        Some(format!("hello {}", self.name()))
    }
}

struct English;

impl Greeter for English {
    #[instrumented(name = "items_trait_impl")]
    fn name(&self) -> String {
        "you".to_owned()
    }
}

#[test]
fn trait_methods_are_calls_provided_or_implemented_also_through_dyn() {
    let local = Local::new();
    let greeter: &dyn Greeter = &English;
    assert_eq!(local.run(|| greeter.greet()).as_deref(), Some("hello you"));
    assert_eq!(local.calls("items_provided"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls("items_trait_impl"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn generic_functions_count_all_their_instantiations_under_one_name() {
    #[instrumented(name = "items_generic")]
    fn generic<T, const N: usize>(values: [T; N]) -> Result<String, T>
    where
        T: Clone + Debug,
    {
        if N == 0 {
            return Ok(String::new());
        }
        Err(values[0].clone())
    }

    #[instrumented(name = "items_impl_argument")]
    fn impl_argument(mut next: impl FnMut() -> u8) -> impl Iterator<Item = u8> {
        std::iter::once(next())
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(generic::<u8, 0>([]), Ok(String::new()));
        assert_eq!(generic(["x"]), Err("x"));
        assert_eq!(generic([1, 2]), Err(1));
        assert_eq!(impl_argument(|| 5).collect::<Vec<_>>(), [5]);
    });
    assert_eq!(local.calls("items_generic"), Calls { ok: 1, error: 2, ..Calls::NONE });
    assert_eq!(local.calls("items_impl_argument"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn foreign_abis_patterns_and_raw_names_are_supported() {
    #[instrumented(name = "items_extern")]
    extern "C" fn external(number: i32) -> i32 {
        number + 1
    }

    #[instrumented(name = "items_patterns", labels(left = a > 1))]
    fn patterns((a, b): (u8, u8), [first, ..]: [u8; 3], mut count: u8, _: u8) -> u8 {
        count += a + b;
        count + first
    }

    #[instrumented(name = "items_raw", labels(r#type))]
    fn r#match(r#type: bool) -> bool {
        !r#type
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(external(1), 2);
        assert_eq!(patterns((1, 2), [3, 4, 5], 10, 0), 16);
        assert!(r#match(false));
    });
    assert_eq!(local.calls("items_extern"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("items_patterns", &[("left", "false")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("items_raw", &[("type", "false")]), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn functions_made_by_a_macro_are_calls() {
    macro_rules! operation {
        ($name:ident, $base:literal, $value:expr, $of:ty) => {
            #[instrumented(name = $base)]
            fn $name() -> Result<$of, ()> {
                $value
            }
        };
    }
    operation!(fails, "items_macro_fails", Err(()), u8);
    operation!(works, "items_macro_works", Ok("x"), &'static str);

    let local = Local::new();
    assert_eq!(local.run(|| (fails(), works())), (Err(()), Ok("x")));
    assert_eq!(local.calls("items_macro_fails"), Calls { error: 1, ..Calls::NONE });
    assert_eq!(local.calls("items_macro_works"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn skip_excludes_a_function() {
    #[instrumented(skip)]
    fn skipped() -> u8 {
        1
    }

    let local = Local::new();
    assert_eq!(local.run(skipped), 1);
    let exposition = local.read();
    let functions = exposition.find("function_calls_total").map(|family| &family.samples);
    let of_skipped = |sample: &metrics_instrumented_tests::Sample| sample.labels["function"] == "skipped";
    assert!(!functions.into_iter().flatten().any(of_skipped));
}
