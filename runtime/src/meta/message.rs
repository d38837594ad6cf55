//! Messages of panics at compile time, with names and numbers in them.

/// The longest message in bytes; what is beyond is cut off.
const LENGTH: usize = 512;

/// A string that is put together in `const` code.
pub(super) struct Message {
    bytes: [u8; LENGTH],
    length: usize,
}

impl Message {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; LENGTH], length: 0 }
    }

    pub(super) const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        // All of it or nothing: half a character would make the whole message invalid.
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

    pub(super) const fn number(self, number: usize) -> Self {
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

    pub(super) const fn as_str(&self) -> &str {
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
    fn numbers_and_texts_follow_each_other() {
        for number in [0, 7, 10, 1_000, usize::MAX] {
            let message = Message::new().text("a ").number(number).text(" ä");
            assert_eq!(message.as_str(), format!("a {number} ä"));
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let long = "ä".repeat(LENGTH / 2);
        assert_eq!(Message::new().text("a").text(&long).text("b").as_str(), "ab");
        assert_eq!(Message::new().text(&long).text("b").as_str(), long);
    }
}
