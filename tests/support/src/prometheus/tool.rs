//! Where the programs of Prometheus are.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// Where `scripts/install-test-tools` puts them, wherever cargo's own target directory is.
fn installed() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).expect("this package lies in `tests/support`");
    root.join("target/tools/bin")
}

/// A program that the tests need and cargo does not bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool {
    name: &'static str,
    /// The environment variable that says where it is.
    variable: &'static str,
}

/// A program is not there. It is never a reason to skip a test.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` is not installed: neither ${variable} nor $PATH nor {installed} has it; run `scripts/install-test-tools`"
)]
pub struct MissingTool {
    name: &'static str,
    variable: &'static str,
    installed: String,
}

impl Tool {
    /// The server.
    pub const PROMETHEUS: Self = Self { name: "prometheus", variable: "PROMETHEUS" };
    /// One more, of version 3; see `scripts/install-prometheus-3`. Only where it is not, tests do without.
    pub const PROMETHEUS_3: Self = Self { name: "prometheus-3", variable: "PROMETHEUS_3" };
    /// Its tool.
    pub const PROMTOOL: Self = Self { name: "promtool", variable: "PROMTOOL" };

    /// The gateway that jobs push to.
    pub const PUSHGATEWAY: Self = Self { name: "prometheus-pushgateway", variable: "PUSHGATEWAY" };

    /// What alerts are sent to.
    pub const ALERTMANAGER: Self = Self { name: "prometheus-alertmanager", variable: "ALERTMANAGER" };

    /// Where it is: the path in `$PROMETHEUS`, `$PROMTOOL`, `$PUSHGATEWAY` or `$ALERTMANAGER`, else in `$PATH`, else what `scripts/install-test-tools` installed.
    ///
    /// # Errors
    /// When it is nowhere, with what to do.
    pub fn find(self) -> Result<PathBuf, MissingTool> {
        self.find_in(env::var_os(self.variable).as_deref(), env::var_os("PATH").as_deref(), &installed())
    }

    fn find_in(self, named: Option<&OsStr>, path: Option<&OsStr>, installed: &Path) -> Result<PathBuf, MissingTool> {
        let missing =
            || MissingTool { name: self.name, variable: self.variable, installed: installed.display().to_string() };
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            // Whoever names one does not want another.
            return Some(PathBuf::from(named)).filter(|path| path.is_file()).ok_or_else(missing);
        }
        let on_path = path.into_iter().flat_map(env::split_paths);
        on_path
            .chain([installed.to_owned()])
            .map(|directory| directory.join(self.name))
            .find(|path| path.is_file())
            .ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, fs, path::Path};

    use super::Tool;

    #[test]
    fn looks_in_the_variable_then_in_path_then_where_the_script_installs() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            path
        };
        let (named, on_path, installed) = (at("mine"), at("path/promtool"), at("installed/promtool"));
        let path = on_path.parent().map(Path::as_os_str);
        let installed_in = installed.parent().unwrap();

        let find = |named, path| Tool::PROMTOOL.find_in(named, path, installed_in).ok();
        assert_eq!(find(Some(named.as_os_str()), path), Some(named.clone()));
        assert_eq!(find(Some(OsStr::new("")), path), Some(on_path.clone()));
        assert_eq!(find(None, Some(OsStr::new("/nowhere"))), Some(installed.clone()));
        assert_eq!(find(Some(OsStr::new("/nowhere")), path), None);
    }

    #[test]
    fn a_missing_tool_says_which_script_installs_it() {
        let missing = Tool::PROMETHEUS.find_in(None, None, "/nowhere".as_ref()).unwrap_err();
        assert_eq!(
            missing.to_string(),
            "`prometheus` is not installed: neither $PROMETHEUS nor $PATH nor /nowhere has it; \
             run `scripts/install-test-tools`"
        );
    }
}
