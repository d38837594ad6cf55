//! Every function of a block is found, whatever stands around it.

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local};

/// Rows of a name, items, and a call of the function `counted` among them. The items are in a module, once as they are and once as fragments
/// of a macro; all but `counted` are not called.
macro_rules! items {
    ($($row:ident { $($items:item)* } $call:expr;)*) => {
        $(
            #[allow(dead_code, unreachable_pub, unused_braces, unused_imports, unused_macros, clippy::all, clippy::pedantic, reason = "one example of each kind of item")]
            mod $row {
                use super::*;

                #[instrumented(name = "scope_items")]
                mod block {
                    use super::*;

                    $($items)*
                }

                #[test]
                fn is_counted_once() {
                    let local = Local::new();
                    local.run(|| {
                        use block::*;
                        $call;
                    });
                    let exposition = local.read();
                    assert_eq!(exposition.label_values("scope_items_total", "function"), ["counted"]);
                    assert_eq!(local.calls_with("scope_items", &[("function", "counted")]), Calls { ok: 1, ..Calls::NONE });
                }
            }
        )*
    };
}

items! {
    alone { pub fn counted() {} } counted();
    behind_default_type { pub struct Page<T = u32> { pub items: Vec<T> } pub fn counted() {} } counted();
    behind_default_of_tuple { pub struct Page<T = u32>(pub T); pub fn counted() {} } counted();
    behind_default_constant { pub struct Page<const N: usize = { 1 + 1 }> { pub items: [u8; N] } pub fn counted() {} } counted();
    behind_default_of_enum { pub enum Either<A = u8, B = Vec<A>> { A(A), B { b: B } } pub fn counted() {} } counted();
    behind_default_of_union { pub union Bits<T: Copy = u8> { pub a: T } pub fn counted() {} } counted();
    behind_default_of_trait { pub trait Store<T = u8> { fn put(&self, item: T); } pub fn counted() {} } counted();
    behind_bound { pub struct Page<T> where T: Iterator<Item = u8> { pub items: T } pub fn counted() {} } counted();
    behind_closure_bound { pub struct Page<F> where F: Fn() -> u8 { pub f: F } pub fn counted() {} } counted();
    behind_constant_with_block { pub const N: usize = { const fn inner() -> usize { 1 } inner() }; pub fn counted() {} } counted();
    behind_anonymous_constant { const _: () = { struct Hidden; impl Hidden { fn hidden() {} } }; pub fn counted() {} } counted();
    behind_comparison { pub const SMALLER: bool = 1 < 2; pub fn counted() {} } counted();
    behind_static_with_block { pub static WORDS: [&str; { 1 + 1 }] = { ["a", "b"] }; pub fn counted() {} } counted();
    behind_alias { pub type Page<T = u8> = Vec<T>; pub fn counted() {} } counted();
    behind_macro_definition { macro_rules! local { () => { fn local() {} }; } pub fn counted() {} } counted();
    behind_unit { pub struct Unit; pub fn counted() {} } counted();
    behind_macro_call { thread_local! { static CELL: u8 = const { 1 } } pub fn counted() {} } counted();
    behind_constant_function { pub const fn constant<const N: usize>() -> [u8; N] { [0; N] } pub fn counted() {} } counted();
    behind_skipped { #[instrumented(skip)] pub fn skipped() {} pub fn counted() {} } { counted(); skipped() };
    behind_skipped_macro { #[instrumented(skip)] make_function! { made } pub fn counted() {} } { counted(); made() };
    with_attributes { #[inline] #[doc(hidden)] #[must_use] pub fn counted() -> u8 { 1 } } assert_eq!(counted(), 1);
    deep { pub mod a { pub mod b { pub fn counted() {} } } } block::a::b::counted();
    with_restricted_visibility { pub(in super::super) fn counted() {} } counted();
    with_bounds { pub fn counted<T: IntoIterator<Item = u8>>(items: T) -> impl Iterator<Item = u8> where T: Clone { items.into_iter() } } drop(counted([1]));
    with_constant_in_type { pub struct Sized2<const N: usize>; pub fn counted() -> Sized2<{ 1 + 1 }> { Sized2 } } drop(counted());
}

macro_rules! make_function {
    ($name:ident) => {
        pub fn $name() {}
    };
}
use make_function;

macro_rules! methods {
    ($ty:ident { $($method:item)* }) => {
        #[instrumented(name = "scope_methods")]
        impl $ty {
            $($method)*
        }
    };
}

struct Thing;

methods! {
    Thing {
        const LIMIT: usize = { 1 + 1 };
        pub(crate) fn first(&self) -> usize { Self::LIMIT }
        #[inline]
        pub(crate) fn second<T: Iterator<Item = u8>>(&self, items: T) -> usize { items.count() }
    }
}

macro_rules! methods_with_visibility {
    ($ty:ty { $($vis:vis fn $name:ident() -> $returned:ty $body:block)* }) => {
        #[instrumented(name = "scope_methods")]
        impl $ty {
            $($vis fn $name() -> $returned $body)*
        }
    };
}

methods_with_visibility! {
    Thing {
        fn private() -> u8 { 1 }
        pub(crate) fn public() -> Vec<u8> { vec![1] }
    }
}

#[test]
fn methods_out_of_fragments_are_counted() {
    let local = Local::new();
    local.run(|| {
        assert_eq!((Thing.first(), Thing.second([1u8].into_iter())), (2, 1));
        assert_eq!((Thing::private(), Thing::public().len()), (1, 1));
    });
    let exposition = local.read();
    let functions = ["Thing::first", "Thing::private", "Thing::public", "Thing::second"];
    assert_eq!(exposition.label_values("scope_methods_total", "function"), functions);
    for function in functions {
        assert_eq!(local.calls_with("scope_methods", &[("function", function)]), Calls { ok: 1, ..Calls::NONE });
    }
}

/// Default methods are the functions of a trait; what implementations do instead is theirs.
#[instrumented(name = "scope_traits")]
trait Store<T = u8>
where
    T: Clone,
{
    type Key: Default;
    const LIMIT: usize = { 2 };

    fn get(&self) -> Option<T>;

    fn is_full(&self) -> bool {
        self.count() >= Self::LIMIT
    }

    #[instrumented(labels(many: bool = true))]
    fn count(&self) -> usize {
        usize::from(self.get().is_some())
    }

    #[instrumented(skip)]
    fn quiet(&self) -> bool {
        true
    }

    async fn later(&self) -> Result<T, ()> {
        self.get().ok_or(())
    }
}

impl Store for Thing {
    type Key = u8;

    fn get(&self) -> Option<u8> {
        None
    }
}

struct Other;

impl Store for Other {
    type Key = u8;

    fn get(&self) -> Option<u8> {
        Some(1)
    }

    fn is_full(&self) -> bool {
        true
    }
}

#[test]
fn default_methods_of_a_trait_are_counted() {
    let local = Local::new();
    local.run(|| {
        assert!(!Thing.is_full() && Other.is_full() && Thing.quiet());
        assert_eq!(futures::executor::block_on(Thing.later()), Err(()));
        assert_eq!(futures::executor::block_on(Other.later()), Ok(1));
    });
    let exposition = local.read();
    assert_eq!(
        exposition.label_values("scope_traits_total", "function"),
        ["Store::count", "Store::is_full", "Store::later"]
    );
    let calls = |function: &str| local.calls_with("scope_traits", &[("function", function)]);
    assert_eq!(calls("Store::is_full"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(calls("Store::later"), Calls { ok: 1, error: 1, ..Calls::NONE });
}
