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
    tag(output, field, LEN);
    varint(output, value.len() as u64);
    output.extend_from_slice(value.as_bytes());
}

/// Writes an embedded message. Its length precedes it but is known only afterwards: one byte is reserved, and a message of more than 127 bytes is moved.
pub(in crate::exporter) fn message(output: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    tag(output, field, LEN);
    let start = output.len();
    output.push(0);
    write(output);
    let length = (output.len() - start - 1) as u64;
    if length < 0x80 {
        output[start] = low_bits(length);
    } else {
        let mut bytes = Vec::with_capacity(10);
        varint(&mut bytes, length);
        output.splice(start..=start, bytes);
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
        let mut long = Vec::new();
        message(&mut long, 1, |inner| string(inner, 1, &"x".repeat(300)));
        assert_eq!((&long[..6], long.len()), (&b"\x0a\xaf\x02\x0a\xac\x02"[..], 306));
    }
}
