use url::Url;

use super::*;
use crate::{
    domain::{key::Key, template::RenderError},
    providers::testing::key,
};

fn url(oauth2: &OAuth2, address: &str, scopes: &str) -> Result<Url, SetupError> {
    let values = resolved(&[("authorize_url", address), ("scopes", scopes), ("client_id", "app")]);
    authorize_url(oauth2, &values, REDIRECT_URI, "st&te", Some(&secret(VERIFIER))).map(|url| Url::parse(&url).unwrap())
}

fn query(url: &Url) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let count = pairs.len();
    let query: BTreeMap<String, String> = pairs.into_iter().collect();
    assert_eq!(query.len(), count, "a parameter stands there twice: {url}");
    query
}

#[test]
fn the_address_holds_what_the_rfcs_ask_for() {
    let url = url(&quirks(), "https://provider.example/authorize", "read,write").unwrap();
    let wanted = [
        ("response_type", "code"),
        ("client_id", "app"),
        ("redirect_uri", REDIRECT_URI),
        ("state", "st&te"),
        ("scope", "read write"),
        // RFC 7636, appendix B.
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(query(&url), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn a_query_that_the_address_has_stays_as_it_is() {
    let kept = "audience=api.atlassian.com&prompt=consent&x=a%20b";
    let url = url(&quirks(), &format!("https://provider.example/authorize?{kept}"), "read").unwrap();
    assert!(url.query().unwrap().starts_with(&format!("{kept}&")), "{url}");
}

#[test]
fn a_parameter_stands_there_once() {
    let mut oauth2 = quirks();
    oauth2.authorize_params.insert("prompt".to_owned(), template("consent"));
    let address = "https://provider.example/authorize?response_type=token&prompt=none&state=fixed&owner=user&scope=all";
    let query = query(&url(&oauth2, address, "read").unwrap());
    for (name, value) in [("response_type", "code"), ("prompt", "consent"), ("state", "st&te"), ("owner", "user"), ("scope", "read")] {
        assert_eq!(query[name], value, "{name}");
    }
}

#[test]
fn scopes_are_joined_and_named_as_the_provider_wants_them() {
    let mut oauth2 = quirks();
    oauth2.scope_separator = ",".to_owned();
    oauth2.scope_parameter = "user_scope".to_owned();
    let with = query(&url(&oauth2, "https://provider.example/a", "a b").unwrap());
    assert_eq!((with["user_scope"].as_str(), with.contains_key("scope")), ("a,b", false));
    let without = url(&quirks(), "https://provider.example/a?scope=fixed", " ").unwrap();
    assert_eq!(query(&without)["scope"], "fixed");
}

#[test]
fn pkce_is_as_the_manifest_says() {
    let mut oauth2 = quirks();
    oauth2.pkce = Pkce::Plain;
    let plain = query(&url(&oauth2, "https://provider.example/a", "").unwrap());
    assert_eq!((plain["code_challenge"].as_str(), plain["code_challenge_method"].as_str()), (VERIFIER, "plain"));
    oauth2.pkce = Pkce::None;
    assert!(!url(&oauth2, "https://provider.example/a", "").unwrap().as_str().contains("code_challenge"));
    let values = resolved(&[("authorize_url", "https://provider.example/a"), ("client_id", "app")]);
    for verifier in [None, Some(secret("too short"))] {
        let error = authorize_url(&quirks(), &values, REDIRECT_URI, "s", verifier.as_ref()).unwrap_err();
        assert_eq!(error, SetupError::Missing("pkce_verifier"));
    }
}

#[test]
fn what_is_no_web_address_is_refused() {
    for address in ["javascript:alert(1)", "data:text/html,x", "provider.example", "https://u:p@provider.example/", "//provider.example"] {
        let error = url(&quirks(), address, "").unwrap_err();
        assert_eq!(error, SetupError::Render(key("authorize_url"), RenderError::ResultNotAUrl), "{address}");
    }
    assert_eq!(url(&quirks(), "", "").unwrap_err(), SetupError::Missing("authorize_url"));
}

#[test]
fn an_address_that_could_not_be_computed_says_why() {
    let mut values = resolved(&[("client_id", "app")]);
    let error = RenderError::Missing(Key::parse("subdomain").unwrap());
    values.uncomputed.insert(key("authorize_url"), error.clone());
    let refused = authorize_url(&quirks(), &values, REDIRECT_URI, "s", Some(&secret(VERIFIER))).unwrap_err();
    assert_eq!(refused, SetupError::Render(key("authorize_url"), error));
}
