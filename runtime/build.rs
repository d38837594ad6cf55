//! Gives the runtime four facts that only cargo has: the compiler's version (for `build_info!`), how the program's file format marks the
//! beginning and the end of a section, the name of the section that this build of the crate declares metrics in, and whether the crate is optimised.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::Command;

/// The macro of the static that most functions have. The name of the section is written into it, because a call of `section!` would take the compiler time for
/// each function; the names of the other macros are short for the same reason.
const UNNAMED: &str = r#"
/// What a function returns for the families of a function without a `name`. Their static is an entry of this type, which this function creates with this
/// name, or it is at a location.
#[doc(hidden)]
#[macro_export]
macro_rules! __unnamed {
    ($given_to:ident $entry:ident $create:ident($($text:tt)*), $($location:tt)*) => {{
        #[unsafe(link_section = SECTION)]
        static __SITE: $crate::__private::$entry = $crate::__private::$create(
            ::core::concat!(::core::module_path!(), "\0", ::core::file!()),
            ::core::line!(),
            $($text)*
        );
        $crate::__private::$given_to(&__SITE.value)
    }};
    ($given_to:ident at $location:expr) => {{
        static __SOURCE: $crate::__private::Source = $crate::__private::Source::new($crate::__private::Option::None, $location);
        $crate::__private::declare!(operation __SITE = $crate::__private::operation_entry(&__SOURCE));
        $crate::__private::$given_to(&__SITE.value)
    }};
}
"#;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");
    println!("cargo::rustc-env=METRICS_INSTRUMENTED_RUST_VERSION={}", rust_version().as_deref().unwrap_or("unknown"));
    println!("cargo::rustc-check-cfg=cfg(catalog_sections, values(none(), \"elf\", \"pe\", \"macho\"))");
    println!("cargo::rustc-check-cfg=cfg(unoptimised)");
    if env::var("OPT_LEVEL").is_ok_and(|level| level == "0" || level == "1") {
        println!("cargo::rustc-cfg=unoptimised");
    }
    let format = object_format();
    if let Some(format) = format {
        println!("cargo::rustc-cfg=catalog_sections");
        println!("cargo::rustc-cfg=catalog_sections=\"{format}\"");
    }
    let path = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("section.rs");
    let (declarations, mut text) = section(format.unwrap_or_default(), build());
    if format.is_some() {
        text += &UNNAMED.replace("SECTION", &format!("\"{declarations}\""));
    }
    fs::write(path, text).expect("OUT_DIR is writable");
}

/// `1.95.0` out of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn rust_version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

/// The file format, if its linkers gather what is in sections of one name; the others use `inventory` (the same condition is in `Cargo.toml`).
fn object_format() -> Option<&'static str> {
    let cfg = |name: &str| env::var(format!("CARGO_CFG_{name}")).unwrap_or_default();
    // Miri runs no linker, WebAssembly's custom sections cannot hold pointers, and AIX has a format of its own.
    if env::var_os("CARGO_CFG_MIRI").is_some() || cfg("TARGET_ARCH").starts_with("wasm") || cfg("TARGET_OS") == "aix" {
        None
    } else if cfg("TARGET_OS") == "windows" {
        Some("pe")
    } else if cfg("TARGET_VENDOR") == "apple" {
        Some("macho")
    } else {
        env::var_os("CARGO_CFG_UNIX").map(|_| "elf")
    }
}

/// A number of this build of the crate. A program may contain several builds, even of one version (a git and a registry source, a patched copy),
/// and none may read what another declared: their types differ.
fn build() -> u64 {
    let mut hasher = DefaultHasher::new();
    for variable in ["CARGO_PKG_VERSION", "TARGET"] {
        env::var_os(variable).hash(&mut hasher);
    }
    let features: BTreeSet<_> = env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_string_lossy().starts_with("CARGO_FEATURE_"))
        .collect();
    features.hash(&mut hasher);
    // Cargo names the folder after a hash of the package, its source and its features. Unlike the manifest's path, it is the same on every machine.
    let folder = env::var_os("OUT_DIR").map(PathBuf::from);
    folder.as_deref().and_then(|folder| folder.parent()?.file_name()).hash(&mut hasher);
    hasher.finish()
}

/// The section's name, and the macro that holds it for generated code in other crates as well: an attribute there can only take a literal from here.
fn section(format: &str, build: u64) -> (String, String) {
    let (declarations, layout, first, last, listed) = match format {
        "pe" => {
            // The linker sorts by what is after the `$`, and removes it.
            let group = format!(".mi${build:016x}");
            // The layout is the first entry; a name marks the end.
            let listed = format!("concat!(\"{group}d\", module_path!())");
            (format!("{group}b"), format!("{group}a"), String::new(), format!("{group}c"), listed)
        }
        "macho" => {
            // At most 16 characters.
            let name = format!("__mi{:012x}", build >> 16);
            let bound = |which: &str| format!("\\u{{1}}section${which}$__DATA${name}");
            let section = format!("__DATA,{name}");
            let listed = format!("\"__DATA,__mk{:012x}\"", build >> 16);
            (section.clone(), section, bound("start"), bound("end"), listed)
        }
        _ => {
            let name = format!("metrics_instrumented_{build:016x}");
            let listed = format!("concat!(\"{name}_\", module_path!())");
            (name.clone(), name.clone(), format!("__start_{name}"), format!("__stop_{name}"), listed)
        }
    };
    let text = format!(
        "/// The section of this build's declarations, that of their layout, what marks the two ends, and a section for each module with listed\n\
         /// declarations.\n\
         #[doc(hidden)]\n\
         #[macro_export]\n\
         macro_rules! __section {{\n    \
             () => {{ \"{declarations}\" }};\n    \
             (layout) => {{ \"{layout}\" }};\n    \
             (first) => {{ \"{first}\" }};\n    \
             (last) => {{ \"{last}\" }};\n    \
             (listed) => {{ {listed} }};\n\
         }}\n\n\
         /// A number of this build.\n\
         #[allow(clippy::unreadable_literal, reason = \"generated\")]\n\
         pub(crate) const BUILD: u64 = {build:#018x};\n"
    );
    (declarations, text)
}
