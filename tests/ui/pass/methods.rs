//! Methods with every receiver, associated functions, methods of traits and of their implementations.

#[path = "../support.rs"]
mod support;

use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use metrics_instrumented::instrumented;
use support::{assert_ended, recorded};

#[derive(Clone, Debug, Default, PartialEq)]
struct Account {
    cents: u64,
}

impl Account {
    const LIMIT: u64 = 1_000;

    #[instrumented(name = "opened")]
    fn open(cents: u64) -> Result<Self, u64> {
        if cents > Self::LIMIT { Err(Self::LIMIT) } else { Ok(Self { cents }) }
    }

    #[instrumented(name = "shared")]
    fn cents(&self) -> Option<&u64> {
        Some(&self.cents)
    }

    #[instrumented(name = "exclusive")]
    fn cents_mut(&mut self) -> Result<&mut u64, ()> {
        Ok(&mut self.cents)
    }

    #[instrumented(name = "exclusive_units")]
    fn deposit(&mut self, cents: u64) {
        self.cents += cents;
    }

    #[instrumented(name = "owned")]
    fn close(self) -> Option<u64> {
        Some(self.cents)
    }

    #[instrumented(name = "mutable_owned")]
    fn with(mut self, cents: u64) -> Self {
        self.cents = cents;
        self
    }

    #[instrumented(name = "boxed")]
    fn boxed(self: Box<Self>) -> Option<Box<Self>> {
        Some(self)
    }

    #[instrumented(name = "counted")]
    fn counted(self: Rc<Self>) -> Result<Rc<Self>, ()> {
        Ok(self)
    }

    #[instrumented(name = "atomically_counted")]
    fn atomically_counted(self: &Arc<Self>) -> Result<Arc<Self>, ()> {
        Ok(Arc::clone(self))
    }

    #[instrumented(name = "pinned")]
    fn pinned(self: Pin<&mut Self>) -> Option<&mut u64> {
        Some(&mut self.get_mut().cents)
    }

    #[instrumented(name = "mutable_pinned")]
    fn mutably_pinned(mut self: Pin<&mut Self>, cents: u64) -> Option<u64> {
        self.cents = cents;
        Some(self.as_ref().cents)
    }

    #[instrumented(name = "with_lifetime")]
    fn with_lifetime<'a>(&'a self, other: &'a Self) -> Result<&'a Self, &'a Self> {
        if self.cents > other.cents { Ok(self) } else { Err(other) }
    }

    #[instrumented(name = "typed_self")]
    fn typed(self: &Self) -> Result<u64, ()> {
        Ok(self.cents)
    }

    #[instrumented(name = "closures_over_self")]
    fn closure_over_self<'a>(&'a mut self) -> impl FnMut(u64) -> u64 + use<'a> {
        move |cents| {
            self.cents += cents;
            self.cents
        }
    }

    #[instrumented(name = "iterators_over_self")]
    fn digits(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        (0..4).map(|at| (self.cents / 10u64.pow(at) % 10) as u32)
    }
}

struct Stack<T, const N: usize>(Vec<T>);

impl<T: Clone, const N: usize> Stack<T, N>
where
    T: PartialEq,
{
    #[instrumented(name = "generic_methods")]
    fn push<U>(&mut self, value: U) -> Result<&T, U>
    where
        U: Into<T>,
    {
        if self.0.len() == N {
            return Err(value);
        }
        self.0.push(value.into());
        Ok(self.0.last().unwrap())
    }
}

impl<T, const N: usize> Deref for Stack<T, N> {
    type Target = Vec<T>;

    #[instrumented(name = "derefs")]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for Stack<T, N> {
    #[instrumented(name = "mutable_derefs")]
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

trait Shape {
    const SIDES: u32;
    type Size: Default;

    fn area(&self) -> Result<f64, Self::Size>;

    #[instrumented(name = "default_methods")]
    fn twice(&self) -> Result<f64, Self::Size> {
        Ok(self.area()? * 2.0)
    }

    #[instrumented(name = "default_functions")]
    fn sides() -> u32
    where
        Self: Sized,
    {
        Self::SIDES
    }

    #[instrumented(name = "default_owned_methods")]
    fn into_size(self) -> Option<Self::Size>
    where
        Self: Sized,
    {
        Some(Self::Size::default())
    }
}

struct Square(f64);

impl Shape for Square {
    const SIDES: u32 = 4;
    type Size = u8;

    #[instrumented(name = "implemented_methods")]
    fn area(&self) -> Result<f64, Self::Size> {
        if self.0 < 0.0 {
            return Err(1);
        }
        Ok(self.0 * self.0)
    }
}

trait Object {
    #[instrumented(name = "object_safe")]
    fn id(&self) -> Option<u32> {
        Some(7)
    }
}

impl Object for Square {}

impl Drop for Account {
    #[instrumented(name = "dropped")]
    fn drop(&mut self) {
        self.cents = 0;
    }
}

impl Iterator for Square {
    type Item = f64;

    #[instrumented(name = "steps")]
    fn next(&mut self) -> Option<f64> {
        self.0 -= 1.0;
        (self.0 > 0.0).then_some(self.0)
    }
}

fn main() {
    let exposition = recorded(|| {
        let mut account = Account::open(5).unwrap();
        assert_eq!(Account::open(5_000), Err(1_000));
        assert_eq!(account.cents(), Some(&5));
        *account.cents_mut().unwrap() += 1;
        account.deposit(4);
        assert_eq!(account.cents, 10);
        account = Box::new(account).boxed().map(|account| *account).unwrap();
        assert_eq!(Rc::new(account.clone()).counted().unwrap().cents, 10);
        assert_eq!(Arc::new(account.clone()).atomically_counted().unwrap().cents, 10);
        *Pin::new(&mut account).pinned().unwrap() = 20;
        assert_eq!(Pin::new(&mut account).mutably_pinned(30), Some(30));
        assert_eq!(account.with_lifetime(&Account { cents: 40 }), Err(&Account { cents: 40 }));
        assert_eq!(account.typed(), Ok(30));
        assert_eq!(account.closure_over_self()(2), 32);
        assert!(account.digits().rev().eq([0, 0, 3, 2]));
        assert_eq!(account.with(7).close(), Some(7));

        let mut stack = Stack::<u64, 1>(Vec::new());
        assert_eq!(stack.push(1u32), Ok(&1));
        assert_eq!(stack.push(2u8), Err(2));
        stack.clear();
        assert_eq!(stack.len(), 0);

        assert_eq!(Square(2.0).twice(), Ok(8.0));
        assert_eq!(Square(-1.0).twice(), Err(1));
        assert_eq!(Square::sides(), 4);
        assert_eq!(Square(1.0).into_size(), Some(0));
        let object: Box<dyn Object> = Box::new(Square(0.0));
        assert_eq!(object.id(), Some(7));
        assert_eq!(Square(3.0).collect::<Vec<_>>(), [2.0, 1.0]);
    });
    for (name, expected) in [
        ("opened", [1.0, 1.0, 0.0, 0.0]),
        ("shared", [1.0, 0.0, 0.0, 0.0]),
        ("exclusive", [1.0, 0.0, 0.0, 0.0]),
        ("exclusive_units", [1.0, 0.0, 0.0, 0.0]),
        ("owned", [1.0, 0.0, 0.0, 0.0]),
        ("mutable_owned", [1.0, 0.0, 0.0, 0.0]),
        ("boxed", [1.0, 0.0, 0.0, 0.0]),
        ("counted", [1.0, 0.0, 0.0, 0.0]),
        ("atomically_counted", [1.0, 0.0, 0.0, 0.0]),
        ("pinned", [1.0, 0.0, 0.0, 0.0]),
        ("mutable_pinned", [1.0, 0.0, 0.0, 0.0]),
        ("with_lifetime", [0.0, 1.0, 0.0, 0.0]),
        ("typed_self", [1.0, 0.0, 0.0, 0.0]),
        ("closures_over_self", [1.0, 0.0, 0.0, 0.0]),
        ("iterators_over_self", [1.0, 0.0, 0.0, 0.0]),
        ("generic_methods", [1.0, 1.0, 0.0, 0.0]),
        ("derefs", [1.0, 0.0, 0.0, 0.0]),
        ("mutable_derefs", [1.0, 0.0, 0.0, 0.0]),
        ("default_methods", [1.0, 1.0, 0.0, 0.0]),
        ("default_functions", [1.0, 0.0, 0.0, 0.0]),
        ("default_owned_methods", [1.0, 0.0, 0.0, 0.0]),
        ("implemented_methods", [1.0, 1.0, 0.0, 0.0]),
        ("object_safe", [1.0, 0.0, 0.0, 0.0]),
        ("steps", [3.0, 0.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
    assert!(support::ended(&exposition, "dropped", "ok") > Some(0.0));
}
