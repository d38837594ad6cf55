//! Hands the version of the compiler to `build_info!`: it builds the user's crate as well, and cargo tells it to nobody else.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");
    println!("cargo::rustc-env=METRICS_INSTRUMENTED_RUST_VERSION={}", rust_version().as_deref().unwrap_or("unknown"));
}

/// `1.95.0` out of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn rust_version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
