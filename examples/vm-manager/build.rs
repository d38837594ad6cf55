//! Tells the programs which compiler builds them: cargo does not.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=GIT_SHA");
    println!("cargo::rustc-env=BUILD_RUST_VERSION={}", rust_version().as_deref().unwrap_or("unknown"));
}

/// `1.95.0` out of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn rust_version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().nth(1).map(str::to_owned)
}
