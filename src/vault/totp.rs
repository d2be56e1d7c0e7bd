//! Time-based one-time passwords (RFC 6238), as authenticator apps make them: SHA-1, six digits, thirty seconds.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Secret, Totp};

use super::Random;
use crate::domain::time::Timestamp;

/// 160 random bits in Base32 (RFC 4226 §4).
pub fn new_secret(random: &Random) -> SecretString {
    let mut bytes = zeroize::Zeroizing::new([0; 20]);
    random(bytes.as_mut_slice());
    SecretString::from(Secret::from(bytes.as_slice()).to_base32())
}

fn totp(secret: &SecretString) -> Option<Totp> {
    Builder::new().with_secret(Secret::try_from_base32(secret.expose_secret()).ok()?).build().ok()
}

/// The time step that a code is of: now, or the one before or after. Whoever takes it must take no step twice.
pub fn step_of(secret: &SecretString, code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.as_millis() / 1000).ok()?;
    totp(secret)?.check(code, seconds).and_then(|step| i64::try_from(step).ok())
}

/// The code of a time, as an app would show it.
pub fn code_at(secret: &SecretString, at: Timestamp) -> Option<String> {
    let seconds = u64::try_from(at.as_millis() / 1000).ok()?;
    totp(secret).map(|totp| totp.generate(seconds).to_string())
}

/// What an app reads from a QR code; `label`: whose codes these are.
pub fn enrolment_uri(secret: &SecretString, organization: &str, label: &str) -> SecretString {
    let encode = |text: &str| utf8_percent_encode(&text.replace(':', " "), NON_ALPHANUMERIC).to_string();
    let (issuer, label) = (encode(organization), encode(label));
    SecretString::from(format!("otpauth://totp/{issuer}:{label}?secret={}&issuer={issuer}", secret.expose_secret()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret is the ASCII text 12345678901234567890.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_codes_are_the_published_ones() {
        let secret = SecretString::from(SECRET);
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")] {
            let now = Timestamp::from_millis(seconds * 1000);
            assert_eq!(code_at(&secret, now).as_deref(), Some(code));
            assert_eq!(step_of(&secret, code, now), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_its_neighbours_and_no_further() {
        let secret = SecretString::from(SECRET);
        let at = |seconds: i64| step_of(&secret, "287082", Timestamp::from_millis(seconds * 1000));
        assert_eq!((at(0), at(30), at(60), at(89)), (Some(1), Some(1), Some(1), Some(1)));
        assert_eq!((at(90), at(3000)), (None, None));
        assert_eq!(step_of(&secret, "28708", Timestamp::from_millis(59_000)), None);
        assert_eq!(step_of(&secret, "nonsense", Timestamp::from_millis(59_000)), None);
    }

    #[test]
    fn secrets_are_new_each_time_and_made_for_apps() {
        let random = crate::vault::system_random();
        let (one, other) = (new_secret(&random), new_secret(&random));
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(one.expose_secret().len(), 32);
        let uri = enrolment_uri(&one, "Acme: Co", "ann@acme.example");
        assert!(uri.expose_secret().starts_with("otpauth://totp/Acme%20%20Co:ann%40acme%2Eexample?secret="), "{}", uri.expose_secret());
    }
}
