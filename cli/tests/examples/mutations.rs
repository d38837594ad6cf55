//! Mutations of a scrape, and changes that are right.

use crate::scrape::Scrape;

/// The sample with another value.
fn valued(line: &str, value: &str) -> String {
    format!("{} {value}", line.rsplit_once(' ').expect("a value").0)
}

/// The sample without its last label, which is closed in all programs. An open one may be empty.
fn without_label(line: &str) -> String {
    let (labels, value) = line.rsplit_once("} ").expect("labels");
    let (labels, _) = labels.rsplit_once(',').expect("two labels");
    format!("{labels}}} {value}")
}

/// A mutation: what it is, the rule that finds it, and the text if it applies.
pub(crate) type Mutation = (&'static str, &'static str, Option<String>);

#[allow(clippy::too_many_lines, reason = "a table")]
pub(crate) fn mutations(scrape: &Scrape) -> Vec<Mutation> {
    let metadata = |keyword: &'static str| move |line: &str| line.starts_with(keyword) && scrape.has_samples(line);
    let is = |kind: &'static str, suffix: &'static str, with: &'static str| {
        move |line: &str| scrape.is_sample(line, kind, suffix, with)
    };
    let typed = |kind: &'static str| move |line: &str| metadata("# TYPE")(line) && line.ends_with(kind);
    let into = |kind: &'static str| move |line: &str| format!("{} {kind}", line.rsplit_once(' ').expect("a type").0);
    let twice = |line: &str| format!("{line}\n{line}");
    let ends = |end: &'static str| move |line: &str| format!("{line}{end}");
    let bare = |kind: &'static str, suffix: &'static str| move |line: &str| is(kind, suffix, "\",")(line);
    let in_flight = |line: &str| {
        scrape.is_sample(line, "gauge", "", "") && (line.contains("flight") || line.contains("active_migrations"))
    };
    vec![
        ("a gauge in place of a histogram", "wrong-kind", scrape.replace(typed(" histogram"), into("gauge"))),
        ("a summary in place of a histogram", "wrong-kind", scrape.replace(typed(" histogram"), into("summary"))),
        ("a histogram without its type", "wrong-kind", scrape.replace(typed(" histogram"), |_| String::new())),
        ("a counter without its type", "wrong-kind", scrape.replace(typed(" counter"), into("unknown"))),
        ("a stateset in place of a gauge", "wrong-kind", scrape.replace(typed(" gauge"), into("stateset"))),
        ("an unknown type", "syntax", scrape.replace(typed(" gauge"), into("gadget"))),
        ("another HELP", "wrong-help", scrape.replace(metadata("# HELP"), ends(" Or not."))),
        ("a HELP twice", "syntax", scrape.replace(metadata("# HELP"), twice)),
        ("another unit", "wrong-unit", scrape.replace(metadata("# UNIT"), |line| line.replace(" seconds", " minutes"))),
        ("a label less, of a counter", "missing-label", scrape.replace(bare("counter", "_total"), without_label)),
        (
            "a label less, of a histogram's sum",
            "missing-label",
            scrape.replace(is("histogram", "_sum", "{"), |line| {
                format!("{} {}", line.split('{').next().expect("a name"), line.rsplit(' ').next().expect("a value"))
            }),
        ),
        (
            "a label more, of a counter",
            "undeclared-label",
            scrape.replace(is("counter", "_total", "{"), |line| line.replacen('{', "{extra=\"x\",", 1)),
        ),
        (
            "a label more, of a gauge",
            "undeclared-label",
            scrape.replace(is("gauge", "", ""), |line| {
                let (series, value) = line.rsplit_once(' ').expect("a value");
                match series.split_once('{') {
                    Some((name, labels)) => format!("{name}{{extra=\"x\",{labels} {value}"),
                    None => format!("{series}{{extra=\"x\"}} {value}"),
                }
            }),
        ),
        (
            "another value of a status",
            "undeclared-value",
            scrape
                .replace(is("counter", "_total", "\"success\""), |line| line.replacen("\"success\"", "\"sucess\"", 1)),
        ),
        (
            "another bound",
            "wrong-buckets",
            scrape
                .replace(is("histogram", "_bucket", "le=\"10.0\""), |line| line.replace("le=\"10.0\"", "le=\"11.0\"")),
        ),
        (
            "a bound that is not a number",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |line| line.replace("le=\"10.0\"", "le=\"ten\"")),
        ),
        (
            "a bucket less",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |_| String::new()),
        ),
        (
            "a bucket more",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |line| {
                format!("{line}\n{}", line.replace("le=\"10.0\"", "le=\"10.5\""))
            }),
        ),
        (
            "no infinite bucket",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"+Inf\""), |_| String::new()),
        ),
        (
            "buckets that decrease",
            "inconsistent-histogram",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |line| valued(line, "123456789")),
        ),
        (
            "another count",
            "inconsistent-histogram",
            scrape.replace(is("histogram", "_count", ""), |line| valued(line, "123456789")),
        ),
        ("no count", "inconsistent-histogram", scrape.replace(is("histogram", "_count", ""), |_| String::new())),
        ("no sum", "inconsistent-histogram", scrape.replace(is("histogram", "_sum", ""), |_| String::new())),
        (
            "a counter below zero",
            "impossible-value",
            scrape.replace(is("counter", "_total", ""), |line| valued(line, "-1")),
        ),
        (
            "a counter that is not a number",
            "impossible-value",
            scrape.replace(is("counter", "_total", ""), |line| valued(line, "NaN")),
        ),
        (
            "an info gauge of two",
            "impossible-value",
            scrape.replace(|line| line.starts_with("build_info{"), |line| valued(line, "2")),
        ),
        ("calls in flight below zero", "impossible-value", scrape.replace(in_flight, |line| valued(line, "-3"))),
        ("a series twice", "syntax", scrape.replace(is("counter", "_total", ""), twice)),
        (
            "no value",
            "syntax",
            scrape.replace(is("gauge", "", ""), |line| line.rsplit_once(' ').expect("a value").0.to_owned()),
        ),
        ("text after the value", "syntax", scrape.replace(is("gauge", "", ""), ends(" x"))),
        (
            "a label without its end",
            "syntax",
            scrape.replace(is("counter", "_total", "{"), |line| line.replacen('}', "", 1)),
        ),
        ("an exemplar of a gauge", "syntax", scrape.replace(is("gauge", "", ""), ends(" # {trace_id=\"a\"} 1"))),
        ("an exemplar without labels", "syntax", scrape.replace(is("counter", "_total", ""), ends(" # 1"))),
        (
            "a family that is not declared",
            "undeclared-family",
            Some(scrape.before_end("# TYPE zzz_top gauge\nzzz_top 1\n")),
        ),
        ("a sample without metadata", "undeclared-family", Some(scrape.before_end("zzz_top 1\n"))),
        (
            "a truncated response",
            "syntax",
            Some(scrape.lines.iter().filter(|line| *line != "# EOF").map(|line| line.clone() + "\n").collect()),
        ),
        ("no build info", "missing-family", scrape.without_family("build_info")),
        // A family with an open label appears with its first call.
        ("no histogram", "missing-family|unrecorded-family", scrape.without("histogram")),
        ("no counter", "missing-family|unrecorded-family", scrape.without("counter")),
    ]
}

/// What is right in a scrape.
pub(crate) fn right(scrape: &Scrape) -> Vec<Mutation> {
    let is = |kind: &'static str, suffix: &'static str| move |line: &str| scrape.is_sample(line, kind, suffix, "");
    let exemplar = |line: &str| format!("{line} # {{trace_id=\"a\"}} 1 1.5");
    vec![
        ("an exemplar of a counter", "", scrape.replace(is("counter", "_total"), exemplar)),
        ("an exemplar of a bucket", "", scrape.replace(is("histogram", "_bucket"), exemplar)),
        ("a timestamp", "", scrape.replace(is("gauge", ""), |line| format!("{line} 1700000000"))),
        (
            "a label that every series has",
            "",
            Some(
                scrape
                    .lines
                    .iter()
                    .map(|line| {
                        let labelled = match line.split_once('{') {
                            _ if line.starts_with('#') => line.clone(),
                            Some((name, rest)) => format!("{name}{{region=\"north\",{rest}"),
                            None => line.replacen(' ', "{region=\"north\"} ", 1),
                        };
                        labelled + "\n"
                    })
                    .collect(),
            ),
        ),
    ]
}

/// A family with each of its series twice, by a label that may be there.
pub(crate) fn doubled(scrape: &Scrape) -> String {
    let family = scrape
        .lines
        .iter()
        .find(|line| line.starts_with("rds_csi") && line.contains('{'))
        .and_then(|line| scrape.family(line));
    let double = |line: &String| match line.split_once('{') {
        Some((name, rest)) if family.is_some() && scrape.family(line) == family && !line.starts_with('#') => {
            format!("{name}{{shard=\"a\",{rest}\n{name}{{shard=\"b\",{rest}\n")
        }
        _ => line.clone() + "\n",
    };
    scrape.lines.iter().map(double).collect()
}
