//! Messages of panics at compile time, with names and numbers in them.

/// The maximum length of a message in bytes; a part that does not fit is left out.
const LENGTH: usize = 512;

/// A string that is built in `const` code.
pub(crate) struct Message {
    bytes: [u8; LENGTH],
    length: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; LENGTH], length: 0 }
    }

    pub(crate) const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        // Half a character would make the whole message invalid UTF-8, so a part is added whole or not at all.
        if bytes.len() <= LENGTH - self.length {
            let mut at = 0;
            while at < bytes.len() {
                self.bytes[self.length] = bytes[at];
                self.length += 1;
                at += 1;
            }
        }
        self
    }

    pub(crate) const fn number(self, number: usize) -> Self {
        let mut digits = [0; 20];
        let mut first = digits.len();
        let mut rest = number;
        loop {
            first -= 1;
            #[allow(clippy::cast_possible_truncation, reason = "a digit")]
            {
                digits[first] = b'0' + (rest % 10) as u8;
            }
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        match core::str::from_utf8(digits.split_at(first).1) {
            Ok(text) => self.text(text),
            Err(_) => self,
        }
    }

    pub(crate) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_numbers_are_concatenated() {
        for number in [0, 7, 10, 1_000, usize::MAX] {
            let message = Message::new().text("a ").number(number).text(" ä");
            assert_eq!(message.as_str(), format!("a {number} ä"));
        }
    }

    #[test]
    fn a_part_that_does_not_fit_is_left_out() {
        let long = "ä".repeat(LENGTH / 2);
        assert_eq!(Message::new().text("a").text(&long).text("b").as_str(), "ab");
        assert_eq!(Message::new().text(&long).text("b").as_str(), long);
    }
}
