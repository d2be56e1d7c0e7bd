//! What is applied is shown with who uses it, and what changed is shown line by line.

use jackfield::domain::user::Role;
use serde_json::json;

use super::{org_user, text};
use crate::support::{Browser, Product, Provider};

async fn product() -> (Product, Provider) {
    let (product, provider) = (Product::start().await, Provider::start().await);
    assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
    (product, provider)
}

#[tokio::test]
async fn an_integration_shows_its_pages_its_versions_and_who_uses_which() {
    let (product, provider) = product().await;
    for customer in ["acme", "beta"] {
        product.customer(customer).await;
        product.ok("POST", "/instances", Some(json!({"customer": format!("external:{customer}"), "integration": "alerts"}))).await;
    }
    let second = provider.manifests("").replace("name: Alerts", "name: Louder alerts");
    assert_eq!(product.apply(&second).await.0, 200);
    let mut viewer = org_user(&product, Role::Viewer).await;
    viewer.open("/admin/integrations").await;
    assert_eq!(viewer.status, 200, "{}", viewer.html);
    assert!(text(&viewer).contains("2 being set up"), "{}", text(&viewer));
    viewer.open("/admin/integrations/alerts").await;
    let page = text(&viewer);
    for words in ["Who uses it", "acme", "beta", "Changes of version 2", "Being set up"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Add or change manifests"), "a viewer changes nothing");
    assert_eq!(viewer.open("/admin/integrations/none").await.status, 404);
}

#[tokio::test]
async fn what_differs_between_two_versions_is_shown_without_secrets() {
    let (product, provider) = product().await;
    let secret = "another-client-secret-9f31";
    let second = provider.manifests("").replace("name: Alerts", "name: Louder alerts").replace("desk-client-secret", secret);
    assert_eq!(product.apply(&second).await.0, 200);
    let mut viewer = org_user(&product, Role::Viewer).await;
    viewer.open("/admin/integrations/alerts/changes").await;
    assert_eq!(viewer.status, 200, "{}", viewer.html);
    let page = text(&viewer);
    assert!(page.contains("Added: + name: Louder alerts") || page.contains("name: Louder alerts"), "{page}");
    assert!(!viewer.html.contains(secret) && !viewer.html.contains("desk-client-secret"), "{page}");
    viewer.open("/admin/integrations/alerts/changes?from=1&to=1").await;
    assert!(text(&viewer).contains("Nothing differs"), "{}", text(&viewer));
    assert_eq!(viewer.open("/admin/integrations/alerts/changes?from=1&to=99").await.status, 404);
}

#[tokio::test]
async fn a_connector_tells_what_it_asks_for_and_its_help_can_be_printed() {
    let (product, _provider) = product().await;
    let mut viewer = org_user(&product, Role::Viewer).await;
    viewer.open("/admin/connectors").await;
    assert_eq!(viewer.status, 200);
    viewer.open("/admin/connectors/desk").await;
    let page = text(&viewer);
    assert!(page.contains(&format!("{}/oauth/callback", product.base)), "{page}");
    assert!(page.contains("Integrations that use it"), "{page}");
    viewer.open("/admin/connectors/desk/docs").await;
    assert!(text(&viewer).contains("How to connect"), "{}", text(&viewer));
    assert_eq!(viewer.open("/admin/connectors/none/docs").await.status, 404);
}

#[tokio::test]
async fn the_funnel_counts_whom_it_showed_a_page_and_writes_once_for_each() {
    let (product, _provider) = product().await;
    for customer in ["acme", "beta"] {
        product.customer(customer).await;
    }
    let mut customer = Browser::new(&product.base);
    customer.open(&product.link("acme", "alerts").await).await;
    assert_eq!(customer.status, 200);
    let first = customer.url.clone();
    let instance = product.ok("GET", "/instances?customer=external:acme", None).await["items"][0]["id"].as_str().unwrap().to_owned();
    let reached = async || {
        let id = instance.parse().unwrap();
        let found = product.context.store().read().instances().find(jackfield::domain::access::Scope::Organization, id).await.unwrap();
        let found = found.unwrap();
        (found.reached_pages.len(), found.revision)
    };
    let (pages, revision) = reached().await;
    assert_eq!(pages, 1);
    customer.open(&first).await;
    assert_eq!(reached().await, (1, revision), "no view is a revision");
    // Made by a program, opened by nobody: not counted.
    product.ok("POST", "/instances", Some(json!({"customer": "external:beta", "integration": "alerts"}))).await;
    let mut viewer = org_user(&product, Role::Viewer).await;
    viewer.open("/admin/integrations/alerts").await;
    let page = text(&viewer);
    assert!(page.contains("One customer opened the wizard"), "{page}");
    assert!(viewer.html.contains("<rect class=\"bar\""), "{}", viewer.html);
    assert!(!viewer.html.contains(" style="), "no style stands in a page");
}
