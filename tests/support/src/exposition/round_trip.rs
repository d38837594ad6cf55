//! Whatever a correct renderer writes is read back as it was.

use std::collections::{BTreeMap, btree_map};

use proptest::{collection, option, prelude::*, sample::select};

use super::{Exposition, Family, Kind, Labels, Sample};

/// How to write what the format leaves open.
#[derive(Debug, Clone, Copy)]
struct Style {
    /// Labels backwards, `TYPE` before `HELP`.
    reversed: bool,
    empty_braces: bool,
    blank_lines: bool,
}

prop_compose! {
    fn style()((reversed, empty_braces, blank_lines) in any::<(bool, bool, bool)>()) -> Style {
        Style { reversed, empty_braces, blank_lines }
    }
}

/// Text with a lot of what has to be escaped.
fn text() -> impl Strategy<Value = String> {
    collection::vec(prop_oneof![select(vec!['\\', '"', '\n', ' ', '{', '}', ',', '=', '#', 'n']), any::<char>()], 0..12)
        .prop_map(|characters| characters.into_iter().filter(|character| *character != '\r').collect())
}

/// Help is separated by blanks, so it cannot begin with one.
fn help() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.trim_start_matches([' ', '\t']).to_owned())
}

fn labels() -> impl Strategy<Value = Labels> {
    let name = "_?[a-zA-Z][a-zA-Z0-9_]{0,6}"
        .prop_filter("le and quantile are taken", |name| name != "le" && name != "quantile");
    collection::btree_map(name, text(), 0..4)
}

fn value() -> impl Strategy<Value = f64> {
    // NaN is not equal to itself; the unit tests have it.
    prop_oneof![any::<f64>(), (0_u32..1000).prop_map(f64::from), select(vec![f64::INFINITY, f64::NEG_INFINITY])]
        .prop_filter("a number", |value| !value.is_nan())
}

/// The samples of one series, for each kind.
fn series(name: String, kind: Kind, labels: Labels) -> BoxedStrategy<Vec<Sample>> {
    let sample = move |suffix: &str, own: Option<(&str, String)>, value: f64| {
        let mut labels = labels.clone();
        labels.extend(own.map(|(label, value)| (label.to_owned(), value)));
        Sample { name: format!("{name}{suffix}"), labels, value, timestamp: None }
    };
    match kind {
        Kind::Counter => value().prop_map(move |value| vec![sample("", None, value.abs())]).boxed(),
        Kind::Gauge | Kind::Untyped => (value(), option::of(any::<i64>()))
            .prop_map(move |(value, timestamp)| vec![Sample { timestamp, ..sample("", None, value) }])
            .boxed(),
        Kind::Histogram => (collection::vec((1_u32..500, 0_u32..1000), 0..5), 0_u32..1000, value())
            .prop_map(move |(steps, beyond, sum)| {
                let (mut bound, mut count) = (0, 0);
                let mut samples = Vec::new();
                for (step, values) in steps {
                    (bound, count) = (bound + step, count + values);
                    let le = (f64::from(bound) / 100.0).to_string();
                    samples.push(sample("_bucket", Some(("le", le)), f64::from(count)));
                }
                let count = f64::from(count + beyond);
                samples.push(sample("_bucket", Some(("le", "+Inf".to_owned())), count));
                samples.push(sample("_sum", None, sum));
                samples.push(sample("_count", None, count));
                samples
            })
            .boxed(),
        Kind::Summary => (value(), 0_u32..1000)
            .prop_map(move |(median, count)| {
                vec![
                    sample("", Some(("quantile", "0.5".to_owned())), median),
                    sample("_sum", None, median),
                    sample("_count", None, f64::from(count)),
                ]
            })
            .boxed(),
    }
}

fn family(name: String) -> impl Strategy<Value = Family> {
    let kind = select(Kind::ALL.to_vec());
    (kind, option::of(help()), collection::btree_set(labels(), 0..4)).prop_flat_map(move |(kind, help, sets)| {
        let all: Vec<_> = sets.into_iter().map(|labels| series(name.clone(), kind, labels)).collect();
        let name = name.clone();
        all.prop_map(move |samples| Family { name: name.clone(), kind, help: help.clone(), samples: samples.concat() })
    })
}

/// Names end in their number, so that none is another's with a suffix.
fn exposition() -> impl Strategy<Value = Exposition> {
    collection::vec("[a-zA-Z_:][a-zA-Z0-9_:]{0,8}", 0..5)
        .prop_flat_map(|names| {
            names.into_iter().enumerate().map(|(index, name)| family(format!("{name}_{index}"))).collect::<Vec<_>>()
        })
        .prop_map(|families| Exposition { families })
}

/// The renderer: nothing of the parser's own, not even its `Display`.
fn render(exposition: &Exposition, style: Style) -> String {
    let mut text = String::new();
    for family in &exposition.families {
        let kind = format!("# TYPE {} {}\n", family.name, format!("{:?}", family.kind).to_lowercase());
        let help = family.help.as_ref().map(|help| format!("# HELP {} {}\n", family.name, escape(help, false)));
        let help = help.unwrap_or_default();
        text += &if style.reversed { kind + &help } else { help + &kind };
        for sample in &family.samples {
            text += &sample.name;
            text += &render_labels(&sample.labels, style);
            let value = match sample.value {
                f64::INFINITY => "+Inf".to_owned(),
                f64::NEG_INFINITY => "-Inf".to_owned(),
                value => format!("{value:e}"),
            };
            text += " ";
            text += &value;
            let timestamp = sample.timestamp.map(|timestamp| format!(" {timestamp}"));
            text += &timestamp.unwrap_or_default();
            text += "\n";
        }
        if style.blank_lines {
            text += "\n# a comment\n\n";
        }
    }
    text
}

fn render_labels(labels: &BTreeMap<String, String>, style: Style) -> String {
    if labels.is_empty() {
        return if style.empty_braces { "{}".to_owned() } else { String::new() };
    }
    let one = |(name, value): (&String, &String)| format!("{name}=\"{}\"", escape(value, true));
    let pairs: btree_map::Iter<'_, _, _> = labels.iter();
    let pairs: Vec<_> = if style.reversed { pairs.rev().map(one).collect() } else { pairs.map(one).collect() };
    format!("{{{}}}", pairs.join(","))
}

fn escape(text: &str, quotes: bool) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' => escaped += "\\\\",
            '\n' => escaped += "\\n",
            '"' if quotes => escaped += "\\\"",
            other => escaped.push(other),
        }
    }
    escaped
}

proptest! {
    #[test]
    fn what_is_rendered_is_read_back(exposition in exposition(), style in style()) {
        let text = render(&exposition, style);
        let read = Exposition::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&exposition), "{}", text);
    }

    #[test]
    fn a_sample_displays_as_it_is_read(exposition in exposition()) {
        for family in &exposition.families {
            let mut lines = vec![format!("# TYPE {} {}", family.name, family.kind)];
            lines.extend(family.samples.iter().map(ToString::to_string));
            let text = lines.join("\n") + "\n";
            let read = Exposition::parse(&text).map(|read| read.families[0].samples.clone());
            prop_assert_eq!(read.as_ref(), Ok(&family.samples), "{}", text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        _ = Exposition::parse(&text);
    }

    /// Losing its last line makes a family with a histogram invalid.
    #[test]
    fn a_cut_histogram_is_refused(samples in series("h".to_owned(), Kind::Histogram, Labels::new())) {
        let family = Family { name: "h".to_owned(), kind: Kind::Histogram, help: None, samples };
        let mut exposition = Exposition { families: vec![family] };
        exposition.families[0].samples.pop();
        let style = Style { reversed: false, empty_braces: false, blank_lines: false };
        prop_assert!(Exposition::parse(&render(&exposition, style)).is_err());
    }
}
