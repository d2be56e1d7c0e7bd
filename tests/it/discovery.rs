//! A provider that tells of itself: its addresses, its name in the callback, the client it makes of us, and values besides the token.

use std::sync::atomic::Ordering;

use futures_util::future::join_all;
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{path, path_regex},
};

use crate::support::{Browser, Product, Provider, database, provider::parameters};

const METADATA: &str = "/.well-known/oauth-authorization-server";

/// A product and a provider of which the manifest knows little more than the issuer, which is a server of its own.
struct World {
    product: Product,
    provider: Provider,
    authority: MockServer,
}

impl World {
    /// `metadata` goes over what the issuer would say; `quirks` are more of `auth`, `inputs` more inputs, `check` a path at the issuer.
    async fn of(metadata: Value, quirks: &str, inputs: &str, check: &str) -> Self {
        let (product, provider, authority) = (Product::start().await, Provider::start().await, MockServer::start().await);
        let world = Self { product, provider, authority };
        world.say(metadata).await;
        let companies = ResponseTemplate::new(200).set_body_json(json!({"email": "ann@desk.example"}));
        Mock::given(path_regex("^/(me|company/.*)$")).respond_with(companies).mount(&world.authority).await;
        Mock::given(path("/revoke")).respond_with(ResponseTemplate::new(200)).mount(&world.authority).await;
        let yaml = include_str!("support/issuer.yaml").replace("ISSUER", &world.authority.uri());
        let yaml = yaml.replace(", QUIRKS: here", quirks).replace("      # INPUTS\n", inputs).replace("CHECK", check);
        let (status, said) = world.product.apply(&yaml).await;
        assert_eq!(status, 200, "{said}");
        world
    }

    async fn ordinary() -> Self {
        Self::of(json!({}), "", CLIENT, "/me").await
    }

    async fn say(&self, more: Value) {
        let mut metadata = json!({
            "issuer": self.authority.uri(),
            "authorization_endpoint": "https://desk.example/authorize",
            "token_endpoint": format!("{}/token", self.provider.uri()),
            "revocation_endpoint": format!("{}/revoke", self.authority.uri()),
            "registration_endpoint": format!("{}/register", self.authority.uri()),
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        });
        metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = ResponseTemplate::new(200).set_body_json(metadata);
        Mock::given(path(METADATA)).respond_with(answer).mount(&self.authority).await;
    }

    /// Clients `client-1`, `client-2` … as they are asked for; `lives_seconds`: of their secrets.
    async fn registers(&self, lives_seconds: Option<i64>) {
        let made = std::sync::atomic::AtomicUsize::new(0);
        let now = self.product.context.now().as_millis() / 1000;
        let answer = move |_: &wiremock::Request| {
            let count = made.fetch_add(1, Ordering::Relaxed) + 1;
            ResponseTemplate::new(201).set_delay(std::time::Duration::from_millis(200)).set_body_json(json!({
                "client_id": format!("client-{count}"), "client_secret": format!("made-up-secret-{count}"),
                "client_secret_expires_at": lives_seconds.map_or(0, |seconds| now + seconds),
                "token_endpoint_auth_method": "client_secret_post",
            }))
        };
        Mock::given(path("/register")).respond_with(answer).mount(&self.authority).await;
    }

    async fn asked(&self, at: &str) -> Vec<wiremock::Request> {
        let requests = self.authority.received_requests().await.unwrap();
        requests.into_iter().filter(|request| request.url.path() == at).collect()
    }

    async fn arrive(&self, customer: &str) -> Person<'_> {
        self.product.customer(customer).await;
        let mut browser = Browser::new(&self.product.base);
        browser.open(&self.product.link(customer, "alerts").await).await;
        let instances = self.product.ok("GET", &format!("/instances?customer=external:{customer}"), None).await;
        let path = format!("/instances/{}/connections/desk", instances["items"][0]["id"].as_str().unwrap());
        Person { world: self, browser, path }
    }
}

const CLIENT: &str = "      - {key: client_id, default: desk-client, visibility: organization}\n";

struct Person<'w> {
    world: &'w World,
    browser: Browser,
    /// Of the connection, in the API.
    path: String,
}

impl Person<'_> {
    /// The authorize URL that the button leaves for.
    async fn leave(&mut self, button: &str) -> String {
        let (action, pairs) = self.browser.form_of(button);
        self.browser.once("POST", &action, Some(&pairs)).await;
        assert_eq!(self.browser.status, 303, "{}", self.browser.html);
        self.browser.headers["location"].to_str().unwrap().to_owned()
    }

    async fn connect(&mut self, button: &str) {
        let url = self.leave(button).await;
        let back = self.world.provider.allow(&url);
        self.browser.open(&back).await;
        assert_eq!(self.browser.status, 200, "{}", self.browser.html);
    }

    async fn api(&self, method: &str, rest: &str, body: Option<Value>) -> (u16, Value) {
        self.world.product.api(method, &format!("{}{rest}", self.path), body).await
    }

    async fn credential(&self) -> (u16, Value) {
        self.api("GET", "/credentials", None).await
    }

    async fn status(&self) -> Value {
        self.api("GET", "", None).await.1["status"].clone()
    }
}

#[tokio::test]
async fn an_issuer_alone_is_enough_to_connect_to_refresh_and_to_revoke() {
    let world = World::ordinary().await;
    let mut person = world.arrive("acme").await;
    let url = person.leave("Connect Desk").await;
    assert!(url.starts_with("https://desk.example/authorize?"), "{url}");
    person.browser.open(&world.provider.allow(&url)).await;
    assert_eq!(person.credential().await.0, 200);
    assert_eq!(person.api("POST", "/refreshes", None).await.0, 200);
    assert_eq!(world.provider.times_asked("refresh_token"), 1);
    assert_eq!(person.api("DELETE", "/authorization", None).await.0, 200);
    assert_eq!(world.asked("/revoke").await.len(), 2, "the refresh token, then the access token");
    assert_eq!(world.asked(METADATA).await.len(), 1, "it is kept for an hour");
    world.product.ahead_seconds.store(3700, Ordering::Relaxed);
    world.authority.reset().await;
    person.browser.open(&world.product.link("acme", "alerts").await).await;
    assert!(person.leave("Connect Desk").await.starts_with("https://desk.example/authorize?"), "while the metadata is away");
}

#[tokio::test]
async fn metadata_that_names_another_issuer_is_not_used() {
    for wrong in [json!({"issuer": "https://evil.example"}), json!({"code_challenge_methods_supported": ["plain"]})] {
        let world = World::of(wrong.clone(), "", CLIENT, "/me").await;
        let mut person = world.arrive("acme").await;
        let (action, pairs) = person.browser.form_of("Connect Desk");
        person.browser.once("POST", &action, Some(&pairs)).await;
        assert_eq!(person.browser.status, 502, "{wrong}: {}", person.browser.html);
        assert!(person.browser.html.contains("Code: configuration"), "{}", person.browser.html);
    }
    // What is away may come back: it is not the organization's mistake.
    let world = World::ordinary().await;
    world.authority.reset().await;
    Mock::given(path(METADATA)).respond_with(ResponseTemplate::new(503)).mount(&world.authority).await;
    let mut person = world.arrive("acme").await;
    let (action, pairs) = person.browser.form_of("Connect Desk");
    person.browser.once("POST", &action, Some(&pairs)).await;
    assert!(person.browser.html.contains("Code: provider.down"), "{}", person.browser.html);
}

#[tokio::test]
async fn a_callback_of_another_issuer_exchanges_nothing() {
    let named = json!({"authorization_response_iss_parameter_supported": true});
    let table = [
        (json!({}), None, true),
        (json!({}), Some("right"), true),
        (json!({}), Some("https://evil.example"), false),
        (named.clone(), Some("right"), true),
        (named.clone(), Some("right/"), false),
        (named, None, false),
    ];
    for (metadata, iss, connects) in table {
        let world = World::of(metadata.clone(), "", CLIENT, "/me").await;
        let mut person = world.arrive("acme").await;
        let url = person.leave("Connect Desk").await;
        let mut back = world.provider.allow(&url);
        if let Some(iss) = iss {
            back = format!("{back}&iss={}", iss.replace("right", &world.authority.uri()));
        }
        person.browser.open(&back).await;
        let exchanges = world.provider.times_asked("authorization_code");
        assert_eq!((exchanges == 1, person.status().await == "connected"), (connects, connects), "{metadata} {iss:?}");
        if !connects {
            assert!(person.browser.html.contains("auth.issuer_mismatch"), "{}", person.browser.html);
            assert!(person.browser.title().contains("did not come from Desk"), "{}", person.browser.title());
        }
    }
    let world = World::ordinary().await;
    let mut person = world.arrive("acme").await;
    let refusal = world.provider.deny(&person.leave("Connect Desk").await, "access_denied", "no");
    person.browser.open(&format!("{refusal}&iss=https://evil.example")).await;
    assert!(person.browser.html.contains("auth.issuer_mismatch"), "nor is its error believed");
}

const DYNAMIC: &str = ", registration: dynamic";

#[tokio::test]
async fn twenty_who_connect_at_once_cause_one_registration() {
    let world = World::of(json!({}), DYNAMIC, "", "/me").await;
    world.registers(None).await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(world.arrive(&format!("customer-{number}")).await);
    }
    let urls = join_all(people.iter_mut().map(|person| person.leave("Connect Desk"))).await;
    assert!(urls.iter().all(|url| parameters(url)["client_id"] == "client-1"), "{urls:?}");
    let registrations = world.asked("/register").await;
    assert_eq!(registrations.len(), 1);
    let asked: Value = serde_json::from_slice(&registrations[0].body).unwrap();
    assert_eq!(asked["redirect_uris"], json!([format!("{}/oauth/callback", world.product.base)]));
    assert_eq!((asked["client_name"].as_str(), asked["scope"].as_str()), (Some("Acme"), Some("read write")));
    assert_eq!(asked["token_endpoint_auth_method"], "client_secret_post");

    people[0].browser.open(&world.provider.allow(&urls[0])).await;
    let form = world.provider.now().asked[0].clone();
    assert_eq!((form["client_id"].as_str(), form["client_secret"].as_str()), ("client-1", "made-up-secret-1"));
    assert_eq!(people[0].credential().await.0, 200);
    let held: Vec<u8> = database::contents(&world.product.database_url).await.into_iter().flat_map(|(_, bytes)| bytes).collect();
    assert!(!held.windows(15).any(|window| window == b"made-up-secret-"), "the secret is kept sealed");
    assert!(held.windows(8).any(|window| window == b"client-1"), "the search sees what is not");
}

#[tokio::test]
async fn a_registered_client_that_is_refused_is_replaced_at_the_next_consent_and_not_before() {
    let world = World::of(json!({}), DYNAMIC, "", "/me").await;
    world.registers(None).await;
    let mut person = world.arrive("acme").await;
    person.connect("Connect Desk").await;
    world.provider.answer(401, json!({"error": "invalid_client"}));
    let (status, said) = person.api("POST", "/refreshes", None).await;
    assert_eq!((status, said["code"].as_str()), (409, Some("needs_reconnect")), "{said}");
    assert_eq!(world.asked("/register").await.len(), 1);
    world.provider.now().token_answer = None;
    person.browser.open(&world.product.link("acme", "alerts").await).await;
    person.connect("Reconnect Desk").await;
    assert_eq!(world.asked("/register").await.len(), 2);
    assert_eq!(world.provider.now().asked.last().unwrap()["client_id"], "client-2");
}

#[tokio::test]
async fn a_client_whose_secret_is_about_to_expire_is_replaced_but_refreshes_what_it_obtained() {
    let world = World::of(json!({}), DYNAMIC, "", "/me").await;
    world.registers(Some(100_000)).await;
    let mut first = world.arrive("first").await;
    first.connect("Connect Desk").await;
    world.product.ahead_seconds.store(95_000, Ordering::Relaxed);
    let mut second = world.arrive("second").await;
    assert_eq!(parameters(&second.leave("Connect Desk").await)["client_id"], "client-2");
    assert_eq!(first.api("POST", "/refreshes", None).await.0, 200);
    assert_eq!(world.provider.now().asked.last().unwrap()["client_id"], "client-1");
}

const REALM: &str =
    ", code_parameter: oauth_code, context: {from_callback: [realmId], from_token: [instance_url, {name: team, pointer: /team/id}]}";
const BASE_URL: &str = "      - {key: base_url, template: \"{{context.instance_url}}/v1/{{context.realmId}}\"}\n";

async fn with_realm() -> World {
    let world = World::of(json!({}), REALM, &format!("{CLIENT}{BASE_URL}"), "/company/{{context.realmId}}").await;
    let body =
        json!({"access_token": "A", "refresh_token": "R", "instance_url": "https://eu.desk.example", "team": {"id": 7, "name": "Blue"}});
    world.provider.answer(200, body);
    world
}

#[tokio::test]
async fn a_code_under_another_name_and_what_came_with_it_are_read_as_the_manifest_says() {
    let world = with_realm().await;
    let mut person = world.arrive("acme").await;
    let url = person.leave("Connect Desk").await;
    let back = world.provider.allow(&url).replace("code=", "oauth_code=") + "&realmId=4620816365&more=x&more=y";
    person.browser.open(&back).await;
    assert_eq!(person.browser.status, 200, "{}", person.browser.html);
    assert_eq!(world.asked("/company/4620816365").await.len(), 1, "the check's address holds it");
    let (status, read) = person.credential().await;
    assert_eq!(status, 200, "{read}");
    let context = &read["context"];
    assert_eq!((&context["realmId"], &context["team"]), (&json!("4620816365"), &json!(7)), "{context}");
    assert_eq!(read["inputs"]["base_url"], "https://eu.desk.example/v1/4620816365");
    assert!(context.get("more").is_none() && read["inputs"].get("context.realmId").is_none(), "{read}");

    // A refresh brings what is new, and leaves what it does not speak of.
    world.provider.answer(200, json!({"access_token": "B", "instance_url": "https://us.desk.example"}));
    assert_eq!(person.api("POST", "/refreshes", None).await.0, 200);
    let read = person.credential().await.1;
    assert_eq!(read["inputs"]["base_url"], "https://us.desk.example/v1/4620816365", "{read}");
    assert_eq!(read["context"]["team"], 7, "{read}");

    // A parameter of the protocol twice is no answer at all.
    let url = world.arrive("other").await.leave("Connect Desk").await;
    let back = world.provider.allow(&url).replace("code=", "oauth_code=");
    assert_eq!(person.browser.open(&format!("{back}&state=x")).await.status, 400);
}

#[tokio::test]
async fn a_token_is_imported_with_its_context_and_one_without_an_access_token_is_refreshed_at_the_first_read() {
    let world = with_realm().await;
    let person = world.arrive("acme").await;
    let before = person.api("GET", "", None).await.1["connection_id"].clone();
    let import = |token: Value| person.api("PUT", "", Some(json!({"token": token})));
    let line_break = "a\nb";
    for (token, field, code) in [
        (json!({}), "token.access_token", "required"),
        (json!({"access_token": " "}), "token.access_token", "required"),
        (json!({"access_token": line_break}), "token.access_token", "control-character"),
        (json!({"access_token": "a".repeat(64 * 1024 + 1)}), "token.access_token", "too-long"),
        (json!({"access_token": "a", "refresh_token": "\r"}), "token.refresh_token", "required"),
        (json!({"access_token": "a", "expires_at": "tomorrow"}), "token.expires_at", "not-a-time"),
        (json!({"access_token": "a", "expires_in": -1}), "token.expires_in", "not-an-integer"),
        (json!({"access_token": "a", "acces": "x"}), "token.acces", "unknown-input"),
        (json!({"access_token": "a", "context": {"nobody": "x"}}), "token.context.nobody", "unknown-input"),
        (json!({"access_token": "a", "context": {"realmId": {}}}), "token.context.realmId", "wrong-shape"),
    ] {
        let (status, said) = import(token).await;
        let error = &said["errors"][0];
        assert_eq!((status, error["field"].as_str(), error["code"].as_str()), (422, Some(field), Some(code)), "{said}");
        assert!(!error["message"].as_str().unwrap().contains('{'), "{said}");
        assert_eq!(person.status().await, "not_connected");
    }
    let whole = json!({"access_token": "old", "expires_in": 3600, "context": {"realmId": "99"}});
    let (status, said) = import(whole).await;
    assert_eq!((status, &said["connection_id"]), (200, &before), "{said}");
    let read = person.credential().await.1;
    assert_eq!((read["token"]["access_token"].as_str(), read["context"]["realmId"].as_str()), (Some("old"), Some("99")), "{read}");
    assert_eq!(world.provider.now().asked.len(), 0);

    assert_eq!(import(json!({"refresh_token": "R0"})).await.0, 200);
    let read = person.credential().await.1;
    assert_eq!(read["token"]["access_token"], "A", "{read}");
    assert!(read["context"].get("realmId").is_none(), "another token may be another account's: {read}");
    assert_eq!(world.provider.now().asked[0]["refresh_token"], "R0");
}

#[tokio::test]
async fn a_client_of_its_own_right_finds_its_token_address_and_its_check_uses_what_the_token_came_with() {
    let world = World::ordinary().await;
    world.provider.answer(200, json!({"access_token": "M", "host": world.authority.uri()}));
    world.product.customer("acme").await;
    let asked = json!({"customer": "external:acme", "integration": "nightly"});
    let instance = world.product.ok("POST", "/instances", Some(asked)).await["id"].as_str().unwrap().to_owned();
    let path = format!("/instances/{instance}/connections/desk");
    let inputs = json!({"inputs": {"client_id": "robot", "client_secret": "s3cret"}});
    world.product.ok("PUT", &format!("{path}?check=true"), Some(inputs)).await;
    assert_eq!(world.asked("/company/machines").await.len(), 1);
    let read = world.product.ok("GET", &format!("{path}/credentials"), None).await;
    assert_eq!((&read["token"]["access_token"], &read["account"]), (&json!("M"), &json!("ann@desk.example")), "{read}");
    assert_eq!(read["inputs"]["base_url"], format!("{}/company", world.authority.uri()));
    assert_eq!(world.provider.times_asked("client_credentials"), 1);
}
