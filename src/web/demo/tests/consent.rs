use actix_web::test::read_body;
use scraper::{Html, Selector};

use super::*;

fn query(fields: &[(&str, &str)]) -> String {
    let encoded: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("/demo-provider/authorize?{encoded}")
}

async fn page(changes: &[(&str, &str)]) -> (u16, String) {
    let (world, _) = world();
    let response = get(&app(&world).await, &query(&request(changes)), &[]).await;
    let status = response.status().as_u16();
    (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
}

fn texts(html: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect::<String>().trim().to_owned()).collect()
}

#[actix_web::test]
async fn the_page_names_the_app_the_account_the_scopes_and_every_outcome() {
    let (status, html) = page(&[]).await;
    assert_eq!(status, 200);
    assert_eq!(texts(&html, "h1"), ["Allow access to Umbrella Chat?"]);
    assert_eq!(texts(&html, ".scopes code"), ["profile", "channels:read"]);
    assert!(html.contains("maya@northwind.example") && html.contains("not a real company"));
    let buttons =
        ["Allow", "Deny", "Fewer scopes", "Another account", "Slow", "Expired code", "Error 500", "Cancel", "Needs an administrator"];
    assert_eq!(texts(&html, "button"), buttons);
}

#[actix_web::test]
async fn an_unlisted_client_is_called_by_its_id_and_what_it_sends_is_escaped() {
    let (_, html) = page(&[("client_id", "shop-\"<b>"), ("state", "\"><script>"), ("scope", "<i>")]).await;
    assert_eq!(texts(&html, "h1"), ["Allow access to shop-\"<b>?"]);
    assert!(texts(&html, "script, i, b").is_empty());
}

#[actix_web::test]
async fn pages_forbid_inline_code_and_framing() {
    let (world, _) = world();
    let response = get(&app(&world).await, &query(&request(&[])), &[]).await;
    let policy = header(&response, "content-security-policy").to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let html = String::from_utf8(read_body(response).await.to_vec()).unwrap();
    assert!(!html.contains("style=") && !html.contains("<script") && !html.contains("<style"));
}

#[actix_web::test]
async fn a_request_without_a_trustworthy_redirect_address_stays_on_a_page() {
    for changes in [
        [("redirect_uri", "https://evil.example/oauth/callback")],
        [("redirect_uri", "")],
        [("client_id", "")],
        [("client_id", "two words")],
    ] {
        let (status, html) = page(&changes).await;
        assert_eq!(status, 400, "{changes:?}");
        assert_eq!(texts(&html, "h1"), ["This request cannot go on"]);
    }
}

#[actix_web::test]
async fn other_faults_go_back_to_the_client() {
    let (world, _) = world();
    let app = app(&world).await;
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_type", "")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("code_challenge_method", "")], "invalid_request"),
        ([("code_challenge", "short")], "invalid_request"),
    ] {
        let shown = answer(&get(&app, &query(&request(&changes)), &[]).await);
        let mut pressed = request(&changes);
        pressed.push(("decision", "allow"));
        let posted = answer(&post(&app, "/demo-provider/authorize", &pressed).await);
        assert_eq!((shown["error"].as_str(), posted["error"].as_str()), (error, error), "{changes:?}");
        assert!(!posted.contains_key("code"));
    }
}

#[actix_web::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let (world, _) = world();
    let mut fields = request(&[]);
    fields.push(("state", "another"));
    assert_eq!(answer(&get(&app(&world).await, &query(&fields), &[]).await)["error"], "invalid_request");
}

#[actix_web::test]
async fn every_answer_carries_the_state_and_the_issuer() {
    let (world, _) = world();
    let app = app(&world).await;
    for decision in ["allow", "deny"] {
        let mut fields = request(&[]);
        fields.push(("decision", decision));
        let answer = answer(&post(&app, "/demo-provider/authorize", &fields).await);
        assert_eq!(answer["state"], "s t&te");
        assert_eq!(answer["iss"], "http://127.0.0.1:8123/demo-provider");
    }
}

#[actix_web::test]
async fn a_refusal_says_which_it_was() {
    let (world, _) = world();
    let app = app(&world).await;
    let mut seen = Vec::new();
    for decision in ["deny", "cancel", "needs_administrator"] {
        let mut fields = request(&[]);
        fields.push(("decision", decision));
        let answer = answer(&post(&app, "/demo-provider/authorize", &fields).await);
        assert!(!answer.contains_key("code"));
        seen.push((answer["error"].clone(), answer["error_description"].clone()));
    }
    assert_eq!((seen[0].0.as_str(), seen[1].0.as_str(), seen[2].0.as_str()), ("access_denied", "user_cancelled", "consent_required"));
    assert_ne!(seen[0].1, seen[1].1);
}

#[actix_web::test]
async fn a_post_with_a_foreign_redirect_address_or_no_button_gives_no_code() {
    let (world, _) = world();
    let app = app(&world).await;
    for changes in [[("redirect_uri", "https://evil.example/"), ("decision", "allow")], [("decision", "x"), ("scope", "a")]] {
        assert_eq!(post(&app, "/demo-provider/authorize", &request(&changes)).await.status(), 400);
    }
}
