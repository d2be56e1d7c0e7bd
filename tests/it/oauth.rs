//! Connecting by OAuth: the way there and back, and every way it can end.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Browser, Product, Provider, provider::parameters};

/// A product, a provider, and a person on the page with the Connect button.
struct Story {
    product: Product,
    provider: Provider,
    person: Browser,
    instance: String,
}

impl Story {
    async fn begin(quirks: &str) -> Self {
        let (product, provider) = (Product::start().await, Provider::start().await);
        let (status, said) = product.apply(&provider.manifests(quirks)).await;
        assert_eq!(status, 200, "{said}");
        product.customer("acme").await;
        let mut person = Browser::new(&product.base);
        person.open(&product.link("acme", "alerts").await).await;
        let instances = product.ok("GET", "/instances?customer=external:acme", None).await;
        let instance = instances["items"][0]["id"].as_str().unwrap().to_owned();
        Self { product, provider, person, instance }
    }

    /// The authorize URL that Connect leaves for.
    async fn leave(&mut self, button: &str) -> String {
        let (action, pairs) = self.person.form_of(button);
        self.person.once("POST", &action, Some(&pairs)).await;
        assert_eq!(self.person.status, 303, "{}", self.person.html);
        self.person.headers["location"].to_str().unwrap().to_owned()
    }

    /// Connects and comes back; the last page.
    async fn connect(&mut self, button: &str) -> &mut Browser {
        let url = self.leave(button).await;
        let back = self.provider.allow(&url);
        self.person.open(&back).await
    }

    async fn open_step(&mut self) {
        let step = format!("/wizard/{}/pages/accounts", self.instance);
        self.person.open(&step).await;
    }

    async fn desk(&self) -> Value {
        self.product.ok("GET", &format!("/instances/{}/connections/desk", self.instance), None).await
    }

    async fn credential(&self) -> (u16, Value) {
        self.product.api("GET", &format!("/instances/{}/connections/desk/credentials", self.instance), None).await
    }

    async fn events(&self) -> Vec<(String, Value)> {
        let id = self.desk().await["connection_id"].as_str().unwrap().to_owned();
        let events = self.product.ok("GET", &format!("/audit-events?connection={id}"), None).await;
        let pair = |event: &Value| (event["action"].as_str().unwrap().to_owned(), event["detail"].clone());
        events["items"].as_array().unwrap().iter().map(pair).collect()
    }

    /// The last page says so, nothing is saved, and the newest event names it.
    async fn ended_with(&self, status: u16, title: &str, code: &str, action: &str) {
        let page = &self.person;
        assert_eq!(page.status, status, "{code}: {}", page.html);
        assert!(page.title().contains(title), "{code}: {}", page.title());
        assert!(page.html.contains(code), "{code}: {}", page.html);
        assert_eq!(self.desk().await["status"], "not_connected", "{code}");
        assert_eq!(self.credential().await.1["code"], "not_connected", "{code}");
        let (newest, detail) = self.events().await.remove(0);
        assert_eq!((newest.as_str(), &detail["reason"]), (action, &json!(code)));
    }
}

#[tokio::test]
async fn the_whole_way_ends_on_the_step_it_came_from_and_what_was_typed_is_still_there() {
    let mut story = Story::begin("").await;
    let step = story.person.url.clone();
    story.person.fill("Channel", "#ops").fill("Team", "blue");
    let url = story.leave("Connect Desk").await;
    let asked = parameters(&url);
    assert!(url.starts_with("https://desk.example/authorize?"), "{url}");
    assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", "desk-client"));
    assert_eq!((asked["code_challenge_method"].as_str(), asked["code_challenge"].len()), ("S256", 43));
    assert_eq!(asked["redirect_uri"], format!("{}/oauth/callback", story.product.base));
    assert!(asked["state"].len() >= 43, "256 bits: {}", asked["state"]);
    let back = story.provider.allow(&url);
    story.person.open(&back).await;
    assert_eq!((story.person.url.as_str(), story.person.status), (step.as_str(), 200));
    assert!(story.person.html.contains("Desk is connected") && story.person.html.contains("ann@desk.example"), "{}", story.person.html);
    assert!(story.person.html.contains("#ops"), "what was typed elsewhere is a draft");
    let (status, read) = story.credential().await;
    assert_eq!((status, read["token"]["access_token"].as_str()), (200, Some("access-2")), "{read}");
    assert_eq!((read["inputs"]["team"].as_str(), read["account"].as_str()), (Some("blue"), Some("ann@desk.example")));
    assert_eq!(story.events().await[0].0, "attempt.completed");
}

#[tokio::test]
async fn no_header_of_the_request_changes_the_redirect_address() {
    let mut story = Story::begin("").await;
    let (action, pairs) = story.person.form_of("Connect Desk");
    let url = story.person.with_header("x-forwarded-host", "evil.example").with_header("forwarded", "host=evil.example");
    url.once("POST", &action, Some(&pairs)).await;
    let url = story.person.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(parameters(&url)["redirect_uri"], format!("{}/oauth/callback", story.product.base));
}

#[tokio::test]
async fn what_the_provider_says_no_with_has_its_page_and_its_words_are_data() {
    for (error, status, title, code, action) in [
        ("access_denied", 200, "was not connected", "auth.consent_denied", "attempt.denied"),
        ("user_cancelled_login", 200, "You stopped before the end", "auth.consent_cancelled", "attempt.denied"),
        ("consent_required", 200, "An administrator has to allow this", "auth.admin_approval", "attempt.denied"),
        ("invalid_scope", 422, "allows too little", "auth.insufficient_scope", "attempt.failed"),
        ("server_error", 502, "has a problem", "provider.down", "attempt.failed"),
        ("redirect_uri_mismatch", 502, "put right", "configuration", "attempt.failed"),
        ("<b>no</b>", 502, "has a problem", "provider.unexpected", "attempt.failed"),
    ] {
        let mut story = Story::begin("").await;
        let url = story.leave("Connect Desk").await;
        story.person.open(&story.provider.deny(&url, error, "<script>alert(1)</script>")).await;
        story.ended_with(status, title, code, action).await;
        let html = &story.person.html;
        assert!(!html.contains("<script>alert") && !html.contains("<b>no") && html.contains("alert(1)"), "{html}");
        assert_eq!(story.provider.now().asked.len(), 0);
    }
}

#[tokio::test]
async fn what_goes_wrong_at_the_exchange_has_its_page_and_saves_nothing() {
    for (answer, status, title, code) in [
        ((400, json!({"error": "invalid_grant"})), 422, "took too long", "auth.consent_expired"),
        ((401, json!({"error": "invalid_client"})), 502, "put right", "configuration"),
        ((500, json!({})), 502, "has a problem", "provider.down"),
        ((200, json!({"error": "internal_error", "ok": false})), 502, "has a problem", "provider.down"),
        ((200, json!({"hello": "there"})), 502, "has a problem", "provider.unexpected"),
        ((302, json!({})), 502, "has a problem", "provider.unexpected"),
        ((200, json!({"access_token": "a", "scope": "read"})), 422, "allows too little", "auth.insufficient_scope"),
    ] {
        let mut story = Story::begin("").await;
        story.provider.answer(answer.0, answer.1);
        story.connect("Connect Desk").await;
        story.ended_with(status, title, code, "attempt.failed").await;
    }
}

#[tokio::test]
async fn an_attempt_of_more_than_ten_minutes_and_an_exchange_of_more_than_fifteen_seconds_save_nothing() {
    let mut late = Story::begin("").await;
    let url = late.leave("Connect Desk").await;
    late.product.ahead_seconds.store(601, Ordering::Relaxed);
    late.person.open(&late.provider.allow(&url)).await;
    late.ended_with(422, "took too long", "auth.consent_expired", "attempt.failed").await;
    assert_eq!(late.provider.now().asked.len(), 0);

    let mut slow = Story::begin("").await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({"access_token": "late"})).set_delay(std::time::Duration::from_secs(17));
    slow.provider.now().token_answer = Some(answer);
    slow.connect("Connect Desk").await;
    slow.ended_with(502, "has a problem", "timeout", "attempt.failed").await;
}

#[tokio::test]
async fn a_reconnect_keeps_the_id_and_another_account_changes_nothing() {
    let mut story = Story::begin("").await;
    story.connect("Connect Desk").await;
    let before = story.desk().await;
    story.provider.now().account = "eve@desk.example".into();
    story.connect("Reconnect Desk").await;
    assert!(story.person.html.contains("auth.wrong_account") && story.person.html.contains("eve@desk.example"), "{}", story.person.html);
    assert_eq!(story.credential().await.1["token"]["access_token"], "access-2", "the old token stays");
    // Nor may another account come in while nobody can say whose it is.
    story.provider.now().api_answer = Some(ResponseTemplate::new(500));
    story.open_step().await;
    story.connect("Reconnect Desk").await;
    assert_eq!(story.person.status, 502, "{}", story.person.html);
    assert_eq!(story.credential().await.1["token"]["access_token"], "access-2", "the old token stays");
    story.provider.now().api_answer = None;
    story.provider.now().account = "ann@desk.example".into();
    story.open_step().await;
    story.connect("Reconnect Desk").await;
    assert_eq!(story.person.status, 200, "{}", story.person.html);
    assert_eq!(story.desk().await["connection_id"], before["connection_id"]);
    assert_ne!(story.credential().await.1["token"]["access_token"], "access-2");
}

#[tokio::test]
async fn a_hundred_replays_of_one_callback_make_one_exchange() {
    let mut story = Story::begin("").await;
    let url = story.leave("Connect Desk").await;
    let back = story.provider.allow(&url);
    let replays: Vec<_> = (0..100).map(|_| story.person.same_cookies()).collect();
    let answers = futures_util::future::join_all(replays.into_iter().map(|mut tab| {
        let back = back.clone();
        async move { tab.once("GET", &back, None).await.status }
    }));
    let answers = answers.await;
    assert!(answers.iter().all(|status| [303, 409].contains(status)) && answers.contains(&303), "{answers:?}");
    assert_eq!(story.provider.times_asked("authorization_code"), 1);
    let done = story.events().await.iter().filter(|(action, _)| action == "attempt.completed").count();
    assert_eq!((done, story.desk().await["status"].as_str()), (1, Some("connected")));
}

#[tokio::test]
async fn another_browser_is_refused_and_the_right_one_can_still_finish() {
    let mut story = Story::begin("").await;
    let url = story.leave("Connect Desk").await;
    let back = story.provider.allow(&url);
    let mut stranger = Browser::new(&story.product.base);
    assert_eq!(stranger.open(&back).await.status, 403);
    let mut colleague = Browser::new(&story.product.base);
    colleague.open(&story.product.link("acme", "alerts").await).await;
    assert_eq!(colleague.open(&back).await.status, 403);
    let asked = story.provider.now().asked.len();
    assert_eq!((asked, story.desk().await["status"].as_str()), (0, Some("not_connected")));
    assert_eq!(story.events().await[0].0, "attempt.foreign_browser");
    assert_eq!(story.person.open(&back).await.status, 200);
    assert_eq!(story.desk().await["status"], "connected");
    for unknown in ["/oauth/callback?state=never&code=x", "/oauth/callback?code=x", "/oauth/callback"] {
        assert_eq!(story.person.open(unknown).await.status, 400, "{unknown}");
    }
}

#[tokio::test]
async fn an_issuer_is_ignored_where_none_is_known_and_every_shape_of_answer_is_understood() {
    let nested = ", response: {access_token: /authed/token, refresh_token: /authed/refresh, scope: /authed/scope}";
    let form = ResponseTemplate::new(200)
        .set_body_raw("access_token=A&token_type=bearer&expires_in=60&scope=read%2Cwrite", "application/x-www-form-urlencoded");
    let shapes = [
        ("", form),
        (nested, ResponseTemplate::new(200).set_body_json(json!({"ok": true, "authed": {"token": "A", "scope": "read,write"}}))),
        (", client_auth: basic", ResponseTemplate::new(200).set_body_json(json!({"access_token": "A", "expires_in": "60"}))),
        (", pkce: none", ResponseTemplate::new(201).set_body_json(json!({"access_token": "A", "scope": ["read", "write"]}))),
    ];
    for (quirks, answer) in shapes {
        let mut story = Story::begin(quirks).await;
        story.provider.now().token_answer = Some(answer);
        let url = story.leave("Connect Desk").await;
        let back = format!("{}&iss=https%3A%2F%2Fdesk.example", story.provider.allow(&url));
        story.person.open(&back).await;
        let (status, read) = story.credential().await;
        assert_eq!((status, read["token"]["access_token"].as_str()), (200, Some("A")), "{quirks}: {read}");
    }
}

#[tokio::test]
async fn what_is_saved_while_the_provider_takes_its_time_is_not_lost() {
    let mut story = Story::begin("").await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({"access_token": "A"})).set_delay(std::time::Duration::from_secs(2));
    story.provider.now().token_answer = Some(answer);
    let url = story.leave("Connect Desk").await;
    let back = story.provider.allow(&url);
    let path = format!("/instances/{}/connections/desk", story.instance);
    let meanwhile = async {
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        story.product.ok("PUT", &path, Some(json!({"inputs": {"team": "red"}}))).await
    };
    tokio::join!(story.person.open(&back), meanwhile);
    let (status, read) = story.credential().await;
    assert_eq!((status, read["token"]["access_token"].as_str(), read["inputs"]["team"].as_str()), (200, Some("A"), Some("red")), "{read}");
}
