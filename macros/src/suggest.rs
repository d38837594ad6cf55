//! Suggestions for unknown words.

pub(crate) use metrics_instrumented_shared::suggest::did_you_mean;
