//! What the compiler makes of an annotated function is what it makes of the plain one: everything here is built twice, bare and
//! annotated, and the two are compared by machine.

#![forbid(unsafe_code)]

mod bodies;
mod diagnostics;
mod expansions;
mod generated;
mod running;
mod twice;
