//! A reader of the text formats 0.0.4 and 1.0.0 and of `OpenMetrics` 1.0, in which a histogram is one line for each bucket, its sum and its count.

use metrics_instrumented_tests::Kind;

use super::cursor::{Cursor, Parsed};
use super::read::{Exemplar, Families, Family, Number, Series, key, milliseconds};

pub(super) fn parse(text: &str, is_openmetrics: bool) -> Parsed<Families> {
    let mut cursor = Cursor(text);
    let mut families: Vec<(String, Family)> = Vec::new();
    // HELP stands before the type.
    let mut help: Option<(String, String)> = None;
    while !cursor.0.is_empty() {
        if is_openmetrics && cursor.0 == "# EOF\n" {
            break;
        }
        if !is_openmetrics && cursor.takes("\n") {
            continue;
        }
        if cursor.takes("# HELP ") {
            let name = cursor.metric_name()?;
            cursor.literal(" ")?;
            help = Some((name, cursor.escaped('\n')?));
        } else if cursor.takes("# TYPE ") {
            let name = cursor.metric_name()?;
            cursor.literal(" ")?;
            let kinds = [Kind::Counter, Kind::Gauge, Kind::Histogram];
            let Some(kind) = kinds.into_iter().find(|kind| cursor.takes(&kind.to_string())) else {
                return cursor.fail("a type");
            };
            let help = help.take().filter(|(described, _)| *described == name).map(|(_, text)| text);
            families.push((name, Family { help, ..Family::of(kind) }));
        } else if cursor.takes("# UNIT ") {
            let name = cursor.metric_name()?;
            cursor.literal(" ")?;
            let unit = cursor.name(false)?;
            match families.last_mut() {
                Some((last, family)) if *last == name && is_openmetrics => family.unit = Some(unit),
                _ => return Err(format!("UNIT of `{name}` is not after its TYPE")),
            }
        } else {
            let Some((name, family)) = families.last_mut() else { return cursor.fail("a TYPE before the sample") };
            sample(&mut cursor, name, family, is_openmetrics)?;
        }
        cursor.literal("\n")?;
    }
    let count = families.len();
    let by_key: Families = families.into_iter().map(|(name, family)| (key(&name, family.kind), family)).collect();
    if by_key.len() == count { Ok(by_key) } else { Err("a family twice".to_owned()) }
}

fn sample(cursor: &mut Cursor<'_>, family: &str, of: &mut Family, is_openmetrics: bool) -> Parsed<()> {
    let (name, mut labels) = cursor.metricname_and_labels()?;
    cursor.literal(" ")?;
    let Some(ending) = name.strip_prefix(family) else { return Err(format!("`{name}` in the family `{family}`")) };
    let bound = if ending == "_bucket" { labels.remove("le") } else { None };
    let series: &mut Series = of.series.entry(labels).or_default();
    match (of.kind, ending) {
        (Kind::Counter, "_total") if is_openmetrics => series.value = Some(cursor.number()?),
        (Kind::Counter, "") if !is_openmetrics => series.value = Some(cursor.number()?),
        (Kind::Gauge, "") => series.value = Some(cursor.number()?),
        (Kind::Counter | Kind::Histogram, "_created") if is_openmetrics => {
            series.start = Some(milliseconds(cursor.realnumber()?));
        }
        (Kind::Histogram, "_bucket") => {
            let bound = Number(bound.and_then(|bound| bound.parse().ok()).ok_or("no bound")?);
            let count = cursor.count()?;
            series.histogram.get_or_insert_default().classic.push((bound, count));
            if is_openmetrics && cursor.takes(" # ") {
                let labels = cursor.labels_in_braces()?;
                cursor.literal(" ")?;
                let value = cursor.number()?;
                let at = if cursor.takes(" ") { Some(milliseconds(cursor.realnumber()?)) } else { None };
                series.exemplars.push(Exemplar { labels, value, at });
            }
        }
        (Kind::Histogram, "_sum") => series.histogram.get_or_insert_default().sum = cursor.number()?,
        (Kind::Histogram, "_count") => series.histogram.get_or_insert_default().count = cursor.count()?,
        _ => return Err(format!("`{name}` is no sample of the {} `{family}`", of.kind)),
    }
    Ok(())
}
