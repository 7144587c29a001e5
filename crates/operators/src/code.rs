use engine::StoreError;
use moment::Instant;
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Secret};

/// How long a code is valid, in seconds.
const STEP: u64 = 30;
const DIGITS: usize = 6;

/// What makes an operator's codes: shared with an app of theirs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code(pub(crate) Vec<u8>);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret is not shown.
        f.write_str("Code")
    }
}

/// A new secret, of 160 bits as RFC 4226 recommends.
pub fn fresh_code() -> Result<Code, StoreError> {
    let mut secret = vec![0; 20];
    getrandom::fill(&mut secret).map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
    Ok(Code(secret))
}

impl Code {
    /// The secret that is made of these bytes.
    pub fn of(bytes: [u8; 32]) -> Code {
        Code(bytes.into_iter().take(20).collect())
    }

    /// The secret as apps take it by hand: base32.
    pub fn text(&self) -> String {
        Secret::from(self.0.clone()).to_base32()
    }

    /// The step whose code this is, at this time or one step before or after, as clocks differ.
    pub(crate) fn step_of(&self, typed: &str, now: Instant) -> Option<u64> {
        let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
        if typed.len() != DIGITS || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let step = u64::try_from(now.millis()).ok()? / 1_000 / STEP;
        // Every one of them is compared, in a time that does not depend on which it is.
        let mut found = None;
        for near in [step, step.saturating_sub(1), step + 1] {
            let code = self.at(near)?;
            if bool::from(subtle::ConstantTimeEq::ct_eq(code.as_bytes(), typed.as_bytes())) {
                found = found.or(Some(near));
            }
        }
        found
    }

    /// The code of a step.
    fn at(&self, step: u64) -> Option<String> {
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(DIGITS as u8);
        let totp = builder.with_step_duration(STEP).with_secret(self.0.clone()).build_noncompliant();
        Some(totp.generate(step.checked_mul(STEP)?).to_string())
    }

    /// The code at an instant, as the operator's app shows it.
    pub fn now(&self, now: Instant) -> Option<String> {
        self.at(u64::try_from(now.millis()).ok()? / 1_000 / STEP)
    }
}

/// What apps read from a picture: whose codes these are, and the secret.
pub fn enrol_url(code: &Code, email: &str) -> String {
    let escaped: String = email
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("otpauth://totp/Scrip:{escaped}?secret={}&issuer=Scrip", code.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let code = Code(b"12345678901234567890".to_vec());
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let now = Instant::from_millis(seconds * 1_000);
            assert_eq!(code.now(now).as_deref(), Some(expected));
            assert_eq!(code.step_of(expected, now), Some(seconds as u64 / 30));
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_no_more() {
        let code = Code(b"12345678901234567890".to_vec());
        let at = |seconds: i64| Instant::from_millis(seconds * 1_000);
        let shown = code.now(at(3_000)).unwrap();
        for (seconds, taken) in [(2_969, false), (2_970, true), (3_000, true), (3_059, true), (3_060, false)]
        {
            assert_eq!(code.step_of(&shown, at(seconds)).is_some(), taken, "{seconds}");
        }
        let spaced = format!("{} {}", &shown[..3], &shown[3..]);
        assert!(code.step_of(&spaced, at(3_000)).is_some());
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(code.step_of(wrong, at(3_000)), None);
        }
    }

    #[test]
    fn secrets_as_apps_read_them() {
        // RFC 4648, section 10.
        assert_eq!(Code(b"foobar".to_vec()).text(), "MZXW6YTBOI");
        let code = Code(b"12345678901234567890".to_vec());
        assert_eq!(
            enrol_url(&code, "ada@x.example"),
            "otpauth://totp/Scrip:ada%40x.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Scrip"
        );
        assert_eq!(fresh_code().unwrap().text().len(), 32);
    }
}
