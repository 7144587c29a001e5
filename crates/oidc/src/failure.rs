use std::fmt;

/// Why a provider did not tell who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It could not be reached, or did not answer as a provider does. What happened, in a sentence.
    Unreachable(String),
    /// It refused: the error's code, such as `access_denied`.
    Refused(String),
    /// What it told can't be trusted.
    Untrusted(Distrust),
}

/// Why an ID token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// It is no token, or lacks what it must have.
    Unreadable,
    /// It is signed in a way that is not taken: not at all, or with a secret that is shared.
    Algorithm,
    /// The provider has no key by which it could be checked.
    Key,
    /// The signature is not the provider's.
    Signature,
    /// Somebody else has issued it.
    Issuer,
    /// It was issued for somebody else.
    Audience,
    /// It has expired.
    Expired,
    /// It is of a time to come.
    Early,
    /// It was issued for another attempt.
    Nonce,
    /// What it says of the person is of somebody else than what the provider says later.
    Subject,
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Distrust::Unreadable => "the ID token can't be read",
            Distrust::Algorithm => "the ID token is signed by an algorithm that is not taken",
            Distrust::Key => "the ID token is signed by a key that the provider does not publish",
            Distrust::Signature => "the signature of the ID token is wrong",
            Distrust::Issuer => "the issuer is another one",
            Distrust::Audience => "the ID token is for another audience",
            Distrust::Expired => "the ID token has expired",
            Distrust::Early => "the ID token is of a time to come",
            Distrust::Nonce => "the nonce of the ID token is of another attempt",
            Distrust::Subject => "the subject is another one",
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Unreachable(why) => f.write_str(why),
            Failure::Refused(code) => write!(f, "the provider refused: {code}"),
            Failure::Untrusted(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// A refusal by the provider's code, of which no more is kept than a code is.
    pub fn refused(code: &str) -> Failure {
        let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
        let code: String = code.chars().filter(plain).take(64).collect();
        Failure::Refused(if code.is_empty() { "no code".to_owned() } else { code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_code_no_more_is_kept_than_a_code_is() {
        for (told, kept) in [
            ("access_denied", "access_denied"),
            ("<b>x</b>\n", "bxb"),
            ("", "no code"),
            (&*"x".repeat(500), &*"x".repeat(64)),
        ] {
            assert_eq!(Failure::refused(told), Failure::Refused(kept.to_owned()), "{told}");
        }
    }
}
