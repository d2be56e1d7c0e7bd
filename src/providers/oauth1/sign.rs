//! The `Authorization` header of a signed request (RFC 5849 §3.1, §3.5.1).

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::base_string::{base_string, encode};
use crate::{domain::auth::SignatureMethod, providers::Stamp};

/// Who signs: the client, and from the temporary credentials on somebody whose resources they are.
pub(super) struct Signer<'a> {
    pub method: SignatureMethod,
    pub client_id: &'a str,
    pub client_secret: &'a SecretString,
    pub token: Option<(&'a str, &'a SecretString)>,
    pub realm: Option<&'a str>,
}

impl Signer<'_> {
    /// `more`: further parameters of the protocol (`oauth_callback`, `oauth_verifier`).
    pub fn authorization(&self, http_method: &str, url: &Url, more: &[(&str, &str)], stamp: &Stamp) -> SecretString {
        let timestamp = stamp.now.as_millis().div_euclid(1000).to_string();
        let nonce = BASE64_URL_SAFE_NO_PAD.encode(stamp.random);
        let mut parameters = vec![
            ("oauth_consumer_key", self.client_id),
            ("oauth_signature_method", self.name()),
            ("oauth_timestamp", &timestamp),
            ("oauth_nonce", &nonce),
            ("oauth_version", "1.0"),
        ];
        parameters.extend(self.token.map(|(token, _)| ("oauth_token", token)));
        parameters.extend(more);
        self.header(http_method, url, &parameters)
    }

    pub(super) fn header(&self, http_method: &str, url: &Url, parameters: &[(&str, &str)]) -> SecretString {
        let signature = self.signature(http_method, url, parameters);
        // The realm is no parameter of the protocol, and not encoded as one (RFC 9110 §5.6.4).
        let realm = self.realm.map(|realm| format!("realm=\"{}\"", realm.replace('\\', "\\\\").replace('"', "\\\"")));
        let signed = parameters.iter().copied().chain([("oauth_signature", signature.as_str())]);
        let pairs = signed.map(|(name, value)| format!("{}=\"{}\"", encode(name), encode(value)));
        SecretString::from(format!("OAuth {}", realm.into_iter().chain(pairs).collect::<Vec<_>>().join(", ")))
    }

    /// §3.4.2, §3.4.4; the key is the two secrets, each of which may be empty.
    pub(super) fn signature(&self, http_method: &str, url: &Url, parameters: &[(&str, &str)]) -> String {
        let token_secret = self.token.map(|(_, secret)| encode(secret.expose_secret())).unwrap_or_default();
        let key = zeroize::Zeroizing::new(format!("{}&{token_secret}", encode(self.client_secret.expose_secret())));
        let algorithm = match self.method {
            SignatureMethod::Plaintext => return key.to_string(),
            SignatureMethod::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            SignatureMethod::HmacSha256 => hmac::HMAC_SHA256,
        };
        let base = base_string(http_method, url, parameters.iter().copied());
        BASE64_STANDARD.encode(hmac::sign(&hmac::Key::new(algorithm, key.as_bytes()), base.as_bytes()))
    }

    const fn name(&self) -> &'static str {
        match self.method {
            SignatureMethod::HmacSha1 => "HMAC-SHA1",
            SignatureMethod::HmacSha256 => "HMAC-SHA256",
            SignatureMethod::Plaintext => "PLAINTEXT",
        }
    }
}
