//! The nearest known word to one that is not known.

pub(crate) use metrics_instrumented_shared::suggest::did_you_mean;
