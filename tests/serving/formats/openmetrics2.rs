//! A parser of `OpenMetrics` 2.0.0-rc0, written after the grammar and the requirements of the specification, as far as an exporter without summaries,
//! state sets and info metrics needs it (<https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/>).

use metrics_instrumented_tests::Kind;

use super::cursor::{Cursor, Parsed};
use super::read::{Exemplar, Families, Family, Histogram, Labels, Native, Number, Series, key, milliseconds};

/// `exposition`.
pub(super) fn parse(text: &str) -> Parsed<Families> {
    let mut cursor = Cursor(text);
    let mut families: Vec<(String, Family)> = Vec::new();
    while !(cursor.0 == "# EOF\n" || cursor.0 == "# EOF") {
        if cursor.takes("# ") {
            descriptor(&mut cursor, &mut families)?;
        } else {
            sample(&mut cursor, &mut families)?;
        }
        cursor.literal("\n")?;
    }
    let count = families.len();
    let by_key: Families = families.into_iter().map(|(name, family)| (key(&name, family.kind), family)).collect();
    if by_key.len() == count { Ok(by_key) } else { Err("a family twice".to_owned()) }
}

/// `metric-descriptor`, in the recommended order: TYPE, UNIT, HELP.
fn descriptor(cursor: &mut Cursor<'_>, families: &mut Vec<(String, Family)>) -> Parsed<()> {
    let word = ["TYPE ", "UNIT ", "HELP "].into_iter().find(|word| cursor.takes(word));
    let Some(word) = word else { return cursor.fail("TYPE, UNIT or HELP") };
    let name = cursor.metric_name()?;
    cursor.literal(" ")?;
    if word == "TYPE " {
        let kinds = [Kind::Counter, Kind::Gauge, Kind::Histogram];
        let Some(kind) = kinds.into_iter().find(|kind| cursor.takes(&kind.to_string())) else {
            return cursor.fail("a type");
        };
        if families.iter().any(|(known, _)| *known == name) {
            return Err(format!("`{name}` is interleaved or described twice"));
        }
        families.push((name, Family::of(kind)));
        return Ok(());
    }
    let Some((_, family)) = families.last_mut().filter(|(known, _)| *known == name) else {
        return Err(format!("{word} of `{name}` is not after its TYPE"));
    };
    if !family.series.is_empty() || family.help.is_some() || (word == "UNIT " && family.unit.is_some()) {
        return Err(format!("{word} of `{name}` is not at its place"));
    }
    if word == "UNIT " {
        let unit = cursor.name(true)?;
        let base = name.strip_suffix("_total").unwrap_or(&name);
        if !base.ends_with(&format!("_{unit}")) {
            return Err(format!("`{name}` does not end in its unit `{unit}`"));
        }
        family.unit = Some(unit);
    } else {
        family.help = Some(cursor.escaped('\n')?);
    }
    Ok(())
}

/// `sample`, but for its line feed. Samples have no timestamp here.
fn sample(cursor: &mut Cursor<'_>, families: &mut [(String, Family)]) -> Parsed<()> {
    let (name, labels) = cursor.metricname_and_labels()?;
    cursor.literal(" ")?;
    let Some((_, family)) = families.last_mut().filter(|(known, _)| *known == name) else {
        return Err(format!("a sample of `{name}` in another family"));
    };
    let mut series = Series::default();
    if cursor.takes("{") {
        series.histogram = Some(histogram_value(cursor)?);
        cursor.literal("}")?;
    } else {
        series.value = Some(cursor.number()?);
    }
    if series.histogram.is_some() != (family.kind == Kind::Histogram) {
        return Err(format!("`{name}` has a value of another type"));
    }
    if family.kind == Kind::Counter && !series.value.is_some_and(|value| value.0 >= 0.0) {
        return Err(format!("the counter `{name}` is {:?}", series.value));
    }
    if cursor.takes(" st@") {
        series.start = Some(milliseconds(cursor.realnumber()?));
        if family.kind == Kind::Gauge {
            return Err(format!("the gauge `{name}` has a start timestamp"));
        }
    }
    while cursor.takes(" # ") {
        series.exemplars.push(exemplar(cursor)?);
    }
    if family.kind == Kind::Histogram && labels.contains_key("le") {
        return Err(format!("the histogram `{name}` has the label `le`"));
    }
    match family.series.insert(labels.clone(), series) {
        None => Ok(()),
        Some(_) => Err(format!("`{name}` has {labels:?} twice")),
    }
}

fn exemplar(cursor: &mut Cursor<'_>) -> Parsed<Exemplar> {
    let labels: Labels = cursor.labels_in_braces()?;
    cursor.literal(" ")?;
    let value = cursor.number()?;
    cursor.literal(" ")?;
    Ok(Exemplar { labels, value, at: Some(milliseconds(cursor.realnumber()?)) })
}

fn histogram_value(cursor: &mut Cursor<'_>) -> Parsed<Histogram> {
    cursor.literal("count:")?;
    let count = cursor.count()?;
    cursor.literal(",sum:")?;
    let mut histogram = Histogram { count, sum: cursor.number()?, ..Histogram::default() };
    if cursor.takes(",schema:") {
        histogram.native = Some(native_buckets(cursor)?);
    }
    if histogram.native.is_none() || cursor.0.starts_with(',') {
        cursor.literal(",bucket:")?;
        histogram.classic = cursor.list(|cursor| {
            let bound = cursor.number()?;
            cursor.literal(":")?;
            Ok((bound, cursor.count()?))
        })?;
        let is_sorted = histogram.classic.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        if !is_sorted || histogram.classic.last() != Some(&(Number(f64::INFINITY), count)) {
            return Err(format!("buckets are not cumulative, or not as many as {count}: {:?}", histogram.classic));
        }
    }
    if let Some(Native { zero, negative, positive, .. }) = &histogram.native {
        let sum: u64 = zero + negative.iter().chain(positive).map(|(_, count)| count).sum::<u64>();
        // Only NaN is in no native bucket.
        if sum != count && !histogram.sum.0.is_nan() {
            return Err(format!("native buckets have {sum} of {count} values"));
        }
    }
    Ok(histogram)
}

fn native_buckets(cursor: &mut Cursor<'_>) -> Parsed<Native> {
    let schema = cursor.integer()?;
    cursor.literal(",zero_threshold:")?;
    let zero_threshold = Number(cursor.realnumber()?);
    cursor.literal(",zero_count:")?;
    let zero = cursor.count()?;
    let mut buckets = |sign: &str| {
        if !cursor.takes(&format!(",{sign}_spans:")) {
            return Ok(Vec::new());
        }
        let spans = cursor.list(|cursor| {
            let offset = cursor.integer()?;
            cursor.literal(":")?;
            Ok((offset, cursor.count()?))
        })?;
        cursor.literal(&format!(",{sign}_buckets:"))?;
        let counts = cursor.list(Cursor::count)?;
        if spans.iter().skip(1).any(|(offset, _)| *offset < 0) || counts.contains(&0) {
            return Err(format!("spans go back, or a bucket is empty: {spans:?} {counts:?}"));
        }
        let mut indices = Vec::new();
        let mut next = 0;
        for (offset, length) in spans {
            next += offset;
            for _ in 0..length {
                indices.push(next);
                next += 1;
            }
        }
        if indices.len() != counts.len() || counts.is_empty() {
            return Err(format!("{} buckets in spans of {}", counts.len(), indices.len()));
        }
        Ok(indices.into_iter().zip(counts).collect())
    };
    let (negative, positive) = (buckets("negative")?, buckets("positive")?);
    if !(-4..=8).contains(&schema) || zero_threshold.0 < 0.0 {
        return Err(format!("schema {schema}, threshold {zero_threshold:?}"));
    }
    Ok(Native { schema, zero_threshold, zero, negative, positive })
}

/// The examples of the specification, and what it forbids.
#[test]
fn the_parser_follows_the_specification() {
    for valid in [
        "# TYPE foo histogram\nfoo {count:17,sum:324789.3,bucket:[0.0:0,1e-05:0,0.0001:5,1e+06:15,1.1e+23:17,+Inf:17]} st@1520430000.123\n# EOF\n",
        "# TYPE a histogram\na{path=\"/api/v1\",method=\"GET\"} {count:59,sum:1.2e2,schema:7,zero_threshold:1e-4,zero_count:0,negative_spans:[1:2],\
         negative_buckets:[5,7],positive_spans:[-1:2,3:4],positive_buckets:[5,7,10,9,8,8]} st@1520430000.123\n# EOF\n",
        "# TYPE a histogram\na {count:0,sum:0,schema:3,zero_threshold:1e-4,zero_count:0}\n# EOF",
        "# TYPE foo histogram\nfoo {count:17,sum:3.3,schema:0,zero_threshold:1e-4,zero_count:0,positive_spans:[0:2],positive_buckets:[5,12],\
         bucket:[0.01:0,+Inf:17]} st@1520430000.123 # {} 0.054 1520879607.7 # {trace_id=\"KOO5S4vxi0o\"} 1.67 1520879602.890\n# EOF\n",
        "# TYPE foo counter\nfoo 17.0 st@1520879607.789\n# EOF\n",
        "# TYPE foo_seconds_total counter\n# UNIT foo_seconds_total seconds\n# HELP foo_seconds_total Some text and \\n some \\\" escaping\n# EOF\n",
        "# TYPE \"foodb.read.errors\" counter\n# HELP \"foodb.read.errors\" The.\n{\"foodb.read.errors\",\"service.name\"=\"my_service\"} 3482\n# EOF\n",
    ] {
        parse(valid).unwrap_or_else(|error| panic!("{error}\n{valid}"));
    }
    for invalid in [
        "",
        "# TYPE a gauge\na 1\n",
        "# TYPE a gauge\na 1 \n# EOF\n",
        "# TYPE a gauge\na  1\n# EOF\n",
        "# TYPE a gauge\na 1\na 2\n# EOF\n",
        "# TYPE a gauge\na 1E5\n# EOF\n",
        "# TYPE a gauge\na 1 st@5\n# EOF\n",
        "# TYPE a gauge\nb 1\n# EOF\n",
        "# TYPE a counter\na -1\n# EOF\n",
        "# TYPE a counter\na NaN\n# EOF\n",
        "# TYPE a counter\na_total 1\n# EOF\n",
        "# TYPE a histogram\na_count 1\n# EOF\n",
        "# TYPE a histogram\na {count:1, sum:1,bucket:[+Inf:1]}\n# EOF\n",
        "# TYPE a histogram\na {sum:1,count:1,bucket:[+Inf:1]}\n# EOF\n",
        "# TYPE a histogram\na {count:1,sum:1,bucket:[1:1]}\n# EOF\n",
        "# TYPE a histogram\na {count:2,sum:1,bucket:[2:1,1:1,+Inf:2]}\n# EOF\n",
        "# TYPE a histogram\na {count:1,sum:1,bucket:[+Inf:1]} # {} 1\n# EOF\n",
        "# TYPE a histogram\na {count:1,sum:1,bucket:[+Inf:1],schema:0,zero_threshold:0,zero_count:1}\n# EOF\n",
        "# TYPE a histogram\na {count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[0:2],positive_buckets:[1]}\n# EOF\n",
        "# TYPE a histogram\na {count:1,sum:1,schema:9,zero_threshold:0,zero_count:1}\n# EOF\n",
        "# TYPE a gauge\n# HELP a x\n# UNIT a x\n# EOF\n",
        "# TYPE a.b gauge\n# EOF\n",
        "# TYPE a gauge\na{b.c=\"\"} 1\n# EOF\n",
    ] {
        assert!(parse(invalid).is_err(), "{invalid}");
    }
}
