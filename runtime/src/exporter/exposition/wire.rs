//! The parts of protobuf's wire format (<https://protobuf.dev/programming-guides/encoding/>) that are needed here.

/// Wire types.
const VARINT: u32 = 0;
const I64: u32 = 1;
const LEN: u32 = 2;

pub(in crate::exporter) fn varint(output: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        output.push(low_bits(value) | 0x80);
        value >>= 7;
    }
    output.push(low_bits(value));
}

#[allow(clippy::cast_possible_truncation, reason = "seven bits")]
fn low_bits(value: u64) -> u8 {
    (value & 0x7f) as u8
}

fn tag(output: &mut Vec<u8>, field: u32, wire_type: u32) {
    varint(output, u64::from(field << 3 | wire_type));
}

/// A field of an unsigned integer type or an enumeration.
pub(in crate::exporter) fn integer(output: &mut Vec<u8>, field: u32, value: u64) {
    tag(output, field, VARINT);
    varint(output, value);
}

/// A field of a signed type whose small numbers are short, `sint32` or `sint64`.
pub(in crate::exporter) fn signed(output: &mut Vec<u8>, field: u32, value: i64) {
    integer(output, field, (value << 1 ^ value >> 63).cast_unsigned());
}

/// A field of the types `fixed64` or `sfixed64`.
#[cfg(feature = "otlp")]
pub(in crate::exporter) fn fixed64(output: &mut Vec<u8>, field: u32, value: u64) {
    tag(output, field, I64);
    output.extend_from_slice(&value.to_le_bytes());
}

/// A repeated field whose values have eight bytes each.
#[cfg(feature = "otlp")]
pub(in crate::exporter) fn packed(output: &mut Vec<u8>, field: u32, values: impl ExactSizeIterator<Item = [u8; 8]>) {
    tag(output, field, LEN);
    varint(output, 8 * values.len() as u64);
    values.for_each(|value| output.extend_from_slice(&value));
}

pub(in crate::exporter) fn double(output: &mut Vec<u8>, field: u32, value: f64) {
    tag(output, field, I64);
    output.extend_from_slice(&value.to_le_bytes());
}

pub(in crate::exporter) fn string(output: &mut Vec<u8>, field: u32, value: &str) {
    bytes(output, field, value.as_bytes());
}

/// A field of bytes, or of an embedded message that is encoded already.
pub(super) fn bytes(output: &mut Vec<u8>, field: u32, value: &[u8]) {
    tag(output, field, LEN);
    varint(output, value.len() as u64);
    output.extend_from_slice(value);
}

/// Writes an embedded message. Its length precedes it but is known only afterwards: one byte is reserved, and a message of more than 127 bytes is moved.
pub(in crate::exporter) fn message(output: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    tag(output, field, LEN);
    let start = output.len();
    output.push(0);
    write(output);
    set_length(output, start, 1);
}

/// The same for a message that usually has from 128 to 16,383 bytes: two bytes are reserved for its length.
pub(super) fn long_message(output: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    tag(output, field, LEN);
    let start = output.len();
    output.extend_from_slice(&[0, 0]);
    write(output);
    set_length(output, start, 2);
}

/// Writes the length of a message into the bytes that are reserved at `start`; moves the message if the length needs another number of bytes.
fn set_length(output: &mut Vec<u8>, start: usize, reserved: usize) {
    let length = (output.len() - start - reserved) as u64;
    match (reserved, length) {
        (1, ..0x80) => output[start] = low_bits(length),
        (2, 0x80..0x4000) => output[start..start + 2].copy_from_slice(&two_bytes(length)),
        _ => {
            let mut bytes = Vec::with_capacity(10);
            varint(&mut bytes, length);
            output.splice(start..start + reserved, bytes);
        }
    }
}

/// A number from 128 to 16,383.
fn two_bytes(value: u64) -> [u8; 2] {
    [low_bits(value) | 0x80, low_bits(value >> 7)]
}

/// Writes an embedded message with an integer as its field 1 and a double as its field 2. A scrape has hundreds of thousands of them, the buckets of
/// histograms, so one whose integer has at most two bytes is appended as a whole.
pub(super) fn pair(output: &mut Vec<u8>, field: u32, count: u64, value: f64) {
    const INTEGER: u8 = tag_byte(1, VARINT);
    const DOUBLE: u8 = tag_byte(2, I64);
    tag(output, field, LEN);
    match count {
        0..0x80 => {
            let mut message = [11, INTEGER, low_bits(count), DOUBLE, 0, 0, 0, 0, 0, 0, 0, 0];
            message[4..].copy_from_slice(&value.to_le_bytes());
            output.extend_from_slice(&message);
        }
        0x80..0x4000 => {
            let [low, high] = two_bytes(count);
            let mut message = [12, INTEGER, low, high, DOUBLE, 0, 0, 0, 0, 0, 0, 0, 0];
            message[5..].copy_from_slice(&value.to_le_bytes());
            output.extend_from_slice(&message);
        }
        _ => {
            let start = output.len();
            output.push(0);
            integer(output, 1, count);
            double(output, 2, value);
            set_length(output, start, 1);
        }
    }
}

/// The tag of a field below 16.
#[allow(clippy::cast_possible_truncation, reason = "fields below 16, types below 8")]
const fn tag_byte(field: u32, wire_type: u32) -> u8 {
    (field << 3 | wire_type) as u8
}

/// Writes an embedded message with strings as its fields 1 and 2: a label. If they are short, all lengths have one byte and are known in advance.
#[allow(clippy::cast_possible_truncation, reason = "lengths below 128")]
pub(super) fn strings(output: &mut Vec<u8>, field: u32, first: &str, second: &str) {
    const FIRST: u8 = tag_byte(1, LEN);
    const SECOND: u8 = tag_byte(2, LEN);
    if first.len() + second.len() < 0x80 - 4 {
        tag(output, field, LEN);
        output.extend_from_slice(&[(first.len() + second.len() + 4) as u8, FIRST, first.len() as u8]);
        output.extend_from_slice(first.as_bytes());
        output.extend_from_slice(&[SECOND, second.len() as u8]);
        output.extend_from_slice(second.as_bytes());
    } else {
        message(output, field, |output| {
            string(output, 1, first);
            string(output, 2, second);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_in_the_wire_format() {
        let mut output = Vec::new();
        integer(&mut output, 1, 150);
        string(&mut output, 2, "testing");
        message(&mut output, 3, |inner| integer(inner, 1, 150));
        assert_eq!(output, b"\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01");
        let mut output = Vec::new();
        for value in [0, -1, 1, i64::MIN] {
            signed(&mut output, 1, value);
        }
        assert_eq!(output, b"\x08\x00\x08\x01\x08\x02\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
        for (count, expected) in [
            (127, &b"\x1a\x0b\x08\x7f\x11"[..]),
            (128, b"\x1a\x0c\x08\x80\x01\x11"),
            (0x3fff, b"\x1a\x0c\x08\xff\x7f\x11"),
            (0x4000, b"\x1a\x0d\x08\x80\x80\x01\x11"),
        ] {
            let mut output = Vec::new();
            pair(&mut output, 3, count, 0.5);
            assert_eq!(output, [expected, &0.5f64.to_le_bytes()].concat(), "{count}");
        }
        for length in [0, 1, 120, 121, 122, 200] {
            let (name, value) = ("abc", "x".repeat(length));
            let (mut fast, mut expected) = (Vec::new(), Vec::new());
            strings(&mut fast, 1, name, &value);
            message(&mut expected, 1, |output| {
                string(output, 1, name);
                string(output, 2, &value);
            });
            assert_eq!(fast, expected, "{length} bytes");
        }
        for length in [0, 127, 128, 0x3fff, 0x4000] {
            let content = vec![7; length];
            let mut expected = vec![0x0a];
            varint(&mut expected, length as u64);
            expected.extend_from_slice(&content);
            let (mut short, mut long) = (Vec::new(), Vec::new());
            message(&mut short, 1, |output| output.extend_from_slice(&content));
            long_message(&mut long, 1, |output| output.extend_from_slice(&content));
            assert!(short == expected && long == expected, "{length} bytes");
        }
        let mut long = Vec::new();
        message(&mut long, 1, |inner| string(inner, 1, &"x".repeat(300)));
        assert_eq!((&long[..6], long.len()), (&b"\x0a\xaf\x02\x0a\xac\x02"[..], 306));
    }
}
