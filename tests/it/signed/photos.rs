//! Another company that speaks OAuth 1.0a. It works out each signature in its own way, byte by byte, and minds every detail.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

pub const CLIENT_SECRET: &str = "kd94hf93k423kf44/+ é";
const TEMPORARY_SECRET: &str = "hdhd0244k9j7ao03-temporary&";
pub const TOKEN_SECRET: &str = "pfkkdhi9sl3r4s00-token/+=&";

pub struct Behaviour {
    /// Instead of temporary credentials.
    pub initiate_answer: Option<ResponseTemplate>,
    callback: String,
    /// Each request that it refused, and why.
    pub refused: Vec<String>,
    nonces: BTreeSet<String>,
    pub asked: Vec<String>,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Behaviour>>);

pub struct Photos {
    server: MockServer,
    shared: Shared,
}

impl Photos {
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        let behaviour =
            Behaviour { initiate_answer: None, callback: String::new(), refused: Vec::new(), nonces: BTreeSet::new(), asked: Vec::new() };
        let shared = Shared(Arc::new(Mutex::new(behaviour)));
        Mock::given(any()).respond_with(shared.clone()).mount(&server).await;
        Self { server, shared }
    }

    pub fn now(&self) -> MutexGuard<'_, Behaviour> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person allows it: where the provider sends the browser.
    pub fn allow(&self, authorize_url: &str) -> String {
        assert_eq!(authorize_url, "https://photos.example/authorize?name=Jackfield&oauth_token=hh5s93j4hdidpola");
        format!("{}&oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884", self.now().callback)
    }

    /// Where it sends the browser with anything else.
    pub fn back_with(&self, query: &str) -> String {
        format!("{}&{query}", self.now().callback)
    }

    pub fn manifests(&self, signature_method: &str) -> String {
        r#"
kind: connector
key: photos
name: Photos
connection_types:
  - key: oauth1
    name: OAuth 1.0a
    auth: {kind: oauth1, signature_method: METHOD}
    inputs:
      - {key: request_token_url, default: "PROVIDER/initiate?size=a+b&empty", visibility: organization}
      - {key: authorize_url, default: "https://photos.example/authorize?name=Jackfield", visibility: organization}
      - {key: access_token_url, default: "PROVIDER/token", visibility: organization}
      - {key: client_id, default: "dpf43f3p2l4k3l03", visibility: organization}
      - {key: client_secret, type: password, visibility: organization}
      - {key: realm, default: "The Photos", visibility: organization}
      - {key: folder, label: Folder, required: false, default: "été & hiver"}
    check: {get: "PROVIDER/me?folder={{folder}}&b=%3D%253D&a=2&a=1", account: /login}
---
kind: integration
key: album
name: Album
pages:
  - {key: account, title: Connect Photos, elements: [{connection: slot, type: photos.oauth1, inputs: {client_secret: {value: "SECRET"}}}]}
"#
        .replace("PROVIDER", &self.server.uri())
        .replace("METHOD", signature_method)
        .replace("SECRET", CLIENT_SECRET)
    }
}

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.asked.push(request.url.path().to_owned());
        match now.answer(request) {
            Ok(answer) => answer,
            Err(why) => {
                now.refused.push(why);
                ResponseTemplate::new(401).set_body_string("oauth_problem=signature_invalid")
            }
        }
    }
}

impl Behaviour {
    fn answer(&mut self, request: &Request) -> Result<ResponseTemplate, String> {
        let form = |text: &str| ResponseTemplate::new(200).set_body_raw(text, "application/x-www-form-urlencoded");
        match (request.method.as_str(), request.url.path()) {
            ("POST", "/initiate") => {
                let given = self.verified(request, "", "")?;
                given.get("oauth_callback").ok_or("no callback")?.clone_into(&mut self.callback);
                let answer =
                    format!("oauth_token=hh5s93j4hdidpola&oauth_token_secret={}&oauth_callback_confirmed=true", encoded(TEMPORARY_SECRET));
                Ok(self.initiate_answer.clone().unwrap_or_else(|| form(&answer)))
            }
            ("POST", "/token") => {
                let given = self.verified(request, "hh5s93j4hdidpola", TEMPORARY_SECRET)?;
                if given.get("oauth_verifier").map(String::as_str) != Some("hfdp7dh39dks9884") {
                    return Err("another verifier".into());
                }
                Ok(form(&format!("oauth_token=nnch734d00sl2jdk&oauth_token_secret={}&user_id=42", encoded(TOKEN_SECRET))))
            }
            ("GET", "/me") => {
                self.verified(request, "nnch734d00sl2jdk", TOKEN_SECRET)?;
                Ok(ResponseTemplate::new(200).set_body_json(json!({"login": "jane"})))
            }
            (method, path) => Err(format!("{method} {path}")),
        }
    }

    /// RFC 5849 §3.2: the parameters of the header, once everything about them is right.
    fn verified(&mut self, request: &Request, token: &str, token_secret: &str) -> Result<BTreeMap<String, String>, String> {
        let header = request.headers.get("authorization").ok_or("no authorization")?.to_str().map_err(|e| e.to_string())?;
        let rest = header.strip_prefix("OAuth realm=\"The Photos\", ").ok_or(format!("no realm: {header}"))?;
        let mut given = BTreeMap::new();
        for pair in rest.split(", ") {
            let (name, value) = pair.split_once('=').ok_or("no pair")?;
            let twice = given.insert(decoded(name), decoded(value.trim_matches('"'))).is_some();
            assert!(!twice, "{name} stands there twice");
        }
        let of = |name: &str| given.get(name).cloned().unwrap_or_default();
        let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
        if of("oauth_consumer_key") != "dpf43f3p2l4k3l03" || of("oauth_token") != token || of("oauth_version") != "1.0" {
            return Err(format!("another client or token: {header}"));
        }
        if (of("oauth_timestamp").parse::<i64>().map_err(|e| e.to_string())? - now).abs() > 60 {
            return Err(format!("out of time: {header}"));
        }
        if of("oauth_nonce").len() < 16 || !self.nonces.insert(of("oauth_nonce")) {
            return Err(format!("a nonce again: {header}"));
        }
        let key = format!("{}&{}", encoded(CLIENT_SECRET), encoded(token_secret));
        let base = base_string(request, &given);
        let hmac = |algorithm| STANDARD.encode(hmac::sign(&hmac::Key::new(algorithm, key.as_bytes()), base.as_bytes()));
        let expected = match of("oauth_signature_method").as_str() {
            "HMAC-SHA1" => hmac(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
            "HMAC-SHA256" => hmac(hmac::HMAC_SHA256),
            _ => key,
        };
        if of("oauth_signature") != expected { Err(format!("signed otherwise than {base}: {header}")) } else { Ok(given) }
    }
}

fn base_string(request: &Request, header: &BTreeMap<String, String>) -> String {
    let mut sorted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let query = request.url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let query = query.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (decoded(name), decoded(value)));
    let own = header.iter().filter(|(name, _)| *name != "oauth_signature").map(|(name, value)| (name.clone(), value.clone()));
    for (name, value) in query.chain(own) {
        sorted.entry(encoded(&name)).or_default().push(encoded(&value));
    }
    let mut parameters = String::new();
    for (name, mut values) in sorted {
        values.sort_unstable();
        for value in values {
            let separator = if parameters.is_empty() { "" } else { "&" };
            write!(parameters, "{separator}{name}={value}").unwrap();
        }
    }
    let address = format!("http://{}{}", request.headers["host"].to_str().unwrap(), request.url.path());
    [request.method.as_str(), &encoded(&address), &encoded(&parameters)].join("&")
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
    }
    out
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).unwrap()
}
