//! The people's side: the integration is turned on without them, and each finds their own page.

use super::*;

#[tokio::test]
async fn the_first_page_asks_for_what_everybody_shares_and_nothing_else() {
    let story = Story::new().await;
    let mut browser = Browser::new(&story.product.base);
    browser.open(&story.product.link("beta", "assistant").await).await;
    assert!(browser.html.contains("each person connects their own account after it is turned on"), "{}", browser.html);
    assert!(!browser.buttons().iter().any(|words| words.contains("Connect Desk")), "{:?}", browser.buttons());
    browser.fill("API key", "shared").press("Save and continue").await;
    assert!(browser.html.contains("Each person connects their own account"), "{}", browser.html);
    browser.press("Turn on Assistant").await;
    assert!(browser.title().contains("Assistant is on"), "{}", browser.html);
    // Whoever holds a link for nobody in particular is nobody here.
    let own = browser.url.replace("/done", "/own");
    assert_eq!(browser.open(&own).await.status, 404);
}

#[tokio::test]
async fn two_users_connect_and_each_has_their_own() {
    let story = Story::new().await;
    let (mut ann, mut bob) = (story.browser("ann").await, story.browser("bob").await);
    story.connect_desk(&mut ann, "ann@desk.example").await;
    story.connect_desk(&mut bob, "bob@desk.example").await;
    ann.fill("API key", "k-ann").press("Save Notes").await;
    assert!(ann.html.contains("Saved."), "{}", ann.html);
    bob.press("Save Notes").await;
    assert_eq!((bob.status, bob.title().starts_with("Error")), (422, true), "{}", bob.html);
    bob.fill("API key", "k-bob").press("Save Notes").await;
    let mut tokens = Vec::new();
    for user in ["ann", "bob"] {
        let desk = story.product.ok("GET", &story.of("desk", user, "/credentials"), None).await;
        assert_eq!(desk["account"], format!("{user}@desk.example"));
        tokens.push(desk["token"]["access_token"].clone());
        let notes = story.product.ok("GET", &story.of("notes", user, "/credentials"), None).await;
        assert_eq!(notes["inputs"]["api_key"], format!("k-{user}"));
    }
    assert_ne!(tokens[0], tokens[1]);
    for (browser, other) in [(&mut ann, "bob@"), (&mut bob, "ann@")] {
        browser.open("own").await;
        assert!(!browser.html.contains(other), "{}", browser.html);
    }
    ann.press("Check now – Desk").await;
    assert_eq!(ann.status, 200, "{}", ann.html);
}

#[tokio::test]
async fn another_account_is_asked_about_and_a_disconnect_is_ones_own() {
    let story = Story::new().await;
    let (mut ann, mut bob) = (story.browser("ann").await, story.browser("bob").await);
    story.connect_desk(&mut ann, "ann@desk.example").await;
    story.connect_desk(&mut bob, "bob@desk.example").await;
    let before = story.product.ok("GET", &story.of("desk", "ann", ""), None).await["connection_id"].clone();
    story.provider.now().account = "other@desk.example".into();
    let (action, pairs) = ann.form_of("Reconnect Desk");
    ann.once("POST", &action, Some(&pairs)).await;
    let url = ann.headers["location"].to_str().unwrap().to_owned();
    ann.open(&story.provider.allow(&url)).await;
    assert!(ann.url.ends_with("/own/desk/account") && ann.html.contains("other@desk.example"), "{}", ann.html);
    // Bob has been asked nothing.
    bob.open(&ann.url.clone()).await;
    assert!(bob.url.ends_with("/own"), "{}", bob.url);
    let button = ann.buttons().into_iter().find(|words| words.contains("other@desk.example")).unwrap();
    ann.press(&button).await;
    let after = story.product.ok("GET", &story.of("desk", "ann", ""), None).await;
    assert_eq!((&after["connection_id"], &after["account"]), (&before, &json!("other@desk.example")), "a reconnect keeps the id");

    ann.follow("Disconnect Desk").await;
    assert!(ann.html.contains("Your colleagues notice nothing"), "{}", ann.html);
    ann.press("Disconnect Desk").await;
    assert_eq!(story.code("GET", &story.of("desk", "ann", "/credentials")).await, (409, "not_connected".into()));
    assert_eq!(story.code("GET", &story.of("desk", "bob", "/credentials")).await.0, 200);
    assert_eq!(story.product.ok("GET", &story.of("desk", "ann", ""), None).await["connection_id"], before);
}

#[tokio::test]
async fn a_no_at_the_provider_leads_back_and_another_browser_gets_nothing() {
    let story = Story::new().await;
    let (mut ann, mut bob) = (story.browser("ann").await, story.browser("bob").await);
    let (action, pairs) = ann.form_of("Connect Desk");
    ann.once("POST", &action, Some(&pairs)).await;
    let url = ann.headers["location"].to_str().unwrap().to_owned();
    bob.open(&story.provider.allow(&url)).await;
    assert_eq!(bob.status, 403, "{}", bob.html);
    ann.open(&story.provider.deny(&url, "access_denied", "no")).await;
    let (action, pairs) = ann.form_of("Try again");
    ann.once("POST", &action, Some(&pairs)).await;
    assert!(ann.headers["location"].to_str().unwrap().starts_with("https://desk.example/authorize"), "{}", ann.html);
    assert_eq!(story.code("GET", &story.of("desk", "ann", "/credentials")).await.0, 409);
    assert_eq!(story.code("GET", &story.of("desk", "bob", "/credentials")).await.0, 409);
}

#[tokio::test]
async fn an_admin_sees_who_has_connected_and_nothing_of_what_they_entered() {
    let story = Story::new().await;
    let mut ann = story.browser("ann").await;
    story.connect_desk(&mut ann, "secretly-ann@desk.example").await;
    assert!(!ann.html.contains("Who has connected"), "{}", ann.html);
    let body = json!({"external_id": "ada", "email": "ada@acme.test", "name": "Ada", "role": "admin"});
    story.product.ok("POST", "/customers/external:acme/users", Some(body)).await;
    let ada = story.browser("ada").await;
    assert!(ada.html.contains("Who has connected") && ada.html.contains("Desk: Connected"), "{}", ada.html);
    assert!(!ada.html.contains("secretly-ann"), "{}", ada.html);
    // Nobody names another user in any address: the page is whose session it is, also under a colleague's connection's id.
    let of_ann = story.product.ok("GET", &story.of("desk", "ann", ""), None).await["connection_id"].as_str().unwrap().to_owned();
    for path in [format!("/connections/{of_ann}"), "/connections/0190b1a2-0000-7000-8000-000000000000".into()] {
        let mut tab = ada.same_cookies();
        assert_eq!(tab.open(&path).await.status, 404, "{path}");
    }
    let mut member = story.browser("bob").await;
    for path in [format!("/connections/{of_ann}"), format!("/wizard/{}/connections/desk", story.instance)] {
        assert_eq!(member.open(&path).await.status, 404, "{path}");
    }
}
