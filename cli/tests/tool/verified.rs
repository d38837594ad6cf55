//! `verify` and its options, on saved scrapes and small targets.

use crate::support::{Folder, declarations, run, server};

/// A counter with this HELP.
fn counter(name: &str, help: &str) -> String {
    format!(
        r#"{{"v":1,"declares":"counter","at":["m","A","f.rs",1],"labels":[{{"name":"kind","values":["a","b"]}}],"family":{{"name":"{name}","help":"{help}","labels":1}}}}"#
    )
}

const SERVED: &str =
    "# HELP a_total Ends with spaces.  \n# TYPE a_total counter  \na_total{kind=\"a\"} 1  \na_total{kind=\"b\"} 0\n";

#[test]
fn a_help_that_ends_with_a_space_is_not_a_wrong_one() {
    let folder = Folder::new();
    let catalogue = folder.file("a.jsonl", &counter("a_total", "Ends with spaces.  "));
    let scrape = folder.file("a.txt", SERVED);
    let verified = run(&["verify", &scrape, "--catalog", &catalogue, "--strict"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert_eq!(run(&["diff", &catalogue, &scrape]).stdout, "");
    let other = folder.file("b.txt", &SERVED.replace("spaces.  \n", "spaces.\n"));
    let wrong = run(&["verify", &other, "--catalog", &catalogue, "--strict"]);
    assert!(wrong.code == 1 && wrong.stdout.contains("wrong-help"), "{wrong:?}");
    let nameless = folder.file("c.txt", "# HELP  \n# TYPE a_total counter\n");
    assert!(run(&["verify", &nameless, "--catalog", &catalogue]).stdout.contains("`# HELP` has no metric name"));
}

#[test]
fn an_option_for_addresses_is_refused_for_a_file() {
    let folder = Folder::new();
    let catalogue = folder.file("a.jsonl", &counter("a_total", "A."));
    let scrape = folder.file("a.txt", SERVED);
    for (option, value) in [("--watch", "3"), ("--exposition", "text")] {
        let refused = run(&["verify", &scrape, "--catalog", &catalogue, option, value]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{refused:?}");
        let expected = format!(
            "error: `{option}` has no effect on the file {scrape}; remove it, or pass the address of a target\n"
        );
        assert_eq!(refused.stderr, expected);
    }
    let address = server(&[("/", "# TYPE a_total counter\na_total{kind=\"a\"} 1\na_total{kind=\"b\"} 0\n")]);
    let watched = run(&["verify", &address, "--catalog", &catalogue, "--watch", "1", "--exposition", "text"]);
    assert_eq!(watched.code, 0, "{watched:?}");
}

#[test]
fn a_coverage_of_nothing_fails() {
    let folder = Folder::new();
    let catalogue = folder.file("a.jsonl", &counter("a_total", "A."));
    let scrape = folder.file("a.txt", SERVED);
    let nothing = ["verify", &scrape, "--catalog", &catalogue, "--allow", "*"];
    let said = run(&[&nothing[..], &["--min-coverage", "50"]].concat());
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(said.stderr, "nothing was checked: no declared counter or histogram is left, so there is no coverage\n");
    assert_eq!(run(&nothing).code, 0);
}

#[test]
fn a_service_with_more_zero_series_lacks_larger_families_before_their_first_call() {
    let folder = Folder::new();
    let values: Vec<String> = (0..300).map(|value| format!("\"{value}\"")).collect();
    let large = counter("b_total", "B.").replace("\"a\",\"b\"", &values.join(","));
    let catalogue = folder.file("a.jsonl", &[counter("a_total", "A."), large].join("\n"));
    let scrape = folder.file("a.txt", "# HELP a_total A.\n# TYPE a_total counter\na_total{kind=\"a\"} 1\n");
    let verify = |more: &[&str]| run(&[&["verify", &scrape, "--catalog", &catalogue][..], more].concat());
    for (series, code) in [("100", 0), ("299", 0), ("300", 1), ("500", 1)] {
        let verified = verify(&["--zero-series", series]);
        assert_eq!(verified.code, code, "{verified:?}");
    }
    assert_eq!(verify(&[]).code, 0);
}

#[test]
fn a_service_with_fewer_zero_series_lacks_nothing_before_its_first_call() {
    let folder = Folder::new();
    let catalogue = folder.file("a.jsonl", &[counter("a_total", "A."), counter("b_total", "B.")].join("\n"));
    let scrape = folder.file("a.txt", "# HELP a_total A.\n# TYPE a_total counter\na_total{kind=\"a\"} 1\n");
    let verify = |more: &[&str]| run(&[&["verify", &scrape, "--catalog", &catalogue][..], more].concat());
    assert_eq!(verify(&[]).code, 1);
    let none = verify(&["--zero-series", "0"]);
    assert_eq!(none.code, 0, "{none:?}");
    assert!(none.stdout.contains("warning[unrecorded-family]: the counter `b_total` has no series"), "{none:?}");
    assert_eq!((verify(&["--zero-series", "1"]).code, verify(&["--zero-series", "2"]).code), (0, 1));
    // Facts of the build are always there.
    let driver = declarations("vm-manager");
    let facts = run(&["verify", &scrape, "--catalog", &driver, "--zero-series", "0"]);
    assert_eq!(facts.stdout.matches("missing-family").count(), 1, "{facts:?}");
    assert!(facts.stdout.contains("does not serve the gauge `virtrigaud_build_info`"), "{facts:?}");
}

#[test]
fn composite_values_are_reported_as_a_version_that_is_not_read() {
    let text = "# TYPE a histogram\na{kind=\"a\"} {count:1,sum:2.0,bucket:[0.1:0,+Inf:1]} st@1.0\n# EOF\n";
    let folder = Folder::new();
    let catalogue = folder.file("a.jsonl", &counter("a_total", "A."));
    let found = run(&["verify", &folder.file("a.txt", text), "--catalog", &catalogue, "--allow", "*"]);
    let expected = "a.txt:2:13: error[syntax]: a composite value of OpenMetrics 2.0, which this tool does not read; save the scrape as OpenMetrics 1.0 or as text\n";
    assert!(found.code == 1 && found.stdout.contains(expected), "{found:?}");
}
