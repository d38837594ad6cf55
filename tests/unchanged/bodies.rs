//! Functions of every shape with one fault each: a table of shapes, a table of faults, and their product.

use std::fmt::Write;

use crate::twice::ATTRIBUTE;

/// A shape of function: what stands before the fault, and what after it. `NAME` is the function's name.
struct Shape {
    name: &'static str,
    before: &'static str,
    after: &'static str,
}

/// All have two arguments, `text` and `list`, one of them `mut`, which the faults may use or not.
const SHAPES: [Shape; 15] = [
    Shape { name: "plain", before: "fn NAME(text: String, mut list: Vec<u32>) {", after: "}" },
    Shape {
        name: "value",
        before: "fn NAME(text: String, mut list: Vec<u32>) -> Option<u32> {",
        after: "    Some(1)\n}",
    },
    Shape {
        name: "fallible",
        before: "fn NAME(text: String, mut list: Vec<u32>) -> Result<u32, ParseIntError> {\n    let number: u32 = \"1\".parse()?;",
        after: "    Ok(number)\n}",
    },
    Shape {
        name: "generic",
        before: "fn NAME<T: Clone, const N: usize>(value: &T, text: String, mut list: Vec<u32>) -> Result<T, [u32; N]> {",
        after: "    Ok(value.clone())\n}",
    },
    Shape {
        name: "borrowing",
        before: "fn NAME<'a>(first: &'a mut u32, text: String, mut list: Vec<u32>) -> Option<&'a mut u32> {",
        after: "    Some(first)\n}",
    },
    Shape {
        name: "iterator",
        before: "fn NAME(text: String, mut list: Vec<u32>) -> impl Iterator<Item = u32> {",
        after: "    [1, 2].into_iter()\n}",
    },
    Shape {
        name: "method",
        before: "impl Service {\n    fn NAME(&mut self, text: String, mut list: Vec<u32>) -> Option<&mut u32> {",
        after: "        Some(&mut self.0)\n    }\n}",
    },
    Shape {
        name: "provided",
        before: "trait PTrait {\n    fn NAME(&self, text: String, mut list: Vec<u32>) -> Result<u32, String> {",
        after: "        Ok(1)\n    }\n}\nimpl PTrait for Service {}",
    },
    Shape {
        name: "asynchronous",
        before: "async fn NAME(text: String, mut list: Vec<u32>) {",
        after: "    ready(()).await;\n}",
    },
    Shape {
        name: "asynchronous_value",
        before: "async fn NAME(text: String, mut list: Vec<u32>) -> Result<u32, ParseIntError> {\n    let number = \"1\".parse::<u32>()?;",
        after: "    Ok(ready(number).await)\n}",
    },
    Shape {
        name: "asynchronous_pattern",
        before: "async fn NAME((text, mut list): (String, Vec<u32>)) -> Option<u32> {",
        after: "    ready(Some(1)).await\n}",
    },
    Shape {
        name: "asynchronous_method",
        before: "impl Service {\n    async fn NAME(&self, text: String, mut list: Vec<u32>) -> Option<&u32> {",
        after: "        ready(Some(&self.0)).await\n    }\n}",
    },
    Shape {
        name: "asynchronous_generic",
        before: "async fn NAME<'a, T: Clone>(value: &'a T, text: String, mut list: Vec<u32>) -> Option<&'a T> {",
        after: "    ready(Some(value)).await\n}",
    },
    Shape {
        name: "future",
        before: "fn NAME(text: String, mut list: Vec<u32>) -> impl Future<Output = Option<u32>> {\n    async move {",
        after: "        ready(Some(1)).await\n    }\n}",
    },
    Shape {
        name: "boxed_future",
        before: "fn NAME(text: String, mut list: Vec<u32>) -> Pin<Box<dyn Future<Output = Option<u32>>>> {\n    Box::pin(async move {",
        after: "        ready(Some(1)).await\n    })\n}",
    },
];

/// A fault, as statements of a body.
struct Fault {
    /// What the compiler calls it.
    code: &'static str,
    body: &'static str,
}

/// What uses the arguments where that is not the fault.
const USED: &str = "list.push(1); drop((text, list));";

const fn fault(code: &'static str, body: &'static str) -> Fault {
    Fault { code, body }
}

/// Names that cannot be resolved: the compiler stops there.
const NAMES: &[Fault] = &[
    fault("E0425", "drop(missing);"),
    fault("E0425", "missing(1);"),
    fault("E0425", "let _: Missing = 1;"),
    fault("E0433", "std::missing::call();"),
    fault("", "missing!();"),
    fault("E0426", "loop { break 'missing; }"),
    fault("E0261", "let _: &'missing str = \"\";"),
    fault("E0434", "fn inner() -> usize { text.len() }"),
];

/// Types that do not fit.
const TYPES: &[Fault] = &[
    fault("E0308", "let _: u32 = \"text\";"),
    fault("E0308", "takes(\"text\");"),
    fault("E0061", "takes(1, 2);"),
    fault("E0308", "return 'x';"),
    fault("E0277", "Err::<u32, Vec<u8>>(Vec::new())?;"),
    fault("E0277", "text.len()?;"),
    fault("E0599", "text.missing();"),
    fault("E0609", "drop(text.missing);"),
    fault("E0277", "show(Service(1));"),
    fault("E0308", "let _ = if list.is_empty() { 1 } else { \"text\" };"),
    fault("E0004", "match list.len() { 0 => 1 };"),
    fault("E0308", "if list.len() { }"),
    fault("E0284", "let _ = \"1\".parse().unwrap();"),
    fault("E0282", "let nothing = None;"),
    fault("E0308", "drop(text + 1);"),
    fault("E0277", "drop(list[\"a\"]);"),
    fault("E0605", "drop(text as u32);"),
    fault("E0133", "dangerous();"),
    fault("E0308", "let f = |n: u32| -> u32 { \"text\" };"),
    fault("E0616", "drop(inner::Hidden::new().field);"),
    fault("E0268", "break;"),
    fault("E0728", "let f = || ready(1).await;"),
];

/// Borrows, moves and lifetimes.
const BORROWS: &[Fault] = &[
    fault("E0382", "drop(text); drop(text);"),
    fault("E0382", "for _ in 0..2 { drop(text); }"),
    fault("E0505", "let borrowed = &text; drop(text); drop(borrowed.len());"),
    fault("E0499", "let first = &mut list; let second = &mut list; first.push(1); second.push(2);"),
    fault("E0502", "for n in &list { list.push(*n); }"),
    fault("E0596", "text.push('x');"),
    fault("E0384", "text = String::new();"),
    fault("E0384", "let n = 1; n = 2; drop(n);"),
    fault("E0381", "let n: u32; drop(n);"),
    fault("E0597", "let long; { let short = 1; long = &short; } drop(*long);"),
    fault("E0507", "let borrowed = &text; drop(*borrowed);"),
    fault("E0507", "let strings = vec![text]; drop(strings[0]);"),
    fault("E0382", "let f = move || text.len(); f(); drop(text);"),
    fault("E0597", "let borrowed = &list; std::thread::spawn(move || borrowed.len());"),
    fault("E0373", "std::thread::spawn(|| list.len());"),
];

/// What the compiler and clippy warn of.
const LINTS: &[Fault] = &[
    fault("unused_variables", ""),
    fault("unused_variables", "let unused = 1;"),
    fault("unused_mut", "let mut n = 1; let _ = n;"),
    fault("unused_assignments", "let mut n = 1; n = 2; let _ = n; n = 3;"),
    fault("unused_must_use", "fails();"),
    fault("unused_must_use", "ready(());"),
    fault("unused_must_use", "1 + 1;"),
    fault("dead_code", "fn unused() {}"),
    fault("unused_imports", "use std::collections::HashMap;"),
    fault("unused_labels", "'unused: loop { break; }"),
    fault("unused_braces", "takes({ 1 });"),
    fault("unused_parens", "let n = (1); let _ = n;"),
    fault("unused_unsafe", "let _ = unsafe { 1 };"),
    fault("dead_code", "const UNUSED: u32 = 1;"),
    fault("unused_must_use", "|| 1;"),
    fault("unreachable_code", "return panic!(\"\"); let _ = 1;"),
    fault("unreachable_code", "loop {} let _ = 1;"),
    fault("unreachable_code", "todo!();"),
    fault("unreachable_patterns", "match list.len() { _ => {} 0 => {} }"),
    fault("dead_code", "struct Unused { field: u32 }"),
    fault("deprecated", "old();"),
    fault("overflowing_literals", "let n: u8 = 256;"),
    fault("arithmetic_overflow", "let n = 255u8 + 1; let _ = n;"),
    fault("unconditional_panic", "let n = [1, 2][5]; let _ = n;"),
    fault("unconditional_panic", "let n = 1 / 0; let _ = n;"),
    fault("unused_comparisons", "let _ = list.len() < 0;"),
    fault("irrefutable_let_patterns", "if let n = list.len() { let _ = n; }"),
    fault("non_snake_case", "let Name = 1; let _ = Name;"),
    fault("redundant_semicolons", "let n = 1;; let _ = n;"),
    fault("while_true", "while true { break; }"),
    fault("noop_method_call", "struct Plain; let n = &Plain; let _ = n.clone();"),
    fault("dropping_copy_types", "drop(1);"),
    fault("dropping_references", "drop(&list);"),
    fault("forgetting_copy_types", "std::mem::forget(1);"),
    fault("clippy::self_assignment", "list = list;"),
    fault("clippy::needless_return", "let f = || { return 1; }; let _ = f();"),
    fault("clippy::let_and_return", "let f = |n: u32| { let m = n + 1; m }; let _ = f(1);"),
    fault("clippy::redundant_clone", "let copy = text.clone(); let _ = copy;"),
    fault("clippy::shadow_unrelated", "let text = text; let text = list.len(); let _ = text;"),
    fault("clippy::unwrap_used", "fails().unwrap(); \"1\".parse::<u32>().expect(\"\"); let _ = list[0];"),
    fault("clippy::print_stdout", "println!(\"{}\", 1); dbg!(1); todo!(); unimplemented!(); assert!(true);"),
    fault(
        "clippy::cast_possible_truncation",
        "let n = list.len() as u8 as i64; let f = 1.0f64 as u32; let _ = (n, f);",
    ),
    fault("clippy::unreadable_literal", "let n = 1000000; let f: f32 = 1.; let _ = (n, f, 0xabCd);"),
    fault("clippy::float_cmp", "let _ = 1.0 == list.len() as f64;"),
    fault(
        "clippy::await_holding_lock",
        "let lock = std::sync::Mutex::new(1); let guard = lock.lock().unwrap(); let _ = async { let g = lock.lock().unwrap(); ready(()).await; drop(g); }; drop(guard);",
    ),
    fault("clippy::collapsible_if", "if list.is_empty() { if text.is_empty() { let _ = 1; } }"),
    fault("clippy::needless_borrow", "takes_str(&text.as_str());"),
    fault("clippy::redundant_else", "if list.is_empty() { return todo!(); } else { let _ = 1; }"),
    fault("clippy::large_stack_arrays", "let large = [0u8; 600_000]; let _ = large;"),
    fault("clippy::items_after_statements", "let _ = 1; fn later() {} later();"),
    fault("clippy::match_wild_err_arm", "match fails() { Ok(_) => {} Err(_) => panic!() }"),
    fault("clippy::string_add", "let s = String::from(\"a\") + &\"b\".to_string(); let _ = s.to_string();"),
];

/// A program for each group: every fault in every shape.
pub(crate) fn programs() -> Vec<(String, String)> {
    let groups = [("names", NAMES), ("types", TYPES), ("borrows", BORROWS), ("lints", LINTS)];
    groups.into_iter().map(|(name, faults)| (name.to_owned(), program(faults))).collect()
}

/// Begins the line that tells, in a program, which fault follows.
pub(crate) const MARK: &str = "// fault: ";

fn program(faults: &[Fault]) -> String {
    let mut text = String::from(HEAD);
    for (at, Fault { code, body }) in faults.iter().enumerate() {
        for shape in &SHAPES {
            let name = format!("fault_{at}_{}", shape.name);
            let [before, after] =
                [shape.before, shape.after].map(|part| part.replace("NAME", &name).replace("PTrait", &camel(&name)));
            // The attribute goes on the function, which may be in a block.
            let is_in_block = before.starts_with("impl") || before.starts_with("trait");
            let (block, head) = before.split_once('\n').filter(|_| is_in_block).unwrap_or(("", &before));
            let used = if body.is_empty() || body.contains("text") { "" } else { USED };
            writeln!(text, "{MARK}{code}\n{block}\n{ATTRIBUTE}\n{head}\n{body}\n{used}\n{after}")
                .expect("writing to a string succeeds");
        }
    }
    text
}

fn camel(name: &str) -> String {
    name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// What the faults are about.
const HEAD: &str = r#"//! Every fault in every shape.

#![warn(clippy::pedantic, clippy::nursery, clippy::restriction)]
#![allow(clippy::blanket_clippy_restriction_lints)]

use std::future::{Future, ready};
use std::num::ParseIntError;
use std::pin::Pin;

#[allow(unused_imports)]
use metrics_instrumented::instrumented;

struct Service(u32);

fn takes(_: u32) {}
fn takes_str(_: &str) {}
fn show(_: impl std::fmt::Display) {}
fn fails() -> Result<u32, ParseIntError> {
    "1".parse()
}
unsafe fn dangerous() {}
#[deprecated]
fn old() {}
mod inner {
    pub struct Hidden {
        field: u32,
    }
    impl Hidden {
        pub fn new() -> Self {
            Self { field: 1 }
        }
    }
}

fn main() {}
"#;
