//! The problem of the last push, for the doctor.

use std::fmt;

use super::response::{Rejected, reason};
use crate::exporter::client::{Failure, redirect_problem};

/// Why the last push failed, completely or in part. Displays as the reason and the fix.
#[derive(Clone, Debug)]
pub(in crate::exporter) enum PushProblem {
    Unreachable(String),
    /// The status, and the target.
    Redirected(u16, String),
    /// The status, and the beginning of the answer.
    Refused(u16, String),
    Partial(Rejected),
}

impl From<&Failure> for PushProblem {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Unreachable(reason) => Self::Unreachable(reason.clone()),
            Failure::Redirect { status, location } => Self::Redirected(*status, location.clone()),
            Failure::Status { status, answer, .. } => Self::Refused(*status, reason(answer)),
        }
    }
}

impl fmt::Display for PushProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(reason) => {
                write!(
                    f,
                    "there was no response ({reason}); check that a collector receives OTLP/HTTP there, by default on port 4318"
                )
            }
            Self::Redirected(status, location) => {
                f.write_str(&redirect_problem(*status, location, "the credentials in a header", "the endpoint"))
            }
            Self::Refused(status, answer) => {
                let fix = match status {
                    401 | 403 => "set the credentials in a header",
                    404 | 405 => "check the path, which is `/v1/metrics` by default",
                    413 => "raise the collector's limit for the size of a request, or expose fewer series with views",
                    429 | 502..=504 => "the collector is overloaded or restarting, and the push is retried",
                    _ => "the collector's log has the reason",
                };
                let answer = if answer.is_empty() { String::new() } else { format!(" ({answer})") };
                write!(f, "the response is {status}{answer}; {fix}")
            }
            Self::Partial(Rejected { points, message }) => {
                let message = if message.is_empty() { String::new() } else { format!(" ({message})") };
                write!(f, "the collector rejected {points} points of the last push{message}; they are not sent again")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_its_reason_and_a_fix() {
        for (problem, expected) in [
            (PushProblem::Refused(401, String::new()), "the response is 401; set the credentials in a header"),
            (
                PushProblem::Refused(404, "no route".to_owned()),
                "the response is 404 (no route); check the path, which is `/v1/metrics` by default",
            ),
            (PushProblem::Refused(400, String::new()), "the response is 400; the collector's log has the reason"),
            (
                PushProblem::Partial(Rejected { points: 3, message: "too old".to_owned() }),
                "the collector rejected 3 points of the last push (too old); they are not sent again",
            ),
        ] {
            assert_eq!(problem.to_string(), expected);
        }
    }
}
