use wiremock::{Mock, matchers::path};

use super::*;
use crate::{
    domain::{auth::Pkce, connection_type::standard},
    providers::oauth2::discovery::Metadata,
};

const RFC_8414: &str = "/.well-known/oauth-authorization-server/tenant";
const OPENID: &str = "/tenant/.well-known/openid-configuration";

struct Issuer {
    server: MockServer,
    discovery: Discovery,
}

impl Issuer {
    async fn with(pages: &[(&str, ResponseTemplate)]) -> Self {
        let issuer = Self { server: MockServer::start().await, discovery: Discovery::default() };
        issuer.answers(pages).await;
        issuer
    }

    async fn answers(&self, pages: &[(&str, ResponseTemplate)]) {
        self.server.reset().await;
        for (at, answer) in pages {
            Mock::given(path(*at)).respond_with(answer.clone()).mount(&self.server).await;
        }
    }

    fn name(&self) -> String {
        format!("{}/tenant", self.server.uri())
    }

    fn says(&self, more: Json) -> ResponseTemplate {
        let mut body =
            json!({"issuer": self.name(), "authorization_endpoint": "https://p.example/a", "token_endpoint": "https://p.example/t"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        answer(200, &body)
    }

    async fn ask(&self, after_seconds: i64) -> Result<String, DiscoveryError> {
        let now = NOW.plus_seconds(after_seconds);
        let metadata = self.discovery.metadata(&loopback_client(), &self.name(), now).await?;
        let mut values = Resolved::default();
        metadata.apply(&mut quirks(), &mut values)?;
        Ok(values.get(standard::TOKEN_URL).unwrap().expose_text())
    }

    async fn times_asked(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

#[tokio::test]
async fn either_well_known_address_will_do_and_the_path_stands_where_each_wants_it() {
    let issuer = Issuer::with(&[]).await;
    for at in [RFC_8414, OPENID] {
        issuer.answers(&[(at, issuer.says(json!({})))]).await;
        let discovery = Discovery::default();
        assert!(discovery.metadata(&loopback_client(), &issuer.name(), NOW).await.is_ok(), "{at}");
    }
    issuer.answers(&[(RFC_8414, text(200, "text/html", "<html>")), (OPENID, issuer.says(json!({})))]).await;
    assert_eq!(issuer.ask(0).await.unwrap(), "https://p.example/t");
}

#[tokio::test]
async fn what_is_known_serves_an_hour_and_for_a_day_while_nobody_answers() {
    let issuer = Issuer::with(&[]).await;
    issuer.answers(&[(RFC_8414, issuer.says(json!({})))]).await;
    for after in [0, 1, 3599] {
        assert!(issuer.ask(after).await.is_ok());
    }
    assert_eq!(issuer.times_asked().await, 1);
    issuer.answers(&[(RFC_8414, answer(503, &json!({}))), (OPENID, answer(503, &json!({})))]).await;
    assert!(issuer.ask(3601).await.is_ok() && issuer.ask(3602).await.is_ok());
    assert_eq!(issuer.times_asked().await, 2, "both addresses once, and then a pause");
    assert!(issuer.ask(24 * 3600 - 1).await.is_ok());
    assert_eq!(issuer.ask(24 * 3600 + 1).await, Err(DiscoveryError::Unreadable(Reason::ProviderDown)));
    issuer.answers(&[(RFC_8414, issuer.says(json!({"token_endpoint": "https://p.example/new"})))]).await;
    assert_eq!(issuer.ask(24 * 3600 + 2).await.unwrap(), "https://p.example/new", "a failure is not kept");
}

#[tokio::test]
async fn metadata_that_is_not_to_be_trusted_is_told_apart() {
    let issuer = Issuer::with(&[]).await;
    let slash = format!("{}/", issuer.name());
    let table = [
        (issuer.says(json!({"issuer": slash})), DiscoveryError::OtherIssuer),
        (issuer.says(json!({"token_endpoint": "ftp://p.example/t"})), DiscoveryError::NotHttps),
        (issuer.says(json!({"code_challenge_methods_supported": ["plain"]})), DiscoveryError::NoSuchPkce),
        (answer(404, &json!({})), DiscoveryError::NoMetadata),
        (answer(200, &json!([])), DiscoveryError::NoMetadata),
        (text(200, "application/json", vec![b' '; 1024 * 1024 + 1]), DiscoveryError::Unreadable(Reason::ProviderUnexpected)),
        (answer(429, &json!({})), DiscoveryError::Unreadable(Reason::RateLimited)),
    ];
    for (page, wanted) in table {
        issuer.answers(&[(RFC_8414, page)]).await;
        let discovery = Discovery::default();
        let got = match discovery.metadata(&loopback_client(), &issuer.name(), NOW).await {
            Ok(metadata) => metadata.apply(&mut quirks(), &mut Resolved::default()),
            Err(error) => Err(error),
        };
        assert_eq!(got, Err(wanted));
    }
    for name in ["", "issuer", "file:///etc", "https://a.example?x=1", "https://u:p@a.example", "https://a.example/#x"] {
        let got = Discovery::default().metadata(&loopback_client(), name, NOW).await;
        assert_eq!(got.err(), Some(DiscoveryError::NotAnIssuer), "{name}");
    }
}

#[test]
fn an_https_issuer_names_only_https_addresses() {
    let body = json!({"issuer": "https://p.example", "authorization_endpoint": "http://p.example/a"}).to_string();
    assert_eq!(Metadata::read(body.as_bytes(), "https://p.example").err(), Some(DiscoveryError::NotHttps));
    let local = body.replace("https:", "http:");
    assert!(Metadata::read(local.as_bytes(), "http://p.example").is_ok());
}

#[test]
fn what_was_given_wins_and_the_proof_is_chosen_only_where_the_manifest_leaves_it_open() {
    let read = |methods: Json| {
        let body = json!({"issuer": "https://p.example", "token_endpoint": "https://p.example/t", "authorization_endpoint": "https://p.example/a",
            "token_endpoint_auth_methods_supported": methods});
        Metadata::read(body.to_string().as_bytes(), "https://p.example").unwrap()
    };
    let mut values = resolved(&[("token_url", "https://mine.example/t")]);
    let mut oauth2 = quirks();
    read(json!(null)).apply(&mut oauth2, &mut values).unwrap();
    assert_eq!(values.get("token_url").unwrap().expose_text(), "https://mine.example/t");
    assert_eq!(values.get("authorize_url").unwrap().expose_text(), "https://p.example/a");
    for (methods, declared, wanted) in [
        (json!(null), false, ClientAuth::Basic),
        (json!(["client_secret_post"]), false, ClientAuth::Body),
        (json!(["client_secret_post", "client_secret_basic"]), false, ClientAuth::Basic),
        (json!(null), true, ClientAuth::Body),
    ] {
        let mut oauth2 = OAuth2 { client_auth_is_declared: declared, pkce: Pkce::None, ..quirks() };
        read(methods.clone()).apply(&mut oauth2, &mut Resolved::default()).unwrap();
        assert_eq!(oauth2.client_auth, wanted, "{methods} {declared}");
    }
}
