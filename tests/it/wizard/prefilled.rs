use serde_json::json;

use super::{HOST, KEY, SLOT, again, at_the_wizard, instance, manifests, path};

fn one_page() -> String {
    manifests(
        &format!("{HOST}, {KEY}, {{key: tenant, label: Tenant, visibility: organization, required: false, default: zz-tenant}}"),
        &format!("{SLOT}, {{variable: team, label: Team}}"),
    )
}

#[tokio::test]
async fn what_is_filled_in_for_the_customer_in_full_is_managed_and_asks_for_nothing() {
    let (product, _first_look) = at_the_wizard(&one_page()).await;
    let slot = format!("{}/connections/tasks", path(&product).await);
    let body = json!({"inputs": {"host": "filled.example", "key": "zz-secret"}});
    let connection = product.ok("PUT", &slot, Some(body)).await;
    assert_eq!((&connection["status"], &connection["checked_at"]), (&json!("connected"), &json!(null)));
    let mut person = again(&product).await;
    assert!(person.html.contains("Managed by Acme"), "{}", person.html);
    assert_eq!((person.name_of("Host"), person.name_of("Key")), (None, None));
    assert!(!person.html.contains("zz-secret") && !person.html.contains("filled.example") && !person.html.contains("Disconnect"));
    person.fill("Team", "Blue").press("Save and continue").await;
    person.press("Turn on Sync").await;
    let credential = product.ok("GET", &format!("{slot}/credentials"), None).await;
    assert_eq!(credential["inputs"]["key"], "zz-secret");
}

#[tokio::test]
async fn what_is_filled_in_in_part_asks_only_for_the_rest() {
    let (product, _first_look) = at_the_wizard(&one_page()).await;
    let slot = format!("{}/connections/tasks", path(&product).await);
    product.ok("PUT", &slot, Some(json!({"inputs": {"key": "zz-secret"}}))).await;
    let mut person = again(&product).await;
    assert_eq!(person.name_of("Key"), None);
    assert!(!person.html.contains("zz-secret"));
    person.fill("Host", "h.example").fill("Team", "Blue").press("Save and continue").await;
    let credential = product.ok("GET", &format!("{slot}/credentials"), None).await;
    assert_eq!(credential["inputs"], json!({"host": "h.example", "key": "zz-secret", "tenant": "zz-tenant"}));
}

#[tokio::test]
async fn posting_what_is_the_organizations_is_refused_and_changes_nothing() {
    let (product, _first_look) = at_the_wizard(&one_page()).await;
    let slot = format!("{}/connections/tasks", path(&product).await);
    product.ok("PUT", &slot, Some(json!({"inputs": {"key": "zz-secret"}}))).await;
    for foreign in ["input:tasks:key", "input:tasks:tenant", "input:tasks:unknown", "input:other:key", "variable:other"] {
        let mut person = again(&product).await;
        person.fill("Host", "h.example").fill("Team", "Blue").set(foreign, &["mine"]).press("Save and continue").await;
        assert_eq!(person.status, 422, "{foreign}");
        let connection = product.ok("GET", &slot, None).await;
        assert_eq!(connection["status"], "not_connected", "{foreign}");
        assert!(connection["inputs"].get("host").is_none(), "{foreign}: {connection}");
        assert!(instance(&product).await["variables"].get("team").is_none());
    }
}
