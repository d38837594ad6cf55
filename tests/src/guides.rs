//! The guides of `docs/guides`, whose code is compiled and run as documentation tests.

macro_rules! guides {
    ($($guide:ident $file:literal)*) => {
        $(guide!($guide $file);)*

        /// Their files.
        #[cfg(test)]
        const FILES: &[&str] = &[$($file),*];
    };
}

macro_rules! guide {
    // The code of these is compiled in `packages/guides`, because they need crates that no other test uses.
    (actix $file:literal) => {};
    (existing_endpoint $file:literal) => {};
    (http_clients $file:literal) => {};
    (other_exporters $file:literal) => {};
    ($guide:ident $file:literal) => {
        // A relative path would start at `list.rs`, not here.
        #[doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guides/", $file, ".md"))]
        pub mod $guide {}
    };
}

include!("../../docs/guides/list.rs");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn every_guide_is_listed_and_in_the_index() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guides");
        let names = fs::read_dir(folder).expect("the guides").map(|entry| entry.expect("a file").file_name());
        let names: BTreeSet<String> =
            names.filter_map(|name| Some(name.to_str()?.strip_suffix(".md")?.to_owned())).collect();
        let listed: BTreeSet<String> = super::FILES.iter().copied().chain(["README"]).map(str::to_owned).collect();
        assert_eq!(names, listed);
        let index = fs::read_to_string(format!("{folder}/README.md")).expect("the index");
        for file in super::FILES {
            // In the documentation of the library, a relative link leads nowhere.
            let guide = fs::read_to_string(format!("{folder}/{file}.md")).expect("the guide");
            let mut links = guide.split("](").skip(1);
            assert!(links.all(|link| link.starts_with("https://") || link.starts_with('#')), "{file}");
            assert!(index.contains(&format!("]({file}.md)")), "{file}");
        }
    }
}
