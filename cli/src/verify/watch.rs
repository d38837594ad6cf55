//! Verifies a target repeatedly, during a load test.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::model::{Allowed, Verified};
use super::rule::{Finding, Rule};
use super::{check, coverage};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::exposition::model::{Exposition, Sample};
use crate::exposition::target::{Preferred, read};
use crate::fetch::Client;
use crate::glob::Patterns;
use crate::progress::Progress;

/// How long, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    pub(crate) for_duration: Duration,
    pub(crate) interval: Duration,
}

/// The results of all scrapes.
#[derive(Debug, Default)]
struct Seen {
    scrapes: usize,
    findings: Vec<(Finding, usize)>,
    exposition: Exposition,
}

/// Scrapes a target until the time is over or the target stops responding. The first scrape must succeed.
pub(crate) fn watch(
    target: &str,
    catalogue: &Catalogue,
    allowed: &Allowed,
    client: &Client,
    preferred: Preferred,
    watch: Watch,
) -> Result<Verified, Error> {
    let begun = Instant::now();
    let mut progress = Progress::new();
    let mut seen = Seen::default();
    loop {
        match read(target, client, preferred) {
            Ok(exposition) => seen.add(check::check(target, &exposition, catalogue, allowed), exposition),
            Err(error) if seen.scrapes == 0 => return Err(error),
            Err(error) => {
                // The load test has ended the program.
                progress.end();
                eprintln!("the target does not respond any more: {error}");
                break;
            }
        }
        progress.show(&format!("{} scrapes, {} findings", seen.scrapes, seen.findings.len()));
        let left = watch.for_duration.saturating_sub(begun.elapsed());
        if left.is_zero() {
            break;
        }
        sleep(left.min(watch.interval));
    }
    progress.end();
    Ok(seen.finish(catalogue, &allowed.metrics))
}

impl Seen {
    fn add(&mut self, findings: Vec<Finding>, exposition: Exposition) {
        self.scrapes += 1;
        for finding in findings {
            match self
                .findings
                .iter_mut()
                .find(|(known, _)| (known.rule, &known.message) == (finding.rule, &finding.message))
            {
                Some((_, times)) => *times += 1,
                None => self.findings.push((finding, 1)),
            }
        }
        merge(&mut self.exposition, exposition);
    }

    fn finish(self, catalogue: &Catalogue, ignored: &Patterns) -> Verified {
        let Self { scrapes, findings, exposition } = self;
        // A family that had no series at first is correct if it has some later.
        let stays = |(finding, times): &(Finding, usize)| finding.rule != Rule::UnrecordedFamily || *times == scrapes;
        let mut findings: Vec<Finding> = findings.into_iter().filter(stays).map(|(finding, _)| finding).collect();
        findings.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
        Verified { scrapes, findings, coverage: coverage::coverage(&exposition, catalogue, ignored) }
    }
}

/// Keeps the highest value of every series, so that one that a restart removed still counts as recorded.
fn merge(all: &mut Exposition, one: Exposition) {
    for family in one.families {
        let Some(known) = all.families.iter_mut().find(|known| known.name == family.name) else {
            all.families.push(family);
            continue;
        };
        let key = |sample: &Sample| (sample.part, sample.labels.clone());
        let places: BTreeMap<_, usize> =
            known.samples.iter().enumerate().map(|(at, sample)| (key(sample), at)).collect();
        for sample in family.samples {
            match places.get(&key(&sample)) {
                Some(at) => known.samples[*at].value = known.samples[*at].value.max(sample.value),
                None => known.samples.push(sample),
            }
        }
    }
}
