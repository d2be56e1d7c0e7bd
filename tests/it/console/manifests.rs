//! A manifest is looked at before it is applied, and only what was looked at is applied.

use jackfield::domain::user::Role;

use super::{org_user, text};
use crate::support::{Product, Provider, database};

const SECRET: &str = "cnry-uploaded-secret-41d7";

fn preset(secret: &str) -> String {
    format!(
        "kind: connector\nkey: vault\nname: Vault\nconnection_types:\n  - key: key\n    name: Key\n    auth: {{kind: header, name: X-Key, value: \"{{{{key}}}}\"}}\n    inputs: [{{key: key, label: Key, type: password}}]\n---\nkind: preset\nkey: our-vault\ntype: vault.key\ninputs: {{key: {{value: {secret}}}}}\n"
    )
}

#[tokio::test]
async fn what_is_pasted_is_planned_shown_and_applied_once_and_no_secret_is_shown() {
    let product = Product::start().await;
    let mut admin = org_user(&product, Role::Admin).await;
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &preset(SECRET)).press("Show what would change").await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    let page = text(&admin);
    assert!(page.contains("2 changes. Nothing has happened yet."), "{page}");
    assert!(page.contains("Connector vault") && page.contains("Preset our-vault"), "{page}");
    assert!(!admin.html.contains(SECRET));
    assert_eq!(product.api("GET", "/connectors/vault", None).await.0, 404, "nothing is applied by looking");
    for (place, bytes) in database::contents(&product.database_url).await {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{place}");
    }
    let plan = admin.url.clone();
    admin.press("Apply these 2 changes").await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    assert!(text(&admin).contains("Applied: 2 new, 0 changed."), "{}", text(&admin));
    assert_eq!(product.api("GET", "/connectors/vault", None).await.0, 200);
    assert_eq!(admin.open(&plan).await.status, 404, "a plan is applied once");
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &preset(SECRET)).press("Show what would change").await;
    assert!(text(&admin).contains("all of it is applied already"), "{}", text(&admin));
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &preset("another-one")).press("Show what would change").await;
    assert!(text(&admin).contains("A secret is another one now."), "{}", text(&admin));
}

#[tokio::test]
async fn what_is_no_longer_what_would_happen_is_not_applied() {
    let (product, provider) = (Product::start().await, Provider::start().await);
    assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
    let mut admin = org_user(&product, Role::Owner).await;
    let mine = provider.manifests("").replace("name: Alerts", "name: My alerts");
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &mine).press("Show what would change").await;
    let words = admin.buttons().into_iter().find(|words| words.starts_with("Apply")).unwrap();
    let theirs = provider.manifests("").replace("name: Alerts", "name: Their alerts");
    assert_eq!(product.apply(&theirs).await.0, 200);
    admin.press(&words).await;
    assert_eq!(admin.status, 409, "{}", admin.html);
    assert!(text(&admin).contains("Something else was applied meanwhile"), "{}", text(&admin));
    assert!(product.ok("GET", "/integrations/alerts", None).await["name"] == "Their alerts");
    // What is shown now is what would happen now.
    let words = admin.buttons().into_iter().find(|words| words.starts_with("Apply")).unwrap();
    admin.press(&words).await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    assert!(product.ok("GET", "/integrations/alerts", None).await["name"] == "My alerts");
}

#[tokio::test]
async fn a_mistake_is_shown_with_its_line_and_a_value_is_not() {
    let product = Product::start().await;
    let mut admin = org_user(&product, Role::Admin).await;
    let wrong = "kind: connector\nkey: vault\nnam: Vault\n";
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", wrong).press("Show what would change").await;
    assert_eq!(admin.status, 422, "{}", admin.html);
    assert!(admin.title().starts_with("Error: "), "{}", admin.title());
    let page = text(&admin);
    assert!(page.contains("Line 3, column 1") && page.contains("nam: Vault"), "{page}");
    let with_secret = preset(SECRET).replace("name: Vault", "nam: Vault");
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &with_secret).press("Show what would change").await;
    assert_eq!(admin.status, 422);
    assert!(!admin.html.contains(SECRET), "{}", admin.html);
    assert!(text(&admin).contains("which are never shown again"), "{}", text(&admin));
    let misspelled = preset(SECRET).replace("{value:", "{valu:");
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &misspelled).press("Show what would change").await;
    assert_eq!((admin.status, admin.html.contains(SECRET)), (422, false), "{}", admin.html);
    admin.open("/admin/manifests").await.press("Show what would change").await;
    assert_eq!(admin.status, 422);
    let placeholder = "kind: preset\nkey: p\ntype: vault.key\ninputs: {key: {value: \"${env:HOME}\"}}\n";
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", placeholder).press("Show what would change").await;
    assert_eq!(admin.status, 422, "whoever uploads does not read the environment");
}

#[tokio::test]
async fn a_plan_is_its_senders_alone_and_can_be_thrown_away() {
    let product = Product::start().await;
    let (mut admin, mut owner) = (org_user(&product, Role::Admin).await, org_user(&product, Role::Owner).await);
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &preset(SECRET)).press("Show what would change").await;
    let plan = admin.url.clone();
    assert_eq!(owner.open(&plan).await.status, 404);
    admin.press("Throw it away").await;
    assert!(text(&admin).contains("Nothing was applied"), "{}", text(&admin));
    assert_eq!(admin.open(&plan).await.status, 404);
}

#[tokio::test]
async fn a_connector_of_the_catalogue_is_added_with_one_button_and_the_export_has_it() {
    let product = Product::start().await;
    let mut admin = org_user(&product, Role::Admin).await;
    admin.open("/admin/manifests").await;
    let words = admin.buttons().into_iter().find(|words| words.starts_with("Add Slack")).unwrap();
    admin.press(&words).await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    assert!(text(&admin).contains("Slack is added"), "{}", text(&admin));
    admin.open("/admin/manifests/export").await;
    assert!(admin.html.starts_with("kind: connector") && admin.html.contains("key: slack"), "{}", admin.html);
    assert_eq!(admin.headers["content-disposition"], "attachment; filename=\"manifests.yaml\"");
    let mut viewer = org_user(&product, Role::Viewer).await;
    for path in ["/admin/manifests", "/admin/manifests/export"] {
        assert_eq!(viewer.open(path).await.status, 403, "{path}");
    }
}
