//! The id of a request: on every response, and in every problem.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderValue;

use crate::base32;

/// `req_` and thirteen digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestId([u8; RequestId::LENGTH]);

impl RequestId {
    const PREFIX: &[u8] = b"req_";
    const DIGITS: usize = 13;
    const LENGTH: usize = 4 + RequestId::DIGITS;

    /// The id of these 64 bits.
    pub fn from_bits(bits: u64) -> RequestId {
        let mut text = [b'0'; RequestId::LENGTH];
        let mut left = bits;
        for digit in text.iter_mut().rev().take(RequestId::DIGITS) {
            *digit = base32::digit(left);
            left >>= 5;
        }
        for (place, letter) in text.iter_mut().zip(RequestId::PREFIX) {
            *place = *letter;
        }
        RequestId(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The same as the value of a header.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0).unwrap_or(HeaderValue::from_static("req_"))
    }
}

/// Makes them: a counter that starts at random, mixed so that ids do not tell how much is asked.
#[derive(Debug)]
pub(crate) struct RequestIds(AtomicU64);

impl RequestIds {
    /// A counter that starts at `start`.
    pub fn starting_at(start: u64) -> RequestIds {
        RequestIds(AtomicU64::new(start))
    }

    /// The next one. Each step of the mix can be undone, so that no id comes twice.
    pub fn next(&self) -> RequestId {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        let mixed = (count ^ count >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        RequestId::from_bits(mixed ^ mixed >> 31)
    }
}
