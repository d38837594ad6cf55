//! The description of an operation, with the code that only some operations need.

use super::extended::Extended;
use crate::meta::OperationMeta;

/// The description of an operation that an attribute describes.
// The tool reads the description at the beginning.
#[repr(C)]
#[derive(Debug)]
pub struct Description {
    pub(super) meta: OperationMeta,
    pub(super) extended: Option<&'static Extended>,
}

const _: () = assert!(std::mem::offset_of!(Description, meta) == 0);

impl Description {
    /// Adds what the operation needs to its description.
    #[must_use]
    pub const fn new(meta: OperationMeta) -> Self {
        Self { meta, extended: Extended::of(&meta) }
    }
}
