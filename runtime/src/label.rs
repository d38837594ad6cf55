//! Label values: closed sets ([`LabelValue`]), strings with a cap ([`Open`]), and the tuple of them that one call carries.

mod closed;
mod concat;
mod inferred;
mod open;
mod option;
mod tuple;
mod value;

pub use closed::LabelValue;
pub use concat::{concat, concat_classes};
pub use inferred::TypeOf;
pub use open::{Open, Text};
pub use tuple::Labels;
pub(crate) use value::{ClosedSet, Value};
pub use value::{Label, typed};
