//! Crockford's base 32 in lower case: no `i`, `l`, `o` or `u`, so that an id can be read aloud and typed.

/// The digits, by value.
pub const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Marks a byte that is no digit.
const NONE: u8 = 0xff;

const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut digit = 0;
    while digit < DIGITS.len() {
        values[DIGITS[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// All pairs of digits, by value.
const PAIRS: [[u8; 2]; 1024] = {
    let mut pairs = [[0; 2]; 1024];
    let mut value = 0;
    while value < pairs.len() {
        pairs[value] = [DIGITS[value >> 5], DIGITS[value & 31]];
        value += 1;
    }
    pairs
};

/// The value of a digit. Capitals and look-alikes are refused: each id has one spelling.
pub fn value(digit: u8) -> Option<u8> {
    VALUES.get(usize::from(digit)).copied().filter(|value| *value != NONE)
}

/// The digit of the lowest five bits.
pub fn digit(bits: u64) -> u8 {
    DIGITS.get((bits & 31) as usize).copied().unwrap_or(b'0')
}

/// The two digits of the lowest ten bits.
pub fn pair(bits: u64) -> [u8; 2] {
    PAIRS.get((bits & 1023) as usize).copied().unwrap_or([b'0'; 2])
}

/// The bytes as digits, most significant bit first; the last digit is filled up with zeros.
pub fn encode(bytes: &[u8], out: &mut String) {
    let (mut bits, mut count) = (0_u64, 0);
    for byte in bytes {
        bits = bits << 8 | u64::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            out.push(char::from(digit(bits >> count)));
        }
    }
    if count > 0 {
        out.push(char::from(digit(bits << (5 - count))));
    }
}

/// The bytes that these digits stand for; `None` if a character is no digit or the filling is not zero.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count) = (0_u64, 0);
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    for character in text.bytes() {
        bits = (bits << 5 | u64::from(value(character)?)) & 0xffff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    let filling = bits & ((1 << count) - 1);
    (count < 5 && filling == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn bytes_come_back() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|place| place.wrapping_mul(37) ^ length).collect();
            let mut text = String::new();
            encode(&bytes, &mut text);
            assert_eq!(decode(&text), Some(bytes));
        }
    }

    #[test]
    fn there_is_one_spelling() {
        let mut text = String::new();
        encode(&[0xff, 0x01], &mut text);
        assert_eq!(text, "zw0g");
        for wrong in ["zW0g", "zw0i", "zw0h", "zw0", "zw 0g", "zw0\u{e9}"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
