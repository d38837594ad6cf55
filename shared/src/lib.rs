//! Definitions that `metrics-instrumented`, its macros and its command-line tool have to agree on. Each is written once, here. This is not a public
//! interface: the other packages require exactly this version.

#![cfg_attr(not(feature = "suggest"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod names;
pub mod numbers;
#[cfg(feature = "suggest")]
pub mod suggest;
#[cfg(feature = "views")]
pub mod views;
