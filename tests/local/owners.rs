//! Methods of different types are different functions, though their names are the same.

use std::fmt::{self, Display};

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local};

struct Db;
struct Cache<T>(T);
struct Row<'a>(&'a str);

#[instrumented(namespace = "owners")]
impl Db {
    fn new() -> Self {
        Self
    }
}

#[instrumented(namespace = "owners")]
impl<T: Clone> Cache<T> {
    fn new(item: T) -> Self {
        Self(item)
    }
}

#[instrumented(namespace = "owners")]
impl Cache<u8> {
    fn get(&self) -> u8 {
        self.0
    }
}

#[instrumented(namespace = "owners")]
impl Cache<String> {
    fn get(&self) -> &str {
        &self.0
    }
}

#[instrumented(namespace = "owners")]
impl<'a> Row<'a> {
    fn new(text: &'a str) -> Self {
        Self(text)
    }
}

#[instrumented(namespace = "owners")]
impl Display for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("db")
    }
}

#[instrumented(namespace = "owners")]
impl<T: Display> Display for Cache<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[instrumented(namespace = "owners")]
impl From<u8> for Db {
    fn from(_: u8) -> Self {
        Self
    }
}

#[instrumented(namespace = "owners")]
impl From<Row<'_>> for Db {
    fn from(_: Row<'_>) -> Self {
        Self
    }
}

trait Size {
    fn size(&self) -> usize;
}

#[instrumented(namespace = "owners")]
impl<T> Size for [T] {
    fn size(&self) -> usize {
        self.len()
    }
}

#[instrumented(namespace = "owners")]
impl Size for (u8, &str) {
    fn size(&self) -> usize {
        self.1.len()
    }
}

/// Where the attribute cannot see the type, `of` declares it.
impl Db {
    #[instrumented(namespace = "owners", of = Db)]
    fn open() {}
}

impl Cache<u8> {
    #[instrumented(namespace = "owners", of = Cache<u8>)]
    fn open() {}
}

impl Drop for Db {
    #[instrumented(namespace = "owners", of = <Db as Drop>)]
    fn drop(&mut self) {}
}

#[instrumented(namespace = "owners")]
mod inside {
    pub(super) struct Table;

    impl Table {
        pub(super) fn new() -> Self {
            Self
        }
    }

    impl super::Size for Table {
        fn size(&self) -> usize {
            0
        }
    }

    #[super::instrumented(of = Renamed)]
    impl super::Row<'_> {
        pub(super) fn text(&self) -> &str {
            self.0
        }
    }

    pub(super) fn new() -> Table {
        Table::new()
    }
}

#[test]
fn methods_of_different_types_are_counted_apart() {
    let local = Local::new();
    local.run(|| {
        let (db, cache) = (Db::new(), Cache::new(1u8));
        assert_eq!(format!("{db}{cache}{}", Cache::new("b".to_owned())), "db1b");
        assert_eq!((cache.get(), Cache::new("b".to_owned()).get()), (1, "b"));
        drop(Db::from(1));
        drop(Db::from(Row::new("a")));
        assert_eq!(([1].size(), (1, "a").size()), (1, 1));
        Db::open();
        Cache::open();
        assert_eq!((inside::new().size(), Row::new("b").text()), (0, "b"));
    });
    let expected = [
        ("<(u8, &str) as Size>::size", 1),
        ("<Cache as Display>::fmt", 2),
        ("<Db as Display>::fmt", 1),
        ("<Db as Drop>::drop", 3),
        ("<Db as From<Row>>::from", 1),
        ("<Db as From<u8>>::from", 1),
        ("<Table as super::Size>::size", 1),
        ("<[T] as Size>::size", 1),
        ("Cache::new", 3),
        ("Cache<String>::get", 1),
        ("Cache<u8>::get", 1),
        ("Cache<u8>::open", 1),
        ("Db::new", 1),
        ("Db::open", 1),
        ("Renamed::text", 1),
        ("Row::new", 2),
        ("Table::new", 1),
        ("new", 1),
    ];
    let exposition = local.read();
    let functions = exposition.label_values("owners_function_calls_total", "function");
    assert_eq!(functions, expected.map(|(function, _)| function));
    for (function, calls) in expected {
        let module = if ["<Table", "Renamed", "Table", "new"].iter().any(|inside| function.starts_with(inside)) {
            concat!(module_path!(), "::inside")
        } else {
            module_path!()
        };
        let counted = local.calls_with("owners_function_calls", &[("module", module), ("function", function)]);
        assert_eq!(counted, Calls { ok: calls, ..Calls::NONE }, "{function}");
    }
}
