//! Another company that gives tokens for assertions (RFC 7523), to whoever holds the private key of a public one it knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, UnparsedPublicKey,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::path};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const PROOF: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub struct Behaviour {
    public_key: Vec<u8>,
    /// The claims of each assertion that was good.
    pub accepted: Vec<Value>,
    pub asked: usize,
    used: BTreeSet<String>,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Behaviour>>);

pub struct Robots {
    server: MockServer,
    shared: Shared,
    pub private_key: String,
}

/// A key of an algorithm's kind, in PEM.
pub fn ecdsa_key() -> (String, Vec<u8>) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    (pem(pair.to_pkcs8v1().unwrap().as_ref()), pair.public_key().as_ref().to_vec())
}

pub fn ed25519_key() -> String {
    pem(Ed25519KeyPair::generate().unwrap().to_pkcs8().unwrap().as_ref())
}

fn pem(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

impl Robots {
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        let (private_key, public_key) = ecdsa_key();
        let behaviour = Behaviour { public_key, accepted: Vec::new(), asked: 0, used: BTreeSet::new() };
        let shared = Shared(Arc::new(Mutex::new(behaviour)));
        Mock::given(path("/token")).respond_with(shared.clone()).mount(&server).await;
        Self { server, shared, private_key }
    }

    pub fn now(&self) -> MutexGuard<'_, Behaviour> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `auth`: what stands under it besides the kind.
    pub fn manifests(&self, auth: &str) -> String {
        r#"
kind: connector
key: robots
name: Robots
connection_types:
  - key: robot
    name: Robot
    auth: {kind: oauth2, AUTH}
    inputs:
      - {key: token_url, default: "PROVIDER/token", visibility: organization}
      - {key: scopes, default: "drive mail", visibility: organization}
      - {key: client_id, label: Robot}
      - {key: private_key, label: Private key, type: password, format: pem}
      - {key: key_id, label: Key ID, required: false}
      - {key: subject, label: Acts for, required: false}
---
kind: integration
key: album
name: Album
pages: [{key: account, title: Connect Robots, elements: [{connection: slot, type: robots.robot}]}]
"#
        .replace("PROVIDER", &self.server.uri())
        .replace("AUTH", auth)
    }
}

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.asked += 1;
        let form: BTreeMap<String, String> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let of = |name: &str| form.get(name).map(String::as_str);
        let (assertion, refusal) = match of("grant_type") {
            Some(GRANT) => (of("assertion"), "invalid_grant"),
            Some("client_credentials") if of("client_assertion_type") == Some(PROOF) => (of("client_assertion"), "invalid_client"),
            _ => (None, "unsupported_grant_type"),
        };
        let token_url = format!("http://{}/token", request.headers["host"].to_str().unwrap());
        match assertion.and_then(|assertion| now.claims(assertion, &token_url)) {
            Some(claims) => {
                now.accepted.push(claims);
                let token = format!("robot-token-{}", now.accepted.len());
                ResponseTemplate::new(200).set_body_json(json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600}))
            }
            None => ResponseTemplate::new(400).set_body_json(json!({"error": refusal})),
        }
    }
}

impl Behaviour {
    /// Of an assertion that is signed, in time, for this provider, and new.
    fn claims(&mut self, assertion: &str, token_url: &str) -> Option<Value> {
        let (message, signature) = assertion.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.public_key).verify(message.as_bytes(), &signature).ok()?;
        let part = |at| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(message.split('.').nth(at)?).ok()?).ok();
        let (header, claims) = (part(0)?, part(1)?);
        let is_new = self.used.insert(claims["jti"].as_str()?.to_owned());
        let life = claims["exp"].as_i64()? - claims["iat"].as_i64()?;
        let good = header["alg"] == "ES256" && claims["aud"] == token_url && is_new && (1..=3600).contains(&life);
        good.then(|| json!({"header": header, "claims": claims}))
    }
}
