//! Signed JSON Web Tokens (RFC 7515, RFC 7519), as assertions of RFC 7523 are. Signs only; nothing here verifies.
//!
//! On the crypto library itself: the well-known crate for this reads keys with an ASN.1 parser that recurses as deep as
//! its input says, and a customer types that input.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::domain::{auth::SigningAlgorithm, pem};

/// Says nothing of the key: it may be one, but of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key is no private key of this algorithm's kind")]
pub struct BadKey;

/// With what a token is signed.
pub enum Key<'a> {
    /// PEM: PKCS#8, PKCS#1 (RSA) or SEC 1 (ECDSA).
    Private(SigningAlgorithm, &'a SecretString),
    /// HS256.
    Shared(&'a SecretString),
}

/// `key_id`: the header's `kid`.
pub fn sign(key: &Key<'_>, key_id: Option<&str>, claims: &Map<String, Value>) -> Result<SecretString, BadKey> {
    let mut header = Map::from_iter([("alg".to_owned(), json!(name(key))), ("typ".to_owned(), json!("JWT"))]);
    header.extend(key_id.map(|id| ("kid".to_owned(), json!(id))));
    let encoded = |object: &Map<String, Value>| BASE64_URL_SAFE_NO_PAD.encode(Value::from(object.clone()).to_string());
    let message = format!("{}.{}", encoded(&header), encoded(claims));
    let signature = match key {
        Key::Private(algorithm, pem) => with_private_key(*algorithm, pem, message.as_bytes())?,
        Key::Shared(secret) => {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes()), message.as_bytes()).as_ref().to_vec()
        }
    };
    Ok(SecretString::from(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))))
}

const fn name(key: &Key<'_>) -> &'static str {
    match key {
        Key::Shared(_) => "HS256",
        Key::Private(SigningAlgorithm::Rs256, _) => "RS256",
        Key::Private(SigningAlgorithm::Ps256, _) => "PS256",
        Key::Private(SigningAlgorithm::Es256, _) => "ES256",
        Key::Private(SigningAlgorithm::EdDsa, _) => "EdDSA",
    }
}

fn with_private_key(algorithm: SigningAlgorithm, pem: &SecretString, message: &[u8]) -> Result<Vec<u8>, BadKey> {
    let (label, der) = pem::private_key(pem.expose_secret()).ok_or(BadKey)?;
    let der = zeroize::Zeroizing::new(der);
    match algorithm {
        SigningAlgorithm::Rs256 => rsa(&RSA_PKCS1_SHA256, &label, &der, message),
        SigningAlgorithm::Ps256 => rsa(&RSA_PSS_SHA256, &label, &der, message),
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map_err(|_| BadKey)?;
            pair.sign(&generator(), message).map(|signature| signature.as_ref().to_vec()).map_err(|_| BadKey)
        }
        SigningAlgorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| BadKey)?;
            Ok(pair.sign(message).as_ref().to_vec())
        }
    }
}

fn rsa(encoding: &'static dyn RsaEncoding, label: &str, der: &[u8], message: &[u8]) -> Result<Vec<u8>, BadKey> {
    let pair = if label == "RSA PRIVATE KEY" { RsaKeyPair::from_der(der) } else { RsaKeyPair::from_pkcs8(der) }.map_err(|_| BadKey)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &generator(), message, &mut signature).map_err(|_| BadKey)?;
    Ok(signature)
}

#[expect(clippy::disallowed_methods, reason = "a signature blinds itself with the library's own generator, whichever it is handed")]
fn generator() -> SystemRandom {
    SystemRandom::new()
}

#[cfg(test)]
mod tests;
