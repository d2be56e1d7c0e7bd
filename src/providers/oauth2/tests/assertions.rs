use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    hmac,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair,
        UnparsedPublicKey,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::*;
use crate::{
    domain::{
        auth::Assertion,
        resolution::{Layer, Layered, SetBy},
        value::Given,
    },
    providers::testing::{key, pem},
};

const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Form = BTreeMap<String, String>;

fn form(request: &wiremock::Request) -> Form {
    url::form_urlencoded::parse(&request.body).into_owned().collect()
}

/// (header, claims, what was signed, signature)
fn parts(token: &str) -> (Json, Json, Vec<u8>, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let json = |text: &str| serde_json::from_slice(&decoded(text)).unwrap();
    (json(header), json(claims), message.into(), decoded(signature))
}

fn with(mut values: Resolved, name: &str, text: &str) -> Resolved {
    let layered = Layered { given: Given::secret(text), layer: Layer::Connection(SetBy::Customer) };
    values.values.insert(key(name), layered);
    values
}

/// All four requests of a client, in turn: exchange, refresh, client credentials, revocation.
async fn asked(oauth2: &OAuth2, values: impl FnOnce(Resolved) -> Resolved) -> (String, Vec<wiremock::Request>) {
    let server = server_with(answer(200, &json!({"access_token": "at"}))).await;
    let uri = server.uri();
    let values = with(values(inputs(&server)), "revoke_url", &format!("{uri}/revoke"));
    let client = loopback_client();
    exchange(&client, oauth2, &values, &secret("code"), REDIRECT_URI, Some(&secret(VERIFIER)), &STAMP).await.unwrap();
    refresh(&client, oauth2, &values, &secret("rt"), &meta(), &STAMP).await.unwrap();
    let machine = OAuth2 { grant: Grant::ClientCredentials, ..oauth2.clone() };
    obtain(&client, &machine, &values, &STAMP).await.unwrap();
    assert_eq!(revoke(&client, oauth2, &values, (&secret("rt"), "refresh_token"), &STAMP).await, Revocation::Revoked);
    (uri, server.received_requests().await.unwrap())
}

#[tokio::test]
async fn a_client_proves_itself_with_its_private_key_wherever_it_asks() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let mut oauth2 = quirks();
    (oauth2.client_auth, oauth2.client_auth_algorithm) = (ClientAuth::PrivateKeyJwt, SigningAlgorithm::Es256);
    let private_key = pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap());
    let (uri, requests) = asked(&oauth2, |values| with(with(values, "private_key", &private_key), "key_id", "kid-1")).await;
    assert_eq!(requests.len(), 4);
    for request in requests {
        let form = form(&request);
        assert_eq!((form["client_id"].as_str(), form["client_assertion_type"].as_str()), ("app id", CLIENT_ASSERTION_TYPE));
        assert!(!form.contains_key("client_secret") && !request.headers.contains_key("authorization"), "{form:?}");
        let (header, claims, message, signature) = parts(&form["client_assertion"]);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref()).verify(&message, &signature).unwrap();
        assert_eq!(header, json!({"alg": "ES256", "typ": "JWT", "kid": "kid-1"}));
        let expected = json!({"iss": "app id", "sub": "app id", "aud": format!("{uri}/token"), "iat": 1_795_000_000,
            "exp": 1_795_000_300, "jti": "BwcHBwcHBwcHBwcHBwcHBw"});
        assert_eq!(claims, expected);
    }
}

#[tokio::test]
async fn a_client_signs_with_its_secret_and_does_not_send_it() {
    let mut oauth2 = quirks();
    oauth2.client_auth = ClientAuth::ClientSecretJwt;
    oauth2.assertion_audience = Some(template("https://{{client_id}}/"));
    let (_, requests) = asked(&oauth2, |values| values).await;
    for request in requests {
        let form = form(&request);
        assert!(!form.contains_key("client_secret") && !String::from_utf8_lossy(&request.body).contains("s3cret"));
        let (header, claims, message, signature) = parts(&form["client_assertion"]);
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, b"s3cret/+ x"), &message, &signature).unwrap();
        assert_eq!((&header["alg"], &claims["aud"]), (&json!("HS256"), &json!("https://app id/")));
    }
}

#[tokio::test]
async fn a_bad_key_is_mended_by_whoever_entered_it_and_nothing_is_sent() {
    let server = server_with(ResponseTemplate::new(200)).await;
    let mut oauth2 = machine();
    oauth2.client_auth = ClientAuth::PrivateKeyJwt;
    let mut values = with(inputs(&server), "private_key", &pem("PRIVATE KEY", "none"));
    let theirs = obtain(&loopback_client(), &oauth2, &values, &STAMP).await.unwrap_err();
    assert_eq!((theirs.reason, theirs.ends_the_grant), (Reason::AuthBadKey, false));
    values.values.get_mut("private_key").unwrap().layer = Layer::Preset;
    let ours = obtain(&loopback_client(), &oauth2, &values, &STAMP).await.unwrap_err();
    assert_eq!(ours.reason, Reason::Configuration);
    assert!(server.received_requests().await.unwrap().is_empty());
}

/// As a service account's: the issuer, perhaps somebody it acts for, and what it asks for.
fn bearer() -> OAuth2 {
    let assertion = Assertion {
        issuer: template("{{client_email}}"),
        subject: Some(template("{{subject}}")),
        audience: template("{{token_url}}"),
        expires_in_seconds: 3600,
        algorithm: SigningAlgorithm::Rs256,
        key: template("{{private_key}}"),
        key_id: Some(template("{{private_key_id}}")),
        claims: BTreeMap::from([("scope".to_owned(), template("{{scopes}}"))]),
    };
    OAuth2 { grant: Grant::JwtBearer, assertion: Some(assertion), ..quirks() }
}

async fn exchanged_for(
    values: &[(&str, &str)],
    oauth2: &OAuth2,
    reply: ResponseTemplate,
) -> (Result<Granted, GrantError>, Vec<wiremock::Request>) {
    let server = server_with(reply).await;
    let url = format!("{}/token", server.uri());
    let values = values.iter().fold(resolved(&[("token_url", &url)]), |all, (name, text)| with(all, name, text));
    let granted = obtain(&loopback_client(), oauth2, &values, &STAMP).await;
    (granted, server.received_requests().await.unwrap())
}

#[tokio::test]
async fn an_assertion_of_ours_is_exchanged_for_a_token() {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let private_key = pem("PRIVATE KEY", der.as_ref()).replace("KEY-----M", "KEY-----\\nM").replace("-----END", "\\n-----END");
    let values =
        [("client_email", "robot@project.example"), ("private_key", &private_key), ("private_key_id", "k9"), ("scopes", "drive mail")];
    let reply = answer(200, &json!({"access_token": "at", "expires_in": 3599, "token_type": "Bearer"}));
    let (granted, requests) = exchanged_for(&values, &bearer(), reply).await;
    let granted = granted.unwrap();
    assert_eq!(granted.token.meta.expires_at, Some(NOW.plus_seconds(3599)));
    assert_eq!(granted.token.meta.scopes, ["drive", "mail"]);
    let form = form(&requests[0]);
    assert_eq!(form.keys().collect::<Vec<_>>(), ["assertion", "grant_type"]);
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let (header, claims, message, signature) = parts(&form["assertion"]);
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref()).verify(&message, &signature).unwrap();
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "kid": "k9"}));
    let audience = format!("http://{}/token", requests[0].headers["host"].to_str().unwrap());
    let expected = json!({"iss": "robot@project.example", "aud": audience, "scope": "drive mail", "iat": 1_795_000_000,
        "exp": 1_795_003_600, "jti": "BwcHBwcHBwcHBwcHBwcHBw"});
    assert_eq!(claims, expected, "no `sub`: nobody was named");
}

#[tokio::test]
async fn a_client_with_a_secret_proves_itself_beside_its_assertion() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let private_key = pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap());
    let mut oauth2 = bearer();
    oauth2.assertion.as_mut().unwrap().algorithm = SigningAlgorithm::Es256;
    let values = [("client_email", "a"), ("private_key", &private_key), ("client_id", "app"), ("client_secret", "s3cret")];
    let reply = || answer(200, &json!({"access_token": "at"}));
    let (_, requests) = exchanged_for(&values, &oauth2, reply()).await;
    assert_eq!((form(&requests[0])["client_id"].as_str(), form(&requests[0])["client_secret"].as_str()), ("app", "s3cret"));
    let (_, requests) = exchanged_for(&values[..3], &oauth2, reply()).await;
    assert!(!form(&requests[0]).contains_key("client_id"), "the assertion says who asks");
    oauth2.client_auth = ClientAuth::Basic;
    let (_, requests) = exchanged_for(&values, &oauth2, reply()).await;
    assert!(requests[0].headers.contains_key("authorization") && !form(&requests[0]).contains_key("client_secret"));
}

#[tokio::test]
async fn a_refused_assertion_ends_nothing() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let mut oauth2 = bearer();
    oauth2.assertion.as_mut().unwrap().algorithm = SigningAlgorithm::Es256;
    let private_key = pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap());
    let values = [("client_email", "a"), ("private_key", private_key.as_str())];
    let (refused, _) = exchanged_for(&values, &oauth2, answer(400, &json!({"error": "invalid_grant"}))).await;
    let error = refused.unwrap_err();
    assert_eq!((error.reason, error.ends_the_grant), (Reason::AuthRejected, false));
    let (bad, requests) = exchanged_for(&[("client_email", "a"), ("private_key", "x")], &oauth2, ResponseTemplate::new(200)).await;
    assert_eq!((bad.unwrap_err().reason, requests.len()), (Reason::AuthBadKey, 0));
    let (missing, _) = exchanged_for(&[("private_key", &private_key)], &oauth2, ResponseTemplate::new(200)).await;
    assert_eq!(missing.unwrap_err().reason, Reason::Configuration);
}
