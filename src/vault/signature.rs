//! Signatures of webhooks (Standard Webhooks 1.0, "symmetric"): HMAC-SHA-256 over `id.timestamp.body`.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Random;

const PREFIX: &str = "whsec_";
/// The standard asks for 24 to 64.
const SECRET_BYTES: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret is whsec_ and Base64 of its bytes")]
pub struct NotASecret;

/// A new signing secret, as its receiver is given it.
pub fn new_secret(random: &Random) -> SecretString {
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    random(bytes.as_mut_slice());
    SecretString::from(format!("{PREFIX}{}", STANDARD.encode(bytes.as_slice())))
}

/// `v1,` and the signature in Base64. `timestamp`: Unix seconds, as `webhook-timestamp` says it.
pub fn sign(secret: &SecretString, id: &str, timestamp: i64, body: &str) -> Result<String, NotASecret> {
    let encoded = secret.expose_secret().strip_prefix(PREFIX).ok_or(NotASecret)?;
    let key = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| NotASecret)?);
    let signed = Zeroizing::new(format!("{id}.{timestamp}.{body}"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_published_one() {
        // The vector of the Standard Webhooks reference libraries.
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature.as_deref(), Ok("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn a_new_secret_signs_and_something_else_does_not() {
        let random = crate::vault::system_random();
        let (one, other) = (new_secret(&random), new_secret(&random));
        let signed = |secret: &SecretString| sign(secret, "id", 1, "{}");
        assert!(signed(&one).is_ok() && signed(&one) == signed(&one) && signed(&one) != signed(&other));
        for wrong in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64"] {
            assert_eq!(signed(&SecretString::from(wrong)), Err(NotASecret), "{wrong}");
        }
    }
}
