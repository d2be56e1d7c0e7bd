use aws_lc_rs::{
    encoding::{AsDer, EcPrivateKeyRfc5915Der},
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING, ED25519, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
        UnparsedPublicKey, VerificationAlgorithm,
    },
};

use super::*;
use crate::providers::testing::{pem, secret};

fn claims() -> Map<String, Value> {
    Map::from_iter([("iss".to_owned(), json!("é\"/")), ("iat".to_owned(), json!(1_795_000_000))])
}

/// Takes the token apart as anybody would who got it; header and claims.
fn verified(token: &SecretString, algorithm: &'static dyn VerificationAlgorithm, public_key: &[u8]) -> (Value, Value) {
    let token = token.expose_secret();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    UnparsedPublicKey::new(algorithm, public_key).verify(message.as_bytes(), &decoded(signature)).unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    (serde_json::from_slice(&decoded(header)).unwrap(), serde_json::from_slice(&decoded(claims)).unwrap())
}

#[test]
fn each_algorithm_signs_with_each_form_of_its_key_and_the_public_key_says_so() {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&rsa).unwrap().as_ref().to_vec();
    // What stands before the PKCS#1 key in its PKCS#8 wrapping has this length for 2048 bits.
    let pkcs1 = &pkcs8[26..];
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let sec1: EcPrivateKeyRfc5915Der<'_> = ec.private_key().as_der().unwrap();
    let ed = Ed25519KeyPair::generate().unwrap();
    let (rsa_public, ec_public, ed_public) = (rsa.public_key().as_ref(), ec.public_key().as_ref(), ed.public_key().as_ref());
    type Row<'r> = (SigningAlgorithm, &'r str, String, &'static dyn VerificationAlgorithm, &'r [u8]);
    let table: [Row<'_>; 7] = [
        (SigningAlgorithm::Rs256, "RS256", pem("PRIVATE KEY", &pkcs8), &RSA_PKCS1_2048_8192_SHA256, rsa_public),
        (SigningAlgorithm::Rs256, "RS256", pem("RSA PRIVATE KEY", pkcs1), &RSA_PKCS1_2048_8192_SHA256, rsa_public),
        (SigningAlgorithm::Ps256, "PS256", pem("PRIVATE KEY", &pkcs8), &RSA_PSS_2048_8192_SHA256, rsa_public),
        (SigningAlgorithm::Es256, "ES256", pem("PRIVATE KEY", ec.to_pkcs8v1().unwrap()), &ECDSA_P256_SHA256_FIXED, ec_public),
        (SigningAlgorithm::Es256, "ES256", pem("EC PRIVATE KEY", sec1.as_ref()), &ECDSA_P256_SHA256_FIXED, ec_public),
        (SigningAlgorithm::EdDsa, "EdDSA", pem("PRIVATE KEY", ed.to_pkcs8().unwrap()), &ED25519, ed_public),
        (SigningAlgorithm::EdDsa, "EdDSA", pem("PRIVATE KEY", ed.to_pkcs8v1().unwrap()), &ED25519, ed_public),
    ];
    for (algorithm, name, pem, verifier, public_key) in table {
        let token = sign(&Key::Private(algorithm, &SecretString::from(pem)), Some("k1"), &claims()).unwrap();
        let (header, signed) = verified(&token, verifier, public_key);
        assert_eq!(header, json!({"alg": name, "typ": "JWT", "kid": "k1"}));
        assert_eq!(signed, Value::from(claims()));
    }
}

#[test]
fn a_shared_secret_signs_as_the_rfc_says() {
    let token = sign(&Key::Shared(&secret("your-256-bit-secret")), None, &claims()).unwrap();
    let (message, signature) = token.expose_secret().rsplit_once('.').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"your-256-bit-secret");
    hmac::verify(&key, message.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let header = BASE64_URL_SAFE_NO_PAD.decode(message.split_once('.').unwrap().0).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&header).unwrap(), json!({"alg": "HS256", "typ": "JWT"}));
}

#[test]
fn what_is_no_key_of_the_algorithms_kind_signs_nothing() {
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap().to_pkcs8v1().unwrap();
    let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap().to_pkcs8v1().unwrap();
    // Thousands of sequences within each other: whoever reads ASN.1 by recursion dies of it.
    let deep: Vec<u8> = (0..12_000u16).rev().flat_map(|depth| [&[0x30, 0x82][..], &(depth * 4).to_be_bytes()].concat()).collect();
    let all = [SigningAlgorithm::Rs256, SigningAlgorithm::Ps256, SigningAlgorithm::Es256, SigningAlgorithm::EdDsa];
    for text in ["".to_owned(), "secret".into(), pem("PRIVATE KEY", "no key"), pem("PRIVATE KEY", p384), pem("PRIVATE KEY", deep)] {
        for algorithm in all {
            assert_eq!(sign(&Key::Private(algorithm, &secret(&text)), None, &claims()).unwrap_err(), BadKey, "{algorithm:?}");
        }
    }
    for algorithm in [SigningAlgorithm::Rs256, SigningAlgorithm::EdDsa] {
        assert_eq!(sign(&Key::Private(algorithm, &secret(&pem("PRIVATE KEY", &ec))), None, &claims()).unwrap_err(), BadKey);
    }
    assert_eq!(BadKey.to_string(), "the signing key is no private key of this algorithm's kind");
}
