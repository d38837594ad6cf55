//! An argument that a body gives too short a lifetime: the error is at the argument.

use std::collections::HashMap;

use metrics_instrumented::instrumented;

#[instrumented]
fn counted(mut seen: HashMap<&str, usize>, text: &str) -> usize {
    for word in text.split(' ') {
        *seen.entry(word).or_default() += 1;
    }
    seen.len()
}

#[instrumented]
fn pushed<'a, 'b>(mut all: Vec<&'a u8>, one: &'b u8) {
    all.push(one);
}

fn main() {
    let _ = counted(HashMap::new(), "");
    pushed(Vec::new(), &1);
}
