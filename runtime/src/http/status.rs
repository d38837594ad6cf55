//! The value of `http_response_status_code`: how a request of the ready-made operations ended.

use http::StatusCode;

use crate::label::LabelValue;
use crate::names::OutcomeClass;

/// The status code, or how the request ended without a whole response. The classes are the server's: a response of class 4xx is not a failure of a server.
#[derive(Clone, Copy, Debug)]
pub struct Status(u8);

#[allow(clippy::cast_possible_truncation, reason = "there are less than 256 values")]
impl Status {
    /// Without a response.
    pub(super) const FAILED: Self = Self(CODES as u8);
    pub(super) const PANICKED: Self = Self(CODES as u8 + 1);
    pub(super) const CANCELLED: Self = Self(CODES as u8 + 2);
}

/// Codes from 600 on count as failures.
impl From<StatusCode> for Status {
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "at most `CODES`")]
    fn from(code: StatusCode) -> Self {
        Self(code.index().min(CODES) as u8)
    }
}

impl LabelValue for Status {
    const VALUES: &'static [&'static str] = &VALUES;
    const CLASSES: &'static [OutcomeClass] = &CLASSES;

    #[inline]
    fn index(&self) -> usize {
        usize::from(self.0)
    }
}

/// How many values are codes.
const CODES: usize = StatusCode::VALUES.len();

const VALUES: [&str; CODES + 3] = {
    let mut values = ["error", "panic", "cancelled"].as_slice();
    let mut all = [""; CODES + 3];
    let mut at = 0;
    while at < CODES {
        all[at] = StatusCode::VALUES[at];
        at += 1;
    }
    while let [first, rest @ ..] = values {
        all[at] = first;
        at += 1;
        values = rest;
    }
    all
};

/// The same status as a client sees it: 4xx is an error, too.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientStatus(pub(super) Status);

impl LabelValue for ClientStatus {
    const VALUES: &'static [&'static str] = Status::VALUES;
    const CLASSES: &'static [OutcomeClass] = &CLIENT_CLASSES;

    fn index(&self) -> usize {
        self.0.index()
    }
}

const CLASSES: [OutcomeClass; CODES + 3] = classes(b'5');
const CLIENT_CLASSES: [OutcomeClass; CODES + 3] = classes(b'4');

/// The class of each value, if codes are errors from the class that begins with this digit on.
const fn classes(first_error: u8) -> [OutcomeClass; CODES + 3] {
    let mut classes = [OutcomeClass::Ok; CODES + 3];
    let mut at = 0;
    while at < CODES {
        if StatusCode::VALUES[at].as_bytes()[0] >= first_error {
            classes[at] = OutcomeClass::Error;
        }
        at += 1;
    }
    classes[CODES] = OutcomeClass::Error;
    classes[CODES + 1] = OutcomeClass::Error;
    classes[CODES + 2] = OutcomeClass::Ignored;
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_errors_failures_and_panics_are_errors() {
        let class = |status: Status| (status.value(), Status::CLASSES[status.index()]);
        let code = |code| Status::from(StatusCode::from_u16(code).expect("a code"));
        assert_eq!(class(code(200)), ("200", OutcomeClass::Ok));
        assert_eq!(class(code(404)), ("404", OutcomeClass::Ok));
        assert_eq!(class(code(503)), ("503", OutcomeClass::Error));
        assert_eq!(class(code(599)), ("5xx", OutcomeClass::Error));
        assert_eq!(class(Status::FAILED), ("error", OutcomeClass::Error));
        assert_eq!(class(Status::PANICKED), ("panic", OutcomeClass::Error));
        assert_eq!(class(Status::CANCELLED), ("cancelled", OutcomeClass::Ignored));
        let of_client = |code_or_end: Status| ClientStatus::CLASSES[ClientStatus(code_or_end).index()];
        assert_eq!(
            [200, 302, 404, 503].map(|number| of_client(code(number)) == OutcomeClass::Error),
            [false, false, true, true]
        );
        assert_eq!(of_client(Status::CANCELLED), OutcomeClass::Ignored);
    }
}
