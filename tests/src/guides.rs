//! The guides of `docs/guides`, whose code is compiled and run as documentation tests.

macro_rules! guides {
    ($($guide:ident $file:literal)*) => {
        $(
            #[doc = include_str!(concat!("../../docs/guides/", $file, ".md"))]
            pub mod $guide {}
        )*

        /// Their files.
        #[cfg(test)]
        const FILES: &[&str] = &[$($file),*];
    };
}

guides! {
    batch_jobs "batch-jobs"
    compatibility "compatibility"
    from_autometrics "from-autometrics"
    from_metered "from-metered"
    from_metrics "from-metrics"
    from_opentelemetry "from-opentelemetry"
    from_prometheus "from-prometheus"
    libraries "libraries"
    processes "processes"
    tenants "tenants"
    testing "testing"
    troubleshooting "troubleshooting"
    web "web"
}

/// Those whose code is compiled in the package `packages/guides`, because it needs crates that nothing else here uses.
#[cfg(test)]
const ELSEWHERE: &[&str] = &["actix", "existing-endpoint", "http-clients", "other-exporters"];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn every_guide_is_compiled_and_in_the_index() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guides");
        let names = fs::read_dir(folder).expect("the guides").map(|entry| entry.expect("a file").file_name());
        let names: BTreeSet<String> =
            names.filter_map(|name| Some(name.to_str()?.strip_suffix(".md")?.to_owned())).collect();
        let guides = || super::FILES.iter().chain(super::ELSEWHERE).copied();
        let compiled: BTreeSet<String> = guides().chain(["README"]).map(str::to_owned).collect();
        assert_eq!(names, compiled);
        let index = fs::read_to_string(format!("{folder}/README.md")).expect("the index");
        for file in guides() {
            assert!(index.contains(&format!("]({file}.md)")), "{file}");
        }
    }
}
