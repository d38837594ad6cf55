//! The rules of `verify`.

use crate::report::finding::rules;

/// A finding of `verify`.
pub(crate) type Finding = crate::report::finding::Finding<Rule>;

rules! {
    Syntax Error "syntax" "The response does not follow the exposition format.",
    MissingFamily Error "missing-family" "The code declares a family that the target does not serve.",
    UnrecordedFamily Warning "unrecorded-family" "A declared family has no series; it appears with its first call.",
    UndeclaredFamily Error "undeclared-family" "The target serves a family that the code does not declare.",
    WrongKind Error "wrong-kind" "A family has another type than declared.",
    WrongUnit Error "wrong-unit" "A family has another unit than declared.",
    WrongHelp Warning "wrong-help" "A family has another HELP than declared.",
    MissingLabel Error "missing-label" "A series lacks a declared label.",
    UndeclaredLabel Error "undeclared-label" "A series has a label that is not declared.",
    UndeclaredValue Error "undeclared-value" "A label has a value that is not declared.",
    TooManyValues Error "too-many-values" "An open label has more values than its cap.",
    TooManySeries Error "too-many-series" "A family has more series than the declared labels allow.",
    WrongBuckets Error "wrong-buckets" "A histogram has other buckets than declared.",
    InconsistentHistogram Error "inconsistent-histogram" "The samples of a histogram contradict each other.",
    ImpossibleValue Error "impossible-value" "A sample has a value that its type cannot have.",
}
