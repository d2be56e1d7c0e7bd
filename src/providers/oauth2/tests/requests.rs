use wiremock::Request;

use super::*;
use crate::{
    domain::{
        resolution::{Layer, Layered},
        value::{Given, Value},
    },
    providers::testing::key,
};

/// What `exchange` sends with these quirks.
async fn sent(change: impl FnOnce(&mut OAuth2, &mut Resolved)) -> Request {
    let server = server_with(answer(200, &json!({"access_token": "at"}))).await;
    let (mut oauth2, mut values) = (quirks(), inputs(&server));
    change(&mut oauth2, &mut values);
    exchange(&loopback_client(), &oauth2, &values, &secret("the code"), REDIRECT_URI, Some(&secret(VERIFIER)), &STAMP).await.unwrap();
    server.received_requests().await.unwrap().remove(0)
}

fn form(request: &Request) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    let count = pairs.len();
    let form: BTreeMap<String, String> = pairs.into_iter().collect();
    assert_eq!(form.len(), count, "a parameter stands there twice");
    form
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const CODE: [(&str, &str); 4] =
    [("grant_type", "authorization_code"), ("code", "the code"), ("redirect_uri", REDIRECT_URI), ("code_verifier", VERIFIER)];

#[tokio::test]
async fn a_client_proves_itself_in_the_body() {
    let request = sent(|_, _| {}).await;
    assert_eq!(form(&request), pairs(&[&CODE[..], &[("client_id", "app id"), ("client_secret", "s3cret/+ x")]].concat()));
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(request.headers["accept"], "application/json");
    assert!(!request.headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_client_proves_itself_by_basic_as_the_rfc_says() {
    let request = sent(|oauth2, _| oauth2.client_auth = ClientAuth::Basic).await;
    // printf 'app+id:s3cret%%2F%%2B+x' | base64
    assert_eq!(request.headers["authorization"], "Basic YXBwK2lkOnMzY3JldCUyRiUyQit4");
    assert_eq!(form(&request), pairs(&CODE));
}

#[tokio::test]
async fn a_client_proves_itself_by_basic_as_many_expect_it() {
    let request = sent(|oauth2, _| oauth2.client_auth = ClientAuth::BasicRaw).await;
    // printf 'app id:s3cret/+ x' | base64
    assert_eq!(request.headers["authorization"], "Basic YXBwIGlkOnMzY3JldC8rIHg=");
    assert_eq!(form(&request), pairs(&CODE));
}

#[tokio::test]
async fn a_public_client_only_names_itself() {
    for client_auth in [ClientAuth::Body, ClientAuth::Basic, ClientAuth::BasicRaw] {
        let request = sent(|oauth2, values| {
            oauth2.client_auth = client_auth;
            values.values.remove("client_secret");
        })
        .await;
        assert_eq!(form(&request), pairs(&[&CODE[..], &[("client_id", "app id")]].concat()));
        assert!(!request.headers.contains_key("authorization"));
    }
}

#[tokio::test]
async fn extra_parameters_and_headers_go_along_and_replace_the_protocols_own() {
    let request = sent(|oauth2, values| {
        oauth2.pkce = Pkce::None;
        oauth2.token_params.insert("audience".to_owned(), template("https://{{client_id}}"));
        oauth2.token_params.insert("redirect_uri".to_owned(), template("other"));
        oauth2.token_headers.insert("X-App".to_owned(), template("{{client_id}}"));
        let headers = Value::Map(pairs(&[("Notion-Version", "2022-06-28"), ("Accept", "application/vnd.x+json")]));
        values.values.insert(key("headers"), Layered { given: Given::Clear(headers), layer: Layer::Preset });
    })
    .await;
    let form = form(&request);
    assert_eq!((form["audience"].as_str(), form["redirect_uri"].as_str()), ("https://app id", "other"));
    assert!(!form.contains_key("code_verifier"), "no PKCE was asked for");
    assert_eq!(request.headers["x-app"], "app id");
    assert_eq!(request.headers["notion-version"], "2022-06-28");
    assert_eq!(request.headers.get_all("accept").iter().collect::<Vec<_>>(), ["application/vnd.x+json"]);
}

#[tokio::test]
async fn a_json_body_holds_the_same_parameters() {
    let request = sent(|oauth2, _| oauth2.token_body = TokenBody::Json).await;
    assert_eq!(request.headers["content-type"], "application/json");
    let body: BTreeMap<String, String> = request.body_json().unwrap();
    assert_eq!(body, pairs(&[&CODE[..], &[("client_id", "app id"), ("client_secret", "s3cret/+ x")]].concat()));
}

#[tokio::test]
async fn a_refresh_goes_to_its_own_address_where_there_is_one() {
    let server = server_with(answer(200, &json!({"access_token": "at"}))).await;
    let mut values = inputs(&server);
    let client = loopback_client();
    for (path, refresh_url) in [("/token", String::new()), ("/refresh", format!("{}/refresh", server.uri()))] {
        values.values.insert(key("refresh_url"), Layered { given: Given::Clear(Value::Text(refresh_url)), layer: Layer::Preset });
        refresh(&client, &quirks(), &values, &secret("r t"), &meta(), &STAMP).await.unwrap();
        let request = server.received_requests().await.unwrap().pop().unwrap();
        assert_eq!(request.url.path(), path);
        let wanted = [("grant_type", "refresh_token"), ("refresh_token", "r t"), ("client_id", "app id"), ("client_secret", "s3cret/+ x")];
        assert_eq!(form(&request), pairs(&wanted));
    }
}

#[tokio::test]
async fn client_credentials_ask_for_scopes_with_their_separator() {
    let server = server_with(answer(200, &json!({"access_token": "at", "expires_in": "3600"}))).await;
    let mut oauth2 = machine();
    oauth2.scope_separator = ",".to_owned();
    oauth2.client_auth = ClientAuth::Basic;
    let granted = obtain(&loopback_client(), &oauth2, &inputs(&server), &STAMP).await.unwrap();
    assert_eq!(granted.token.meta.scopes, ["read", "write"]);
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(form(&request), pairs(&[("grant_type", "client_credentials"), ("scope", "read,write")]));
}

#[tokio::test]
async fn nothing_is_sent_while_an_input_is_missing() {
    let server = server_with(ResponseTemplate::new(200)).await;
    for name in ["token_url", "client_id"] {
        let mut values = inputs(&server);
        values.values.remove(name);
        let error = obtain(&loopback_client(), &machine(), &values, &STAMP).await.unwrap_err();
        assert_eq!(error, Reason::Configuration.into(), "{name}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}
