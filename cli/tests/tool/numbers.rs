//! Numbers of the command line that could never have an effect.

use crate::support::{Folder, declarations, run};

#[test]
fn percentages_are_from_0_to_100() {
    let source = declarations("storage-driver");
    for value in ["101", "-1", "NaN", "inf", "much"] {
        for (command, option) in [(&["audit"][..], "--min"), (&["verify", "x", "--catalog", &source], "--min-coverage")]
        {
            let refused = run(&[command, &[&format!("{option}={value}")]].concat());
            assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{refused:?}");
            let expected = format!(
                "invalid value '{value}' for '{option} <PERCENT>': write a percentage from 0 to 100, such as 80"
            );
            assert!(refused.stderr.contains(&expected), "{refused:?}");
        }
    }
    let folder = Folder::new();
    folder.file("src/lib.rs", "pub fn load() -> std::io::Result<String> { std::fs::read_to_string(\"x\") }\n");
    let audit = |min: &str| {
        run(&["audit", &folder.path(), "--config", &folder.file("config.yaml", &format!("audit: {{ min: {min} }}\n"))])
    };
    for min in ["101", "-1"] {
        let refused = audit(min);
        let expected = format!("`audit.min` is {min}; write a percentage from 0 to 100");
        assert!(refused.code == 2 && refused.stderr.contains(&expected), "{refused:?}");
    }
    assert_eq!((audit("0").code, audit("100").code), (0, 1));
}

#[test]
fn times_are_longer_than_0() {
    let source = declarations("storage-driver");
    let verify = ["verify", "http://127.0.0.1:1/metrics", "--catalog", &source];
    // The clock cannot add the last one.
    for value in ["0", "-1", "0.5", "18446744073709551615"] {
        for option in ["--timeout", "--watch", "--interval"] {
            let refused = run(&[
                &verify[..],
                &[&format!("{option}={value}"), "--watch=1"][..if option == "--watch" { 1 } else { 2 }],
            ]
            .concat());
            let expected = format!(
                "invalid value '{value}' for '{option} <SECONDS>': write a whole number of seconds from 1 to 31536000, such as 5"
            );
            assert!(refused.code == 2 && refused.stderr.contains(&expected), "{refused:?}");
        }
    }
    let longest = run(&[&verify[..], &["--timeout", "31536000"]].concat());
    assert!(longest.code == 2 && longest.stderr.contains("connection refused"), "{longest:?}");
    for command in ["scrape-config", "servicemonitor"] {
        let refused = run(&[command, &source, "--interval", "0s"]);
        assert!(refused.code == 2 && refused.stderr.contains("write a duration such as `30s`"), "{refused:?}");
    }
}
