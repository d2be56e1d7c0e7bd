//! A program of the organization's that receives webhooks, and verifies them by its own arithmetic (Standard Webhooks 1.0).

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

use super::Product;

#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub timestamp: String,
    pub signatures: String,
    pub body: String,
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// Whether one of its signatures is this secret's.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let tag = hmac_sha256(&key, format!("{}.{}.{}", self.id, self.timestamp, self.body).as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(tag));
        self.signatures.split(' ').any(|signature| signature == expected)
    }
}

/// RFC 2104, over the digest alone.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let hash = |bytes: &[u8]| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec();
    let key = if key.len() > 64 { hash(key) } else { key.to_vec() };
    let padded = |pad: u8| (0..64).map(|at| key.get(at).unwrap_or(&0) ^ pad).collect::<Vec<u8>>();
    hash(&[padded(0x5c), hash(&[padded(0x36), message.to_vec()].concat())].concat())
}

#[derive(Clone)]
struct Inbox(Arc<Mutex<Vec<Message>>>, Arc<Mutex<ResponseTemplate>>);

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Vec<Message>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Respond for Inbox {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert_eq!((request.method.as_str(), header("content-type").as_str()), ("POST", "application/json"));
        self.lock().push(Message {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signatures: header("webhook-signature"),
            body: String::from_utf8(request.body.clone()).unwrap(),
        });
        self.1.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub struct Receiver {
    server: MockServer,
    inbox: Inbox,
}

impl Receiver {
    pub async fn start() -> Self {
        let (server, inbox) = (MockServer::start().await, Inbox(Arc::default(), Arc::new(Mutex::new(ResponseTemplate::new(204)))));
        Mock::given(any()).respond_with(inbox.clone()).mount(&server).await;
        Self { server, inbox }
    }

    pub fn url(&self) -> String {
        format!("{}/in", self.server.uri())
    }

    pub fn answer(&self, answer: ResponseTemplate) {
        *self.inbox.1.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    pub fn messages(&self) -> Vec<Message> {
        self.inbox.lock().clone()
    }

    /// Once there are so many: all of them.
    pub async fn wait_for(&self, count: usize) -> Vec<Message> {
        for _ in 0..400 {
            let messages = self.messages();
            if messages.len() >= count {
                return messages;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{count} messages were to come; there are {:#?}", self.messages());
    }

    /// All of them, after long enough for one more to have come.
    pub async fn after_a_while(&self) -> Vec<Message> {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        self.messages()
    }

    /// An endpoint at this receiver: its id and secret. `more`: further members.
    pub async fn subscribe(&self, product: &Product, more: Value) -> (String, String) {
        let mut body = json!({"url": self.url()});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = product.ok("POST", "/webhook-endpoints", Some(body)).await;
        (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
    }
}
