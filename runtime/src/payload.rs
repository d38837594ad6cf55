//! What a panic carries.

use std::any::Any;

/// The message of a panic; `None` if its payload is not a text.
pub(crate) fn message(payload: &(dyn Any + Send)) -> Option<&str> {
    let literal = payload.downcast_ref::<&str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}
