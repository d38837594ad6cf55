//! Matchers of a bucket's bound: `le` is a string, and only the spelling of the exposition matches.

use promql_parser::label::{MatchOp, Matcher};

use super::checker::Checker;
use crate::catalogue::{Family, bound};
use crate::lint::finding::Rule;
use crate::lint::promql::{PLACEHOLDER, alternatives, anchored};
use crate::promql::bounds::spellings;

pub(super) fn check(checker: &mut Checker<'_>, family: &Family, matcher: &Matcher) {
    if matcher.value.is_empty() || matcher.value.contains(PLACEHOLDER) {
        return;
    }
    let written: Vec<String> =
        family.buckets.iter().flat_map(|bound| spellings(*bound)).chain(["+Inf".to_owned()]).collect();
    let missing: Vec<&str> = match &matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => {
            Some(matcher.value.as_str()).filter(|value| !written.iter().any(|one| one == value)).into_iter().collect()
        }
        MatchOp::Re(_) | MatchOp::NotRe(_) => {
            let is_there =
                |part: &&str| anchored(part).is_none_or(|regex| written.iter().any(|text| regex.is_match(text)));
            alternatives(&matcher.value).into_iter().filter(|part| !part.is_empty() && !is_there(part)).collect()
        }
    };
    for value in missing {
        let bounds: Vec<_> = family.buckets.iter().copied().map(bound).collect();
        let spelled =
            value.parse::<f64>().ok().filter(|asked| family.buckets.contains(asked) || *asked == f64::INFINITY);
        let message = match spelled {
            Some(asked) => {
                format!(
                    "`{}` has no bucket `{value}`, because bounds are compared as strings; write `{}`",
                    family.name,
                    bound(asked)
                )
            }
            None => format!("`{}` has no bucket `{value}`; it has {}, +Inf", family.name, bounds.join(", ")),
        };
        checker.report(Rule::UnknownBucket, value, message);
    }
}
