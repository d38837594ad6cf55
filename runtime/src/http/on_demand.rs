//! The items that generated code uses, for the derives of the HTTP families (`crate = ..`): the same as those of the crate, except that a family that the
//! program does not use is not declared.

pub(super) use crate::call::operation::Operation;
pub(super) use crate::call::outcome::Ended;
pub(super) use crate::metric::Histogram;

pub(super) mod __private {
    pub(in crate::http) use crate::__private::*;
    pub(in crate::http) use crate::catalog::on_demand::{families_on_demand as families, metric_on_demand as metric};
}
