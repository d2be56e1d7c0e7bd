//! Under a path of another site, behind a proxy that keeps the path or takes it away: every page, form and redirect stays under it.

use std::collections::BTreeSet;

use jackfield::{
    domain::{access::Actor, user::Role},
    flows::sign_in,
    web::{
        access::{Route, Who},
        routes,
    },
};
use scraper::{Html, Selector};

use crate::support::{Browser, Product, Provider};

const PATH: &str = "/connect";
const PASSWORD: &str = "correct horse battery staple";

async fn product() -> Product {
    Product::with(|config| config.public_url.set_path(PATH)).await
}

fn browser(product: &Product, takes_away: bool) -> Browser {
    let mut browser = Browser::new(&product.base);
    browser.url = format!("{}{PATH}/", product.base);
    browser.behind = Some((PATH, takes_away));
    browser
}

/// The addresses that a page leads to, by GET; none of any attribute may lie outside.
fn links(page: &Browser) -> Vec<String> {
    let html = Html::parse_document(&page.html);
    for element in html.root_element().descendants().filter_map(|node| node.value().as_element()) {
        for (name, value) in element.attrs().filter(|(name, _)| !["value", "d"].contains(name)) {
            let is_inside = !value.starts_with('/') || value.starts_with("/connect/");
            assert!(is_inside, "{} has {name}={value:?} on a <{}>", page.url, element.name());
        }
    }
    let leads = Selector::parse("a[href], link[href], script[src]").unwrap();
    let address = |element: scraper::ElementRef<'_>| element.attr("href").or(element.attr("src")).map(str::to_owned);
    html.select(&leads).filter_map(address).filter(|address| address.starts_with('/')).collect()
}

/// Follows every link from here on, and from there on; → how many there were.
async fn walk(from: &Browser) -> usize {
    let (mut open, mut seen) = (links(from), BTreeSet::new());
    while let Some(address) = open.pop() {
        if seen.insert(address.clone()) {
            let mut tab = from.same_cookies();
            tab.url.clone_from(&from.url);
            tab.open(&address).await;
            assert!(tab.status < 500, "{address}: {}", tab.html);
            if tab.headers["content-type"].to_str().unwrap().starts_with("text/html") {
                open.extend(links(&tab));
            }
        }
    }
    seen.len()
}

async fn a_customers_way(takes_away: bool) {
    let (product, provider) = (product().await, Provider::start().await);
    let (status, said) = product.apply(&provider.manifests("")).await;
    assert_eq!(status, 200, "{said}");
    product.customer("acme").await;
    let link = product.link("acme", "alerts").await;
    assert!(link.starts_with(&format!("{}{PATH}/links/", product.base)), "{link}");
    let mut person = browser(&product, takes_away);
    person.open(&link).await;
    walk(&person).await;
    let (action, pairs) = person.form_of("Connect Desk");
    person.once("POST", &action, Some(&pairs)).await;
    let authorize_url = person.headers["location"].to_str().unwrap().to_owned();
    let back = provider.allow(&authorize_url);
    assert!(back.starts_with(&format!("{}{PATH}/oauth/callback?", product.base)), "{back}");
    person.open(&back).await;
    person.press("Save and continue").await;
    assert_eq!(person.status, 422);
    walk(&person).await;
    person.fill("API key", "a key").fill("Channel", "/slash").press("Save and continue").await;
    assert!(person.html.contains("/slash") && !person.html.contains("/connect/slash"), "what was typed is no address");
    assert!(walk(&person).await > 3, "{}", person.html);
    person.press("Turn on Alerts").await;
    assert!(person.title().contains("Alerts is on"), "{}", person.title());
    walk(&person).await;
    person.open("/connect/nowhere").await;
    assert_eq!(person.status, 404);
    links(&person);
}

#[tokio::test]
async fn a_customer_gets_through_the_wizard_where_the_proxy_keeps_the_path() {
    a_customers_way(false).await;
}

#[tokio::test]
async fn a_customer_gets_through_the_wizard_where_the_proxy_takes_the_path_away() {
    a_customers_way(true).await;
}

#[tokio::test]
async fn every_page_of_the_console_stays_under_the_path() {
    let product = product().await;
    let made = sign_in::create_user(&product.context, &Actor::System, "o@acme.example", &PASSWORD.to_owned().into(), Role::Owner).await;
    made.ok().unwrap();
    product.customer("acme").await;
    let mut owner = browser(&product, true);
    owner.open("/connect/admin").await;
    assert!(owner.url.ends_with("/connect/admin/session"), "{}", owner.url);
    owner.fill("E-mail", "o@acme.example").fill("Password", PASSWORD).press("Sign in").await;
    assert!(owner.url.ends_with("/connect/admin"), "{}", owner.url);
    assert!(walk(&owner).await > 0);
    let is_plain = |route: &&Route| route.method == "GET" && matches!(route.who, Who::OrgUser(_)) && !route.path.contains('{');
    for route in routes::all().filter(is_plain) {
        let mut tab = owner.same_cookies();
        tab.url.clone_from(&owner.url);
        tab.open(&format!("{PATH}{}", route.path)).await;
        links(&tab);
    }
}

#[tokio::test]
async fn a_cookie_keeps_the_path_that_its_name_asks_for() {
    let product = Product::with(|config| config.public_url = "https://example.com/connect".parse().unwrap()).await;
    let mut owner = Browser::new(&product.base);
    owner.open("/connect/admin/session").await;
    let cookie = owner.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-jackfield=") && cookie.contains("; Path=/;") && cookie.contains("; Secure"), "{cookie}");
}

#[tokio::test]
async fn another_site_on_the_same_host_posts_nothing() {
    let product = product().await;
    let mut owner = browser(&product, false);
    owner.open("/connect/admin/session").await;
    owner.with_header("sec-fetch-site", "").with_header("origin", "http://127.0.0.1:9");
    owner.fill("E-mail", "o@acme.example").fill("Password", PASSWORD).press("Sign in").await;
    assert_eq!(owner.status, 403);
    owner.with_header("origin", &product.base.clone());
    owner.open("/connect/admin/session").await.fill("E-mail", "o@acme.example").fill("Password", PASSWORD).press("Sign in").await;
    assert_eq!(owner.status, 422, "refused for the password alone: {}", owner.html);
}
