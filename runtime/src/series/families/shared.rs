//! States that the static of an operation may be shared between threads. The compiler would find out by itself, but anew for the static of every instrumented
//! function, and through all types of a series: that took a quarter of the time of `cargo check`.

use super::Families;

// SAFETY: All fields are `Sync`: otherwise `fields_are_sync` does not compile.
#[allow(unsafe_code, reason = "the compiler checks the fields")]
unsafe impl Sync for Families {}

#[allow(dead_code, reason = "only type-checked")]
fn fields_are_sync(families: &Families) {
    fn are_sync(_: &impl Sync) {}
    let Families {
        origin,
        #[cfg(feature = "exporter")]
        number,
        #[cfg(feature = "exporter")]
        values,
        #[cfg(feature = "exporter")]
        set,
        table,
    } = families;
    are_sync(&(origin, table));
    #[cfg(feature = "exporter")]
    are_sync(&(number, values, set));
}
