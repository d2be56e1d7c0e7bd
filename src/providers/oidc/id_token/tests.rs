use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, Header, encode};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;

struct Issuer {
    key: EncodingKey,
    public: Value,
}

fn issuer(kid: &str) -> Issuer {
    let pair = EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let der = pair.to_pkcs8v1().unwrap();
    let point = pair.public_key().as_ref().to_vec();
    let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let public =
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256", "use": "sig", "x": part(&point[1..33]), "y": part(&point[33..])});
    Issuer { key: EncodingKey::from_ec_der(der.as_ref()), public }
}

const NOW: i64 = 1_800_000_000;

fn claims() -> Value {
    json!({"iss": "https://id.acme.example", "aud": "jackfield", "sub": "7", "exp": NOW + 300, "nonce": "n", "email": "ann@acme.example", "email_verified": "true"})
}

fn token(issuer: &Issuer, kid: Option<&str>, change: Value) -> String {
    let mut body = claims();
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::ES256) };
    encode(&header, &body, &issuer.key).unwrap()
}

fn reading(token: &str, keys: &[Value]) -> Result<Claims, SsoError> {
    let secret = SecretString::from("s3cret");
    let client = SsoClient { issuer: "https://id.acme.example", client_id: "jackfield", client_secret: &secret, redirect_uri: "" };
    read(token, keys, &client, "n", Timestamp::from_millis(NOW * 1000))
}

#[test]
fn a_good_token_says_who_it_is_of_and_a_key_of_an_unknown_kind_is_in_nobodys_way() {
    let issuer = issuer("one");
    let keys = [json!({"kty": "OKP2", "kid": "new"}), issuer.public.clone()];
    for kid in [Some("one"), None] {
        let claims = reading(&token(&issuer, kid, json!({})), &keys).unwrap();
        assert_eq!((claims.subject.as_str(), claims.email.as_deref(), claims.email_verified), ("7", Some("ann@acme.example"), Some(true)));
    }
    let many = json!({"aud": ["jackfield", "other"], "azp": "jackfield"});
    assert!(reading(&token(&issuer, None, many), &keys).is_ok());
}

#[test]
fn whatever_is_not_right_about_a_token_makes_it_worth_nothing() {
    let (issuer, other) = (issuer("one"), issuer("one"));
    let keys = [issuer.public.clone()];
    for change in [
        json!({"iss": "https://evil.example"}),
        json!({"iss": null}),
        json!({"aud": "other"}),
        json!({"aud": null}),
        json!({"aud": ["jackfield", "other"]}),
        json!({"azp": "other"}),
        json!({"exp": NOW - 61}),
        json!({"exp": null}),
        json!({"nonce": "m"}),
        json!({"nonce": null}),
        json!({"sub": null}),
    ] {
        assert!(reading(&token(&issuer, Some("one"), change.clone()), &keys).is_err(), "{change}");
    }
    assert!(reading(&token(&issuer, Some("two"), json!({})), &keys).is_err(), "no such key");
    assert!(reading(&token(&other, Some("one"), json!({})), &keys).is_err(), "another's signature");
    // Signed with what the client knows, or not at all.
    let shared = encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(b"s3cret")).unwrap();
    assert!(reading(&shared, &keys).is_err());
    let body = BASE64_URL_SAFE_NO_PAD.encode(claims().to_string());
    let unsigned = format!("{}.{body}.", BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    assert!(reading(&unsigned, &keys).is_err());
    assert!(reading("", &keys).is_err());
}
