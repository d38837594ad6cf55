//! Decodes responses. Only the beginning of a long response is read, so a message may end in the middle of a field.

use crate::exporter::message::beginning;

/// Data points that a collector rejected, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::exporter) struct Rejected {
    pub(in crate::exporter) points: u64,
    pub(in crate::exporter) message: String,
}

/// Returns the rejected data points that an `ExportMetricsServiceResponse` reports.
pub(super) fn rejected(response: &[u8]) -> Rejected {
    let mut rejected = Rejected::default();
    // `partial_success`, and in it `rejected_data_points` and `error_message`.
    for (number, value) in fields(response) {
        let (1, Value::Bytes(partial)) = (number, value) else { continue };
        for field in fields(partial) {
            match field {
                (1, Value::Integer(points)) => rejected.points = points,
                (2, Value::Bytes(message)) => rejected.message = text(message),
                _ => {}
            }
        }
    }
    rejected
}

/// Returns the reason in the response of a collector that refused a request: the message of a `google.rpc.Status`, as OTLP requires, or the text of a proxy.
pub(super) fn reason(response: &[u8]) -> String {
    // The tags of `code` and `message`; no text begins with these control characters.
    if !matches!(response.first(), Some(0x08 | 0x12)) {
        return text(response);
    }
    let message = fields(response).find_map(|field| match field {
        (2, Value::Bytes(message)) => Some(text(message)),
        _ => None,
    });
    message.unwrap_or_default()
}

fn text(bytes: &[u8]) -> String {
    beginning(&String::from_utf8_lossy(bytes))
}

/// The value of a field of a protobuf message.
enum Value<'a> {
    Integer(u64),
    Bytes(&'a [u8]),
}

/// The integers, strings and messages of a message, with the numbers of their fields. It ends at invalid bytes.
fn fields(mut message: &[u8]) -> impl Iterator<Item = (u64, Value<'_>)> {
    std::iter::from_fn(move || {
        loop {
            let tag = varint(&mut message)?;
            let value = match tag & 7 {
                0 => Value::Integer(varint(&mut message)?),
                2 => {
                    let length = usize::try_from(varint(&mut message)?).ok()?;
                    let available = message.len();
                    Value::Bytes(split(&mut message, length.min(available))?)
                }
                1 => {
                    split(&mut message, 8)?;
                    continue;
                }
                5 => {
                    split(&mut message, 4)?;
                    continue;
                }
                _ => return None,
            };
            return Some((tag >> 3, value));
        }
    })
}

fn split<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (first, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(first)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_points_are_read() {
        for (response, points, message) in [
            (&b""[..], 0, ""),
            (b"\x0a\x00", 0, ""),
            (b"\x0a\x07\x08\x96\x01\x12\x02no", 150, "no"),
            (b"\x0a\x04\x12\x02no", 0, "no"),
            (b"\x0a\x02\x08\x03", 3, ""),
            // In another order, between fields of later versions.
            (b"\x1a\x01x\x0a\x0f\x12\x02no\x19xxxxxxxx\x08\x07", 7, "no"),
            // Only the beginning of a long response is read.
            (b"\x0a\x7f\x08\x03\x12\x7dno", 3, "no"),
            (b"\x0a\xff", 0, ""),
            (b"<html>", 0, ""),
            (b"{}", 0, ""),
        ] {
            let found = rejected(response);
            assert_eq!((found.points, found.message.as_str()), (points, message), "{response:?}");
        }
    }

    #[test]
    fn the_reason_of_a_refusal_is_read() {
        for (response, expected) in [
            (&b""[..], ""),
            (b"no such path\r\n", "no such path"),
            (b"<html>\n  <h1>502</h1>\n</html>", "<html> <h1>502</h1> </html>"),
            (b"\x08\x03\x12\x09bad\nlabel", "bad label"),
            (b"\x12\x03bad\x08\x03", "bad"),
            (b"\x08\x03", ""),
            (b"\x08\x03\x12\x7fcut", "cut"),
        ] {
            assert_eq!(reason(response), expected, "{response:?}");
        }
        assert_eq!(reason(&[b'x'; 4096]).len(), 300);
    }
}
