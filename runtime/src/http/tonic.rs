//! tonic's status codes as label values and outcomes.

use tonic::{Code, Status};

use super::code::GrpcCode;
use crate::label::LabelValue;
use crate::names::OutcomeClass;

/// The names of the codes, as [`GrpcCode`] has them.
#[cfg_attr(docsrs, doc(cfg(feature = "tonic")))]
impl LabelValue for Code {
    const VALUES: &'static [&'static str] = GrpcCode::VALUES;
    const CLASSES: &'static [OutcomeClass] = GrpcCode::CLASSES;

    fn index(&self) -> usize {
        GrpcCode::from(*self).index()
    }
}

/// By its code, so that it is the kind of error of `errors = ".."`.
#[cfg_attr(docsrs, doc(cfg(feature = "tonic")))]
impl LabelValue for Status {
    const VALUES: &'static [&'static str] = Code::VALUES;
    const CLASSES: &'static [OutcomeClass] = Code::CLASSES;

    fn index(&self) -> usize {
        self.code().index()
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "tonic")))]
impl From<Code> for GrpcCode {
    fn from(code: Code) -> Self {
        // The discriminants are gRPC's numbers.
        Self::BY_NUMBER.get(code as usize).copied().unwrap_or(Self::Unknown)
    }
}

/// `OK`, or the code of the status.
#[cfg_attr(docsrs, doc(cfg(feature = "tonic")))]
impl<T> From<&Result<T, Status>> for GrpcCode {
    fn from(result: &Result<T, Status>) -> Self {
        result.as_ref().map_or_else(|status| status.code().into(), |_| Self::Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_names_of_tonics() {
        for number in 0..=16 {
            let code = Code::from(number);
            assert_eq!(code as i32, number);
            // `NotFound` as `NOT_FOUND`.
            let name = format!("{code:?}").chars().fold(String::new(), |mut name, letter| {
                if letter.is_uppercase() && !name.is_empty() {
                    name.push('_');
                }
                name.push(letter.to_ascii_uppercase());
                name
            });
            assert_eq!(code.value(), name);
        }
    }
}
