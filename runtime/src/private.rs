//! What generated code calls. Not public API: it changes without notice.

pub use core::convert::identity;
pub use core::future::Future;
pub use core::marker::PhantomData;
pub use core::ops::FnOnce;
pub use core::option::Option;
pub use core::{compile_error, concat, env, file, include_bytes, line, module_path, option_env, stringify};
#[cfg(not(catalog_sections))]
pub use inventory;
pub use std::boxed::Box;

pub use crate::call::attempt::{Attempt, start_attempt};
pub use crate::call::body::{
    call_0, call_1, call_2, call_3, call_4, call_5, call_6, call_7, call_8, call_9, call_10, call_11, call_12,
    carried_by_block, check, output, type_of, unread, unread_value, value,
};
pub use crate::call::contained::{AtReturn, returned_container};
pub use crate::call::ends::{Ends, Read};
pub use crate::call::fallible::{CannotFail, MayFail, Unknown, by_name, by_type};
pub use crate::call::future::{Instrumented, instrument, instrument_boxed, instrument_unpinned};
pub use crate::call::guard::{Begins, Call, Scope, start_call, start_scope};
pub use crate::call::in_place::{AsyncCall, AsyncScope, start_async_call, start_async_scope};
pub use crate::call::operation::{Operation, declared};
pub use crate::call::polled::{Polled, Watch, WithPolls, WithoutPolls, polled, polled_unpinned};
pub use crate::call::returned::{
    AsOutcome, ByKind, ByOutcome, ByType, Fallible, NoErrors, Reads, ReadsError, ReadsOutcome, Returned, returned_as,
};
pub use crate::call::stream::{instrument_stream, instrument_stream_boxed, instrument_stream_unpinned, item};
pub use crate::catalog::{
    Entry, OperationEntry, Registration, Site, declare, families, metric, operation_entry, section, unnamed,
};
#[cfg(catalog_sections)]
pub use crate::catalog::{
    Named4, Named12, Named20, Named28, Named36, Named44, Named52, Named60, named_4, named_12, named_20, named_28,
    named_36, named_44, named_52, named_60,
};
pub use crate::label::{Label, LabelValue, Labels, Open, Text, TypeOf, concat as concat_values, concat_classes, typed};
pub use crate::meta::{
    ConstLabels, ErrorKinds, Family, Help, LabelMeta, MetricMeta, Native, Objective, OperationMeta, OutcomeMeta,
    ValueSet, bounds, check_inferred, location,
};
pub use crate::metric::{Info, MetricFamily, MetricHandle, RUST_VERSION, build_fact};
pub use crate::names::{DEFAULT_BUCKETS, DEFAULT_MAX_SERIES, Kind, MAX_LABELS, OutcomeClass, Role};
pub use crate::series::description::Description;
pub use crate::series::families::{Families, Source};
pub use crate::series::lazy::LazySeries;
pub use ::metrics;
