//! Another company with an authorization server (RFC 6749, PKCE checked) and an API that tells whose token it got.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use url::Url;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::path};

pub type Form = BTreeMap<String, String>;

/// What the provider knows and does; change it as the story goes.
pub struct Behaviour {
    pub account: String,
    pub scope: String,
    pub expires_in: i64,
    /// Whether a refresh answers a new refresh token, and ends the old one.
    pub rotates: bool,
    /// Instead of what it would answer at the token endpoint.
    pub token_answer: Option<ResponseTemplate>,
    /// Instead of what its API would answer.
    pub api_answer: Option<ResponseTemplate>,
    /// What its revocation endpoint was asked, and what it answers; `None`: 200.
    pub revoked: Vec<Form>,
    pub revoke_answer: Option<ResponseTemplate>,
    /// Access tokens that its API refuses.
    pub refuses: BTreeSet<String>,
    /// Put before every code and token that it makes up.
    pub prefix: String,
    /// Requests at its API.
    pub checks: usize,
    /// Every request at the token endpoint.
    pub asked: Vec<Form>,
    /// By code, the PKCE challenge.
    codes: BTreeMap<String, Option<String>>,
    refresh_token: String,
    issued: usize,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Behaviour>>);

pub struct Provider {
    server: MockServer,
    shared: Shared,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Behaviour> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Behaviour {
    /// As if it had issued it.
    pub fn knows_refresh_token(&mut self, token: &str) {
        token.clone_into(&mut self.refresh_token);
    }

    fn issue(&mut self, with_refresh: bool) -> ResponseTemplate {
        self.issued += 1;
        let mut answer = json!({"access_token": format!("{}access-{}", self.prefix, self.issued), "token_type": "Bearer",
            "expires_in": self.expires_in, "scope": self.scope});
        if with_refresh {
            self.refresh_token = format!("{}refresh-{}", self.prefix, self.issued);
            answer["refresh_token"] = self.refresh_token.clone().into();
        }
        ResponseTemplate::new(200).set_body_json(answer)
    }

    fn token(&mut self, form: &Form) -> ResponseTemplate {
        let refusal = |code: &str| ResponseTemplate::new(400).set_body_json(json!({"error": code}));
        let field = |name: &str| form.get(name).cloned().unwrap_or_default();
        match field("grant_type").as_str() {
            "authorization_code" => match self.codes.remove(&field("code")) {
                Some(Some(challenge)) if challenge != s256(&field("code_verifier")) => refusal("invalid_grant"),
                Some(_) => self.issue(true),
                None => refusal("invalid_grant"),
            },
            "refresh_token" if field("refresh_token") != self.refresh_token => refusal("invalid_grant"),
            "refresh_token" => self.issue(self.rotates),
            "client_credentials" => self.issue(false),
            _ => refusal("unsupported_grant_type"),
        }
    }
}

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut behaviour = self.lock();
        if request.url.path() == "/token" {
            let form: Form = url::form_urlencoded::parse(&request.body).into_owned().collect();
            behaviour.asked.push(form.clone());
            return behaviour.token_answer.clone().unwrap_or_else(|| behaviour.token(&form));
        }
        if request.url.path() == "/revoke" {
            behaviour.revoked.push(url::form_urlencoded::parse(&request.body).into_owned().collect());
            return behaviour.revoke_answer.clone().unwrap_or_else(|| ResponseTemplate::new(200));
        }
        behaviour.checks += 1;
        if let Some(answer) = &behaviour.api_answer {
            return answer.clone();
        }
        match request.headers.get("authorization").and_then(|v| v.to_str().ok()) {
            Some(bearer) if bearer.strip_prefix("Bearer ").is_some_and(|token| !behaviour.refuses.contains(token)) => {
                ResponseTemplate::new(200).set_body_json(json!({"email": behaviour.account.clone()}))
            }
            _ => ResponseTemplate::new(401),
        }
    }
}

fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes()))
}

impl Provider {
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        let shared = Shared(Arc::new(Mutex::new(Behaviour {
            account: "ann@desk.example".into(),
            scope: "read write".into(),
            expires_in: 3600,
            rotates: true,
            token_answer: None,
            api_answer: None,
            revoked: Vec::new(),
            revoke_answer: None,
            refuses: BTreeSet::new(),
            prefix: String::new(),
            checks: 0,
            asked: Vec::new(),
            codes: BTreeMap::new(),
            refresh_token: String::new(),
            issued: 0,
        })));
        for at in ["/token", "/me", "/revoke"] {
            Mock::given(path(at)).respond_with(shared.clone()).mount(&server).await;
        }
        Self { server, shared }
    }

    pub fn uri(&self) -> String {
        self.server.uri()
    }

    pub fn now(&self) -> MutexGuard<'_, Behaviour> {
        self.shared.lock()
    }

    pub fn answer(&self, status: u16, body: serde_json::Value) {
        self.now().token_answer = Some(ResponseTemplate::new(status).set_body_json(body));
    }

    /// How often it was asked for a token by this grant.
    pub fn times_asked(&self, grant: &str) -> usize {
        self.now().asked.iter().filter(|form| form.get("grant_type").is_some_and(|g| g == grant)).count()
    }

    /// The person allows it: where the provider sends the browser.
    pub fn allow(&self, authorize_url: &str) -> String {
        let asked = parameters(authorize_url);
        let mut behaviour = self.now();
        behaviour.issued += 1;
        let code = format!("{}code-{}", behaviour.prefix, behaviour.issued);
        let challenge = asked.get("code_challenge").cloned();
        behaviour.codes.insert(code.clone(), challenge);
        redirect(&asked, &[("code", &code)])
    }

    /// The provider, or the person there, says no.
    pub fn deny(&self, authorize_url: &str, error: &str, description: &str) -> String {
        redirect(&parameters(authorize_url), &[("error", error), ("error_description", description)])
    }

    /// The connector `desk` with OAuth and `tasks` with a key, and the integration `alerts` with both on one page.
    /// `quirks`: more lines of `auth`, as `, key: value`.
    pub fn manifests(&self, quirks: &str) -> String {
        include_str!("provider.yaml").replace("PROVIDER", &self.uri()).replace(", QUIRKS: here", quirks)
    }
}

pub fn parameters(url: &str) -> Form {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

fn redirect(asked: &Form, more: &[(&str, &str)]) -> String {
    let mut url = Url::parse(&asked["redirect_uri"]).unwrap();
    url.query_pairs_mut().append_pair("state", &asked["state"]).extend_pairs(more);
    url.into()
}
