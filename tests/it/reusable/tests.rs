//! Test credentials: central ones, a slot's own, and never anybody else's.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_test_run_reads_the_slots_own_values_and_else_the_central_ones() {
    let story = Story::new().await;
    let (orders, stock) = ("/integrations/orders/test/connections/erp", "/integrations/stock/test/connections/erp");
    assert_eq!(story.refused("GET", &format!("{orders}/credentials"), None).await, (409, "not_connected".into()));
    let central = json!({"inputs": {"api_key": "k-central"}});
    let told = story.product.ok("PUT", "/reusable-connections/acme-erp/test", Some(central)).await;
    assert_eq!((&told["owner"], &told["status"]), (&json!("test"), &json!("connected")));
    let own = json!({"inputs": {"api_key": "k-own"}});
    assert_eq!(story.product.ok("PUT", stock, Some(own)).await["status"], "connected");
    for (slot, key) in [(orders, "k-central"), (stock, "k-own")] {
        let read = story.get(&format!("{slot}/credentials")).await;
        assert_eq!((&read["inputs"]["api_key"], &read["key"]), (&json!(key), &json!("erp")));
        assert!(!story.get(slot).await.to_string().contains(key), "never a secret");
    }
    for check in [format!("{stock}/checks"), "/reusable-connections/acme-erp/test/checks".into()] {
        let checked = story.product.ok("POST", &check, None).await;
        assert_eq!((&checked["ok"], &checked["account"]), (&json!(true), &json!("ann@desk.example")), "{check}");
    }
    assert_eq!(story.refused("GET", "/integrations/orders/test/connections/none/credentials", None).await.0, 404);
    assert_eq!(story.refused("PUT", "/reusable-connections/none/test", Some(json!({}))).await.0, 404);
}

#[tokio::test]
async fn no_instance_reads_test_values_and_no_test_reads_a_customers() {
    let story = Story::new().await;
    let test = story.product.ok("PUT", "/reusable-connections/acme-erp/test", Some(json!({"inputs": {"api_key": "t"}}))).await;
    let instance = story.instance("acme", "orders").await;
    assert_eq!(story.get(&format!("/instances/{instance}/connections/erp")).await["status"], "not_connected");
    assert_eq!(story.bind(&instance, "erp", &test["id"]).await.0, 404);
    let at = format!("/connections/{}", test["id"].as_str().unwrap());
    for path in [at.clone(), format!("{at}/credentials"), format!("{at}/usage")] {
        assert_eq!(story.refused("GET", &path, None).await, (404, "not_found".into()), "{path}");
    }
    let saved = story.saved("acme", "of-acme").await;
    assert_eq!(story.bind(&instance, "erp", &saved["id"]).await.0, 200);
    let read = story.get("/integrations/orders/test/connections/erp/credentials").await;
    assert_eq!(read["inputs"]["api_key"], "t");
    assert_eq!(story.read(&instance, "erp").await["inputs"]["api_key"], "of-acme");
    assert_eq!(story.get("/customers/external:acme/connections").await["items"].as_array().unwrap().len(), 1);
    story.product.ok("DELETE", "/reusable-connections/acme-erp/test/authorization", None).await;
    let gone = story.refused("GET", "/integrations/orders/test/connections/erp/credentials", None).await;
    assert_eq!(gone, (409, "not_connected".into()));
}

#[tokio::test]
async fn the_organization_enters_a_slots_test_credentials_on_the_integrations_page() {
    let story = Story::new().await;
    let mut admin = story.admin().await;
    admin.open("/admin/integrations/stock").await;
    assert!(admin.html.contains("Test credentials") && admin.html.contains("Not connected"), "{}", admin.html);
    let central = json!({"inputs": {"api_key": "k-central"}});
    story.product.ok("PUT", "/reusable-connections/acme-erp/test", Some(central)).await;
    assert!(admin.open("/admin/integrations/stock").await.html.contains("the central test credentials are used"), "{}", admin.html);
    admin.open("/admin/integrations/stock/tests/erp").await.fill("API key", "zz-k-test").press("Save").await;
    assert!(admin.status == 200 && admin.html.contains("Connected") && !admin.html.contains("zz-k-test"), "{}", admin.html);
    let read = || story.get("/integrations/stock/test/connections/erp/credentials");
    assert_eq!(read().await["inputs"]["api_key"], "zz-k-test");
    admin.press("Check now").await;
    assert!(admin.html.contains("ann@desk.example"), "{}", admin.html);
    admin.press("Save").await;
    assert_eq!(read().await["inputs"]["api_key"], "zz-k-test", "a blank secret keeps the saved one");
    let other = story.get("/integrations/orders/test/connections/erp/credentials").await;
    assert_eq!(other["inputs"]["api_key"], "k-central", "of this integration alone");
    let instance = story.instance("acme", "stock").await;
    assert_eq!(story.get(&format!("/instances/{instance}/connections/erp")).await["status"], "not_connected");
    admin.follow("Disconnect").await;
    let disconnect = admin.buttons().into_iter().find(|words| words.starts_with("Disconnect")).unwrap();
    admin.press(&disconnect).await;
    assert_eq!(read().await["inputs"]["api_key"], "k-central");
    assert!(admin.open("/admin/integrations/stock").await.html.contains("the central test credentials are used"), "{}", admin.html);
    assert_eq!(admin.open("/admin/integrations/stock/tests/none").await.status, 404);
    assert_eq!(admin.open("/admin/integrations/none/tests/erp").await.status, 404);
}
