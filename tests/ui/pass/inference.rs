//! What the compiler infers and coerces in a plain function, it infers and coerces here.

#[path = "../support.rs"]
mod support;

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::fmt::{Debug, Display};
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;

use futures::executor::block_on;
use futures::future::{BoxFuture, Either};
use metrics_instrumented::instrumented;
use support::{assert_ended, recorded};

// Coercions, with and without an early return.

#[instrumented(name = "boxed_trait_objects")]
fn boxed_trait_object(early: bool) -> Box<dyn Display> {
    if early {
        return Box::new(1);
    }
    Box::new("two")
}

#[instrumented(name = "arcs")]
fn arc(early: bool) -> Arc<dyn Any + Send + Sync> {
    if early {
        return Arc::new(1u8);
    }
    Arc::new("two")
}

#[instrumented(name = "results_of_trait_objects")]
fn result_of_trait_object(n: u32) -> Result<Box<dyn Debug>, Box<dyn Error>> {
    match n {
        0 => return Err(Box::new(std::fmt::Error)),
        1 => return Ok(Box::new(n)),
        _ => {}
    }
    if n == 2 {
        return Err("two".into());
    }
    Ok(Box::new("more"))
}

/// A closure that is inferred without its trait takes one lifetime only.
#[instrumented(name = "closures_of_every_lifetime")]
fn closure_of_every_lifetime(_: &mut ()) -> impl for<'a> FnMut(&'a [u8]) -> Result<&'a [u8], String> + use<> {
    move |input| Ok(&input[1..])
}

#[instrumented(name = "references_to_trait_objects")]
fn reference_to_trait_object<'a>(early: bool, text: &'a String) -> &'a dyn Display {
    if early {
        return &1;
    }
    text
}

#[instrumented(name = "unsized_slices")]
fn slice(early: bool) -> &'static [u32] {
    if early {
        return &[1];
    }
    &[1, 2]
}

#[instrumented(name = "deref_coercions")]
fn text(owned: &String, early: bool) -> &str {
    if early {
        return owned;
    }
    &owned[1..]
}

#[instrumented(name = "optional_trait_objects")]
fn optional(early: bool) -> Option<&'static dyn Debug> {
    if early {
        return Some(&"a");
    }
    Some(&1)
}

#[instrumented(name = "never_to_any")]
fn never(fail: bool) -> Result<std::convert::Infallible, u32> {
    if fail {
        return Err(1);
    }
    loop {
        return Err(2);
    }
}

// Inference from the return type.

#[instrumented(name = "collections")]
fn collect(words: &[&str]) -> Result<Vec<u32>, std::num::ParseIntError> {
    words.iter().map(|word| word.parse()).collect()
}

#[instrumented(name = "trees")]
fn tree(n: u32) -> BTreeMap<u32, HashSet<u32>> {
    (0..n).map(|n| (n, (0..n).collect())).collect()
}

#[instrumented(name = "conversions")]
fn into(n: u8) -> u64 {
    n.into()
}

#[instrumented(name = "converted_strings")]
fn into_string(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(Default::default());
    }
    Some(text.into())
}

#[instrumented(name = "sums")]
fn sum(values: &[u32]) -> Result<u32, ()> {
    Ok(values.iter().sum())
}

#[instrumented(name = "parsed")]
fn parse<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}

#[instrumented(name = "cows")]
fn cow(text: &str) -> Cow<'_, str> {
    if text.len() > 1 {
        return text.to_uppercase().into();
    }
    text.into()
}

#[instrumented(name = "closures_of_inferred_types")]
fn closure(early: bool) -> Box<dyn for<'a> Fn(&'a str) -> &'a str> {
    if early {
        return Box::new(|text| text);
    }
    Box::new(|text| &text[1..])
}

#[instrumented(name = "empty_collections")]
fn empty() -> Option<Vec<u8>> {
    let mut values = Vec::new();
    values.truncate(0);
    Some(values)
}

#[instrumented(name = "ambiguous_errors")]
fn question_mark_without_context(fail: bool) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let check = |fail| if fail { Err("no")? } else { Ok(1) };
    check(fail)
}

#[instrumented(name = "numbers")]
fn literal() -> u8 {
    let n = 255;
    n
}

// The same asynchronously.

#[instrumented(name = "async_trait_objects")]
async fn async_trait_object(early: bool) -> Box<dyn Display> {
    if early {
        return Box::new(1);
    }
    ready(()).await;
    Box::new("two")
}

#[instrumented(name = "async_results")]
async fn async_result(n: u32) -> Result<Box<dyn Debug>, Box<dyn Error>> {
    if n == 0 {
        return Err("zero".into());
    }
    let n: u32 = ready(n.to_string()).await.parse()?;
    if n == 1 {
        return Ok(Box::new("one"));
    }
    Ok(Box::new(n))
}

#[instrumented(name = "async_collections")]
async fn async_collect(words: &[&str]) -> Result<Vec<u32>, std::num::ParseIntError> {
    words.iter().map(|word| word.parse()).collect()
}

#[instrumented(name = "async_units")]
async fn async_unit(early: bool) {
    if early {
        return;
    }
    ready(()).await
}

#[instrumented(name = "async_generics")]
async fn async_parse<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}

#[instrumented(name = "future_results")]
fn future(n: u32) -> impl Future<Output = Result<Box<dyn Debug>, Box<dyn Error>>> {
    async move {
        if n == 0 {
            return Err("zero".into());
        }
        Err(std::io::Error::other("one"))?;
        Ok(Box::new(n) as _)
    }
}

#[instrumented(name = "either_futures")]
fn either(n: u32) -> impl Future<Output = u32> {
    if n == 0 {
        return Either::Left(ready(0));
    }
    Either::Right(async move { n.into() })
}

#[instrumented(name = "boxed_results")]
fn boxed(n: u32) -> Pin<Box<dyn Future<Output = Result<Vec<u32>, Box<dyn Error>>>>> {
    if n == 0 {
        return Box::pin(async { Err("zero")? });
    }
    Box::pin(async move { Ok((0..n).collect()) })
}

#[instrumented(name = "box_future_results")]
fn box_future<'a>(text: &'a str) -> BoxFuture<'a, Result<Box<dyn Display + Send + 'a>, Box<dyn Error + Send + Sync>>> {
    Box::pin(async move {
        if text.is_empty() {
            Err("empty")?;
        }
        Ok(Box::new(text) as Box<dyn Display + Send>)
    })
}

// Borrows that are split in a plain function are split here.

struct Pair {
    left: Vec<u32>,
    right: Rc<u32>,
}

#[instrumented(name = "partial_moves")]
fn partial_move(pair: Pair) -> Option<(Vec<u32>, u32)> {
    let left = pair.left;
    let right = pair.right;
    Some((left, *right))
}

#[instrumented(name = "reborrows")]
fn reborrow(values: &mut Vec<u32>) -> Result<&mut [u32], ()> {
    values.push(1);
    let values = values;
    values.push(2);
    Ok(&mut values[1..])
}

#[instrumented(name = "reborrows_of_a_place")]
fn last_or_insert<'a>(map: &'a mut BTreeMap<u32, u32>, key: &u32) -> &'a mut u32 {
    if map.contains_key(key) {
        return map.get_mut(key).unwrap();
    }
    map.entry(*key).or_default()
}

#[instrumented(name = "deferred")]
fn deferred(n: u32) -> Option<&'static str> {
    let text;
    if n > 1 {
        text = "many";
    } else {
        text = "few";
    }
    Some(text)
}

fn main() {
    let exposition = recorded(|| {
        assert_eq!(boxed_trait_object(true).to_string() + &boxed_trait_object(false).to_string(), "1two");
        assert!(arc(true).is::<u8>() && arc(false).is::<&str>());
        assert_eq!(format!("{:?}", result_of_trait_object(3).unwrap()), "\"more\"");
        assert_eq!(format!("{:?}", result_of_trait_object(1).unwrap()), "1");
        assert!(result_of_trait_object(0).is_err() && result_of_trait_object(2).is_err());
        assert_eq!(reference_to_trait_object(true, &"a".into()).to_string(), "1");
        assert_eq!(reference_to_trait_object(false, &"a".into()).to_string(), "a");
        assert_eq!(slice(true).len() + slice(false).len(), 3);
        assert_eq!(text(&"ab".to_owned(), true), "ab");
        assert_eq!(format!("{:?}{:?}", optional(true).unwrap(), optional(false).unwrap()), "\"a\"1");
        assert_eq!((never(true), never(false)), (Err(1), Err(2)));
        assert_eq!(collect(&["1", "2"]), Ok(vec![1, 2]));
        assert!(collect(&["x"]).is_err());
        assert_eq!(tree(3).len(), 3);
        assert_eq!(into(3), 3);
        assert_eq!(into_string("a").unwrap() + &into_string("").unwrap(), "a");
        assert_eq!(sum(&[1, 2]), Ok(3));
        assert_eq!(parse::<i64>("-3"), Ok(-3));
        assert!(parse::<char>("ab").is_err());
        assert_eq!(cow("ab") + cow("a"), "ABa");
        assert_eq!(closure(false)("ab").len() + closure(true)("ab").len(), 3);
        assert_eq!(closure_of_every_lifetime(&mut ())(b"ab"), Ok(&b"b"[..]));
        assert_eq!(empty(), Some(Vec::new()));
        assert!(question_mark_without_context(true).is_err() && question_mark_without_context(false).is_ok());
        assert_eq!(literal(), 255);
        block_on(async {
            assert_eq!(async_trait_object(true).await.to_string() + &async_trait_object(false).await.to_string(), "1two");
            assert!(async_result(0).await.is_err() && async_result(1).await.is_ok() && async_result(2).await.is_ok());
            assert_eq!(async_collect(&["1"]).await, Ok(vec![1]));
            async_unit(true).await;
            async_unit(false).await;
            assert_eq!(async_parse::<u8>("3").await, Ok(3));
            assert!(future(0).await.is_err() && future(1).await.is_err());
            assert_eq!(either(0).await + either(2).await, 2);
            assert!(boxed(0).await.is_err());
            assert_eq!(boxed(2).await.unwrap(), [0, 1]);
            assert!(box_future("").await.is_err());
            assert_eq!(box_future("a").await.unwrap().to_string(), "a");
        });
        assert_eq!(partial_move(Pair { left: vec![1], right: Rc::new(2) }), Some((vec![1], 2)));
        assert_eq!(reborrow(&mut vec![0]), Ok(&mut [1, 2][..]));
        let mut map = BTreeMap::from([(1, 1)]);
        *last_or_insert(&mut map, &1) += 1;
        *last_or_insert(&mut map, &2) += 1;
        assert_eq!(map, BTreeMap::from([(1, 2), (2, 1)]));
        assert_eq!(deferred(2), Some("many"));
    });
    for (name, expected) in [
        ("boxed_trait_objects", [2.0, 0.0, 0.0, 0.0]),
        ("results_of_trait_objects", [2.0, 2.0, 0.0, 0.0]),
        ("never_to_any", [0.0, 2.0, 0.0, 0.0]),
        ("collections", [1.0, 1.0, 0.0, 0.0]),
        ("parsed", [1.0, 1.0, 0.0, 0.0]),
        ("ambiguous_errors", [1.0, 1.0, 0.0, 0.0]),
        ("async_results", [2.0, 1.0, 0.0, 0.0]),
        ("async_units", [2.0, 0.0, 0.0, 0.0]),
        ("future_results", [0.0, 2.0, 0.0, 0.0]),
        ("either_futures", [2.0, 0.0, 0.0, 0.0]),
        ("boxed_results", [1.0, 1.0, 0.0, 0.0]),
        ("box_future_results", [1.0, 1.0, 0.0, 0.0]),
        ("closures_of_every_lifetime", [1.0, 0.0, 0.0, 0.0]),
        ("partial_moves", [1.0, 0.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
}
