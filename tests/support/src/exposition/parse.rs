//! The lines together: which family each belongs to.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use super::{
    Exposition, Family, Kind, Labels, ParseError, Problem, Sample, check,
    line::{self, Line},
    series,
};

impl Exposition {
    /// Reads a whole exposition.
    ///
    /// # Errors
    /// At the first thing that the format forbids or that no exporter should write.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut parser = Parser::default();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            parser.line(index + 1, line)?;
        }
        parser.leave()?;
        Ok(Self { families: parser.families })
    }
}

impl Problem {
    pub(super) fn at(self, line: usize) -> ParseError {
        ParseError { line, problem: self }
    }
}

#[derive(Debug, Default)]
struct Parser {
    /// The families that are complete.
    families: Vec<Family>,
    /// The family whose lines are being read.
    group: Option<Group>,
    /// Which family a name belongs to: its own, and those of its samples.
    owners: HashMap<String, String>,
    /// All series so far.
    seen: HashSet<(String, Labels)>,
}

/// The lines of one family.
#[derive(Debug)]
struct Group {
    first_line: usize,
    family: String,
    help: Option<String>,
    kind: Option<Kind>,
    samples: Vec<Sample>,
    /// The line of each sample.
    lines: Vec<usize>,
}

impl Parser {
    /// Takes the next line, newline included.
    fn line(&mut self, number: usize, line: &str) -> Result<(), ParseError> {
        let at_line = |problem: Problem| problem.at(number);
        match split_off_newline(line).and_then(line::parse).map_err(at_line)? {
            Line::Nothing => Ok(()),
            Line::Help { family, text } => {
                let group = self.enter(number, family)?;
                group.expect_metadata("HELP", group.help.is_some()).map_err(at_line)?;
                group.help = Some(text);
                Ok(())
            }
            Line::Type { family, kind } => {
                let group = self.enter(number, family)?;
                group.expect_metadata("TYPE", group.kind.is_some()).map_err(at_line)?;
                group.kind = Some(kind);
                self.own(family, kind).map_err(at_line)
            }
            Line::Sample(sample) => self.sample(number, sample).map_err(at_line),
        }
    }

    /// The group of `family`; the one before it is complete if this is another.
    fn enter(&mut self, line: usize, family: &str) -> Result<&mut Group, ParseError> {
        if self.group.as_ref().is_some_and(|group| group.family != family) {
            self.leave()?;
        }
        if self.group.is_none() && self.owners.get(family).is_some_and(|owner| owner == family) {
            return Err(Problem::NotContiguous(family.to_owned()).at(line));
        }
        Ok(self.group.get_or_insert_with(|| Group::new(line, family)))
    }

    /// Completes the group, if there is one.
    fn leave(&mut self) -> Result<(), ParseError> {
        let Some(group) = self.group.take() else {
            return Ok(());
        };
        let Some(kind) = group.kind else {
            return Err(Problem::MissingType(group.family).at(group.first_line));
        };
        let family = Family { name: group.family, kind, help: group.help, samples: group.samples };
        check::family(&family, &group.lines)?;
        self.families.push(family);
        Ok(())
    }

    /// Notes the names that a family takes.
    fn own(&mut self, family: &str, kind: Kind) -> Result<(), Problem> {
        let names = kind.suffixes().iter().map(|suffix| format!("{family}{suffix}"));
        for name in names.chain([family.to_owned()]) {
            match self.owners.entry(name) {
                Entry::Vacant(entry) => {
                    entry.insert(family.to_owned());
                }
                Entry::Occupied(entry) if entry.get() == family => {}
                Entry::Occupied(entry) => {
                    let (name, other) = (entry.key().clone(), entry.get().clone());
                    return Err(Problem::Clash { family: family.to_owned(), other, name });
                }
            }
        }
        Ok(())
    }

    fn sample(&mut self, line: usize, sample: Sample) -> Result<(), Problem> {
        let Some(owner) = self.owners.get(&sample.name) else {
            return Err(Problem::MissingType(sample.name));
        };
        let Some(group) = self.group.as_mut().filter(|group| group.family == *owner) else {
            return Err(Problem::NotContiguous(owner.clone()));
        };
        let kind = group.kind.ok_or_else(|| Problem::MissingType(owner.clone()))?;
        check::sample(&group.family, kind, &sample)?;
        if !self.seen.insert((sample.name.clone(), sample.labels.clone())) {
            return Err(Problem::DuplicateSeries(series(&sample.name, &sample.labels)));
        }
        group.samples.push(sample);
        group.lines.push(line);
        Ok(())
    }
}

impl Group {
    fn new(first_line: usize, family: &str) -> Self {
        let family = family.to_owned();
        Self { first_line, family, help: None, kind: None, samples: Vec::new(), lines: Vec::new() }
    }

    /// `HELP` and `TYPE` come once each, before the samples.
    fn expect_metadata(&self, keyword: &'static str, is_known: bool) -> Result<(), Problem> {
        let family = self.family.clone();
        if !self.samples.is_empty() {
            Err(Problem::MetadataAfterSamples { keyword, family })
        } else if is_known {
            Err(Problem::RepeatedMetadata { keyword, family })
        } else {
            Ok(())
        }
    }
}

fn split_off_newline(line: &str) -> Result<&str, Problem> {
    if line.contains('\r') {
        return Err(Problem::CarriageReturn);
    }
    line.strip_suffix('\n').ok_or(Problem::MissingFinalNewline)
}
