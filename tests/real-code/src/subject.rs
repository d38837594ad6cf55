//! The crates that are tried, and their two copies: bare, as published, and annotated.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// A published crate.
pub struct Subject {
    pub name: &'static str,
    pub version: &'static str,
    /// What it is, for the report.
    pub what: &'static str,
    /// The arguments of cargo that select its features.
    pub features: &'static [&'static str],
    /// Files that are emptied in both copies: as published, without the rest of their repository, they do not build.
    pub without: &'static [&'static str],
    /// Tests that are not run, bare or annotated.
    pub skipped: &'static [&'static str],
}

/// They were not written for this. Between them: async servers, hand-written futures, parsers of generic closures, `no_std`, `unsafe`,
/// `deny(warnings)`, editions 2018 and 2021, and their own test suites.
pub static SUBJECTS: [Subject; 15] = [
    Subject {
        name: "mini-redis",
        version: "0.4.1",
        what: "async server and client, traced",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "semver",
        version: "1.0.28",
        what: "`no_std`, `unsafe`, `const`",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "httparse",
        version: "1.10.1",
        what: "`no_std` parser, SIMD",
        features: &[],
        without: &[],
        skipped: &["test_all_utf8_char_in_paths"],
    },
    Subject {
        name: "nom",
        version: "8.0.0",
        what: "parser combinators, all generic",
        features: &[],
        without: &["tests/expression_ast.rs"],
        skipped: &[],
    },
    Subject {
        name: "pulldown-cmark",
        version: "0.13.6",
        what: "Markdown parser",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "async-channel",
        version: "2.5.0",
        what: "channels of hand-written futures",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "hyper-util",
        version: "0.1.21",
        what: "HTTP clients and servers over hyper",
        features: &["--features", "full"],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "futures-lite",
        version: "2.6.1",
        what: "futures and streams of combinators, macros",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "async-lock",
        version: "3.5.0",
        what: "locks of hand-written futures, macros",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "async-broadcast",
        version: "0.7.2",
        what: "a channel as streams",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "futures-concurrency",
        version: "7.7.1",
        what: "generic futures and streams, by macros",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "tokio-stream",
        version: "0.1.19",
        what: "streams over tokio",
        features: &["--features", "full"],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "itertools",
        version: "0.15.0",
        what: "iterators and macros, all generic",
        features: &[],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "hyper",
        version: "1.12.0",
        what: "HTTP/1 and HTTP/2, hand-written futures, `unsafe`",
        features: &["--features", "full"],
        without: &[],
        skipped: &[],
    },
    Subject {
        name: "tokio-util",
        version: "0.7.20",
        what: "codecs, tasks and time over tokio",
        features: &["--features", "full"],
        without: &[],
        skipped: &[],
    },
];

/// A crate's two copies.
pub struct Copies {
    pub bare: PathBuf,
    pub annotated: PathBuf,
}

impl Subject {
    /// The first one, in place of the subject of a result that is read from a file.
    pub fn first() -> &'static Self {
        &SUBJECTS[0]
    }

    /// Fetches the crate with cargo and copies it twice.
    pub fn fetch(&self, work: &Path, runtime: &Path) -> Result<Copies> {
        let folder = work.join(self.name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let published = self.published(&folder.join("fetch"))?;
        let copies = Copies { bare: folder.join("bare"), annotated: folder.join("annotated") };
        for copy in [&copies.bare, &copies.annotated] {
            copy_folder(&published, copy)?;
            // Not a part of the project's own workspace, in whose target folder it lies.
            append(&copy.join("Cargo.toml"), "\n[workspace]\n")?;
            for file in self.without {
                fs::write(copy.join(file), "")?;
            }
        }
        let dependency = format!(
            "\n[dependencies.metrics-instrumented]\npath = \"{}\"\ndefault-features = false\nfeatures = [\"stream\"]\n",
            runtime.display()
        );
        append(&copies.annotated.join("Cargo.toml"), &dependency)?;
        Ok(copies)
    }

    /// Where cargo keeps the crate's files.
    fn published(&self, scratch: &Path) -> Result<PathBuf> {
        fs::create_dir_all(scratch.join("src"))?;
        fs::write(scratch.join("src/lib.rs"), "")?;
        let manifest = format!(
            "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{} = \"={}\"\n",
            self.name, self.version
        );
        fs::write(scratch.join("Cargo.toml"), manifest)?;
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["metadata", "--format-version", "1", "--quiet"])
            .current_dir(scratch)
            .output()
            .context("cargo")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
        let package =
            metadata.packages.into_iter().find(|package| package.name == self.name).context("it was asked for")?;
        Ok(package.manifest_path.parent().context("a manifest is in a folder")?.to_owned())
    }
}

/// The Rust files of a copy that are compiled with the crate as a dependency: all but the build script and the benches.
pub fn sources(copy: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ["src", "tests", "examples"] {
        rust_files(&copy.join(folder), &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if entry.file_name() != "rust-toolchain.toml" {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn append(file: &Path, text: &str) -> Result<()> {
    let before = fs::read_to_string(file)?;
    Ok(fs::write(file, before + text)?)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<FoundPackage>,
}

#[derive(Deserialize)]
struct FoundPackage {
    name: String,
    manifest_path: PathBuf,
}
