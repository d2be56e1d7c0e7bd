//! A user who goes takes what is theirs alone with them.

use super::*;

async fn connected(story: &Story) -> Browser {
    let mut ann = story.browser("ann").await;
    story.connect_desk(&mut ann, "ann@desk.example").await;
    story.product.ok("PUT", &story.of("notes", "ann", ""), Some(json!({"inputs": {"api_key": "k-ann"}}))).await;
    story.product.ok("PUT", &story.of("notes", "bob", ""), Some(json!({"inputs": {"api_key": "k-bob"}}))).await;
    ann
}

async fn actions(story: &Story) -> Vec<String> {
    let events = story.product.ok("GET", "/audit-events?limit=100", None).await;
    events["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_deleted_users_connections_are_gone_and_taken_back() {
    let story = Story::new().await;
    let mut ann = connected(&story).await;
    let id = story.product.ok("GET", &story.of("notes", "ann", ""), None).await["connection_id"].as_str().unwrap().to_owned();
    let at = "/customers/external:acme/users/external:ann";
    assert_eq!(story.product.api("DELETE", at, None).await.0, 204);
    assert_eq!(story.code("GET", &story.of("notes", "ann", "/credentials")).await, (404, "not_found".into()));
    assert_eq!(story.code("GET", &format!("/connections/{id}")).await, (404, "not_found".into()));
    assert_eq!(story.code("GET", &story.of("notes", "bob", "/credentials")).await.0, 200);
    let told = actions(&story).await;
    for action in ["customer_user.deleted", "connection.disconnected", "connection.deleted"] {
        assert!(told.iter().any(|one| one == action), "{action}: {told:?}");
    }
    assert!([401, 404].contains(&ann.open("own").await.status), "{}", ann.html);
    assert_eq!(story.product.api("DELETE", at, None).await.0, 404);
    // As somebody new they begin anew.
    story.user("acme", "ann").await;
    assert_eq!(story.code("GET", &story.of("notes", "ann", "/credentials")).await.0, 409);
}

#[tokio::test]
async fn who_is_taken_out_by_their_admin_loses_them_too() {
    let story = Story::new().await;
    let _ann = connected(&story).await;
    let body = json!({"external_id": "ada", "email": "ada@acme.test", "name": "Ada", "role": "admin"});
    story.product.ok("POST", "/customers/external:acme/users", Some(body)).await;
    let mut ada = story.browser("ada").await;
    ada.open("/people").await;
    let button = ada.buttons().into_iter().find(|words| words.starts_with("Disable") && words.ends_with("ann@acme.test"));
    let button = button.unwrap_or_else(|| panic!("{:?}", ada.buttons()));
    ada.press(&button).await;
    assert_eq!(story.code("GET", &story.of("notes", "ann", "/credentials")).await, (404, "not_found".into()));
    assert!(actions(&story).await.iter().any(|one| one == "connection.deleted"));
    let listed = story.product.ok("GET", &story.slot("notes", "/users"), None).await;
    assert!(listed["items"].as_array().unwrap().iter().all(|line| line["user"]["external_id"] != "ann"), "{listed}");
}

#[tokio::test]
async fn the_console_counts_them_apart_and_makes_their_link() {
    use jackfield::{domain::access::Actor, domain::user::Role, flows::sign_in};
    let story = Story::new().await;
    let _ann = connected(&story).await;
    story.product.ok("POST", &story.of("notes", "ann", "/failures"), Some(json!({"message": "401"}))).await;
    let password = "correct horse battery staple".to_owned().into();
    sign_in::create_user(&story.product.context, &Actor::System, "org@acme.example", &password, Role::Admin).await.unwrap();
    let mut admin = Browser::new(&story.product.base);
    admin.open("/admin").await.fill("E-mail", "org@acme.example").fill("Password", "correct horse battery staple").press("Sign in").await;
    assert!(admin.html.contains("of ann"), "what waits names the user: {}", admin.html);
    admin.open(&format!("/admin/instances/{}", story.instance)).await;
    assert!(admin.html.contains("Connected by each user") && admin.html.contains("ann@desk.example"), "{}", admin.html);
    admin.press("Make a link – ann").await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    let link = regex::Regex::new(r"http://[^\s<]+/links/[A-Za-z0-9_-]+").unwrap().find(&admin.html).unwrap().as_str().to_owned();
    let mut ann = Browser::new(&story.product.base);
    ann.open(&link).await;
    assert!(ann.url.ends_with("/own"), "{} {}", ann.url, ann.html);
    for path in ["/admin/integrations/assistant/matrix", "/admin/integrations/assistant", "/admin/customers", "/admin/alerts"] {
        let status = admin.open(path).await.status;
        assert_eq!(status, 200, "{path}: {}", admin.html);
    }
}
