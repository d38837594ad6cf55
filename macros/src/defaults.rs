//! The defaults of the current crate, from its `Cargo.toml`:
//!
//! ```toml
//! [package.metadata.metrics-instrumented]
//! namespace = "shop"
//! buckets = [0.01, 0.1, 1.0]
//! ```
//!
//! An expansion does not see other files, but it can read the manifest. Cargo has already checked that it is valid TOML, so a line-based parser for this table
//! is sufficient; a TOML library would be most of this crate's compile time. Syntax that the parser does not support is an error.

use std::cell::RefCell;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::suggest::did_you_mean;

/// The last part of the table's header.
const NAME: &str = "metrics-instrumented";

/// The header of the table.
const TABLE: &str = "package.metadata.metrics-instrumented";

/// The keys of the table.
const KEYS: [&str; 5] = ["namespace", "subsystem", "buckets", "crate", "profile"];

/// The only value of `profile`: the names that autometrics gives to the metrics of functions without a name.
const AUTOMETRICS: &str = "autometrics";

/// The content of the table.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Defaults {
    pub(crate) namespace: Option<String>,
    pub(crate) subsystem: Option<String>,
    /// In the syntax of the attribute.
    pub(crate) buckets: Option<String>,
    /// The path of this library.
    pub(crate) runtime: Option<String>,
    /// Whether functions without a name keep the names of autometrics.
    pub(crate) is_autometrics: bool,
    /// The errors.
    problems: Vec<String>,
}

/// A manifest and its defaults.
struct Manifest {
    path: PathBuf,
    changed: Option<SystemTime>,
    defaults: Arc<Defaults>,
    /// Whether an expansion makes it a source file of the crate.
    tracking: Tracking,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tracking {
    /// Without a file, or with a path that is not absolute, the compiler might not find it.
    Never,
    Due,
    Done,
}

/// The last manifest that was read. An editor's macro server expands many crates in one process, for hours, so the path and the file must be compared.
static READ: Mutex<Option<Manifest>> = Mutex::new(None);

thread_local! {
    /// The defaults in this expansion, which asks for them several times.
    static CURRENT: RefCell<Arc<Defaults>> = RefCell::default();
}

/// The defaults of the current crate.
pub(crate) fn defaults() -> Arc<Defaults> {
    CURRENT.with_borrow(Arc::clone)
}

/// Reads the defaults of the current crate, at the beginning of an expansion.
pub(crate) fn refresh() {
    CURRENT.set(current().unwrap_or_default());
}

fn current() -> Option<Arc<Defaults>> {
    let path = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?).join("Cargo.toml");
    let changed = fs::metadata(&path).and_then(|metadata| metadata.modified()).ok();
    let mut read = read();
    if let Some(manifest) = read.as_ref().filter(|manifest| manifest.path == path && manifest.changed == changed) {
        return Some(Arc::clone(&manifest.defaults));
    }
    let text = fs::read_to_string(&path).ok();
    let tracking = if text.is_none() || path.is_relative() { Tracking::Never } else { Tracking::Due };
    let defaults = Arc::new(text.map(|text| parse(&text)).unwrap_or_default());
    *read = Some(Manifest { path, changed, defaults: Arc::clone(&defaults), tracking });
    Some(defaults)
}

fn read() -> MutexGuard<'static, Option<Manifest>> {
    READ.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Defaults {
    /// The errors of the table. The manifest has no spans, so they are reported at the attribute.
    pub(crate) fn problems(&self) -> impl Iterator<Item = String> {
        self.problems.iter().map(|problem| format!("`[{TABLE}]` of Cargo.toml: {problem}"))
    }
}

/// For the first expansion of a crate, an item that makes the manifest a source file of the crate, so that a change of it recompiles the crate: Cargo does not
/// look at this table.
pub(crate) fn tracking(private: &impl ToTokens) -> Option<TokenStream> {
    let mut read = read();
    let manifest = read.as_mut().filter(|manifest| manifest.tracking == Tracking::Due)?;
    manifest.tracking = Tracking::Done;
    Some(quote_spanned!(Span::mixed_site()=>
        const _: &[u8] = #private::include_bytes!(#private::concat!(#private::env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    ))
}

/// The next expansion tracks the manifest again: an earlier one may have been discarded.
pub(crate) fn track_again() {
    if let Some(manifest) = read().as_mut().filter(|manifest| manifest.tracking == Tracking::Done) {
        manifest.tracking = Tracking::Due;
    }
}

fn parse(manifest: &str) -> Defaults {
    let mut defaults = Defaults::default();
    let mut header = String::new();
    let mut lines = manifest.lines().map(|line| without_comment(line).trim());
    while let Some(line) = lines.next() {
        if let Some(inner) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            header =
                inner.chars().filter(|character| !character.is_whitespace() && !"\"'".contains(*character)).collect();
            if is_misplaced(&header) {
                defaults.problems.push(format!("`[{header}]` has no effect; the table is called `[{TABLE}]`"));
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let key: String =
            key.chars().filter(|character| !character.is_whitespace() && !"\"'".contains(*character)).collect();
        if header != TABLE {
            let full = format!("{header}.{key}");
            let full = full.trim_start_matches('.');
            let is_inline = TABLE.strip_prefix(full).is_some_and(|rest| rest.starts_with('.')) && value.contains(NAME);
            if full == TABLE || full.strip_prefix(TABLE).is_some_and(|rest| rest.starts_with('.')) || is_inline {
                defaults.problems.push(format!("write it as a table with the header `[{TABLE}]`"));
            }
            continue;
        }
        let mut value = value.trim().to_owned();
        // An array may span several lines.
        while value.starts_with('[') && !value.ends_with(']') {
            let Some(line) = lines.next() else { break };
            value += line;
        }
        defaults.set(&key, &value);
    }
    defaults
}

impl Defaults {
    fn set(&mut self, key: &str, value: &str) {
        let string = value
            .strip_prefix(['"', '\''])
            .and_then(|rest| rest.strip_suffix(['"', '\'']))
            .filter(|text| !text.contains(['"', '\'', '\\']));
        match (key, string) {
            ("namespace", Some(text)) => self.namespace = Some(text.to_owned()),
            ("subsystem", Some(text)) => self.subsystem = Some(text.to_owned()),
            ("crate", Some(text)) => self.runtime = Some(text.to_owned()),
            ("profile", Some(AUTOMETRICS)) => self.is_autometrics = true,
            ("profile", _) => {
                self.problems.push(format!("`profile` must be `\"{AUTOMETRICS}\"`, which keeps the metric names of that crate"));
            }
            ("buckets", Some(text)) => self.buckets = Some(text.to_owned()),
            ("buckets", None) if value.starts_with('[') => self.buckets = Some(value.to_owned()),
            ("buckets", None) => self.problems.push(
                "`buckets` is an array of numbers, or a string: `\"exponential(0.001, 2.0, 15)\"`, `\"crate::BUCKETS\"`".to_owned(),
            ),
            (key, _) if KEYS.contains(&key) => self.problems.push(format!("`{key}` is a string: `{key} = \"..\"`")),
            (key, _) => {
                let hint = match did_you_mean(key, KEYS) {
                    hint if hint.is_empty() => "; expected `namespace`, `subsystem`, `buckets`, `crate` or `profile`".to_owned(),
                    hint => hint,
                };
                self.problems.push(format!("unknown key `{key}`{hint}"));
            }
        }
    }
}

/// Whether a table looks like the one of the defaults: in the metadata of the workspace, which packages do not inherit, or with another spelling.
fn is_misplaced(header: &str) -> bool {
    let Some((parent, name)) = header.rsplit_once('.') else { return false };
    let has_name = name.replace('_', "-") == NAME;
    has_name && header != TABLE && (parent.ends_with("metadata") || parent == "package" || parent == "workspace")
}

/// The line up to a `#` outside quotes.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') => return &line[..at],
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), character) if open == character => quote = None,
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_found_between_others() {
        let found = parse(
            "[package]\nname = \"shop\"\n\n[ package . metadata . \"metrics-instrumented\" ] # ours\nnamespace = \"shop\" # a # b\n\
             subsystem='checkout'\nbuckets = [\n  0.01, # fast\n  1,\n]\ncrate = \"crate::metrics\"\nprofile = \"autometrics\"\n\n[dependencies]\nnamespace = \"other\"\n",
        );
        let expected = Defaults {
            namespace: Some("shop".to_owned()),
            subsystem: Some("checkout".to_owned()),
            buckets: Some("[0.01,1,]".to_owned()),
            runtime: Some("crate::metrics".to_owned()),
            is_autometrics: true,
            problems: vec![],
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn without_the_table_there_are_no_defaults() {
        for manifest in [
            "",
            "[workspace.dependencies.metrics-instrumented]\npath = \"x\"\n[dependencies.metrics-instrumented]\nworkspace = true\n",
            "[package.metadata]\nother = \"x\"\n[patch.crates-io]\nmetrics-instrumented = { path = \"x\" }\n",
            "[package]\nname = \"x\"\n[package.metadata.docs.rs]\nnamespace = \"x\"\n[dependencies]\nmetrics-instrumented = \"0.1\"\n",
        ] {
            assert_eq!(parse(manifest), Defaults::default(), "{manifest}");
        }
    }

    #[test]
    fn unsupported_syntax_is_an_error() {
        for (manifest, expected) in [
            ("[package.metadata]\nmetrics-instrumented = { namespace = \"x\" }", "write it as a table"),
            ("[package]\nmetadata.metrics-instrumented.namespace = \"x\"", "write it as a table"),
            ("[package]\nmetadata = { metrics-instrumented = { namespace = \"x\" } }", "write it as a table"),
            (
                "[package.metadata.metrics_instrumented]\nnamespace = \"x\"",
                "is called `[package.metadata.metrics-instrumented]`",
            ),
            ("[package]\n[workspace.metadata.metrics-instrumented]\nnamespace = \"x\"", "has no effect"),
            ("[package.metrics-instrumented]\nnamespace = \"x\"", "has no effect"),
            ("[metadata.'metrics-instrumented']\nnamespace = \"x\"", "has no effect"),
            ("[package.metadata.metrics-instrumented]\nnamespase = \"x\"", "did you mean `namespace`?"),
            ("[package.metadata.metrics-instrumented]\nhelp = \"x\"", "expected `namespace`"),
            ("[package.metadata.metrics-instrumented]\nnamespace = 1", "is a string"),
            ("[package.metadata.metrics-instrumented]\nbuckets = 1", "an array of numbers"),
            ("[package.metadata.metrics-instrumented]\nprofile = \"metered\"", "must be `\"autometrics\"`"),
            ("[package.metadata.metrics-instrumented]\nnamespace = \"a\\u0062\"", "is a string"),
        ] {
            let found = parse(manifest);
            assert!(found.problems.len() == 1 && found.problems[0].contains(expected), "{manifest}: {found:?}");
        }
    }
}
