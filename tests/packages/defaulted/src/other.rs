use crate::library::instrumented;

#[instrumented]
pub(crate) fn plain() {}

#[instrumented(name = "own", namespace = "", subsystem = "", buckets = [2.0])]
pub(crate) fn own() {}

pub(crate) struct Block;

#[instrumented(namespace = "store")]
impl Block {
    pub(crate) fn method() {}
}
