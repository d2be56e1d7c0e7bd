//! A file of customers: judged before anything changes, imported once, the same file again changes nothing.

use std::time::Duration;

use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::cast;
use crate::support::{Browser, Product};

const FILE: &str =
    "External ID;Company;API key\nc-1;Contoso;cnry-file-key-1\nc-2;Fabrikam;cnry-file-key-2\n;Nobody;x\nc-1;Twice;y\nc-4;;z\n";

const SHOP: &str = r#"
kind: connector
key: shop
name: Shop
connection_types:
  - key: key
    name: Key
    auth: {kind: query, name: key, value: "{{key}}"}
    inputs: [{key: key, label: Shop key, type: password}, {key: host, label: Host, default: "SERVICE"}]
    check: {get: "{{host}}/me", expect: {status: 200}}
---
kind: integration
key: shop
name: Shop
pages: [{key: p, title: Shop, elements: [{connection: shop, type: shop.key}]}]
"#;

/// To the page that says what would become of each row.
async fn planned(admin: &mut Browser, file: &str, integration: &str) {
    admin
        .open("/admin/customers/import")
        .await
        .set("text", &[file])
        .fill("Fill in connections", integration)
        .press("Look at the file")
        .await;
    assert!(admin.status == 200 && admin.html.contains("What does each column hold?"), "{}", admin.html);
    admin.press("See what would change").await;
    assert!(admin.status == 200 && admin.html.contains("Nothing has changed yet"), "{}", admin.html);
}

async fn done(admin: &mut Browser) {
    for _ in 0..200 {
        let page = admin.url.clone();
        admin.open(&page).await;
        if admin.html.contains("The file is imported") {
            return;
        }
        assert!(admin.html.contains("Importing…") && admin.headers["refresh"] == "2", "{}", admin.html);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the import does not end: {}", admin.html);
}

async fn key_of(product: &Product, customer: &str) -> serde_json::Value {
    let instances = product.ok("GET", &format!("/instances?customer=external:{customer}"), None).await;
    assert_eq!(instances["items"].as_array().unwrap().len(), 1, "{instances}");
    let id = instances["items"][0]["id"].as_str().unwrap().to_owned();
    product.ok("GET", &format!("/instances/{id}/connections/tasks/credentials"), None).await["inputs"]["api_key"].clone()
}

#[tokio::test]
async fn each_row_is_judged_then_imported_and_the_same_file_again_changes_nothing() {
    let (product, _provider, mut admin) = cast().await;
    planned(&mut admin, FILE, "alerts").await;
    assert!(admin.html.contains("2 new, 0 changed, 0 the same, 3 wrong"), "{}", admin.html);
    for text in ["External ID: nothing is filled in", "External ID: row 1 has the same", "Company: nothing is filled in"] {
        assert!(admin.html.contains(text), "{text}: {}", admin.html);
    }
    assert_eq!(product.ok("GET", "/customers", None).await["items"], json!([]), "a dry run changes nothing");
    admin.press("Import the rows that are right").await;
    done(&mut admin).await;
    assert_eq!(key_of(&product, "c-1").await, "cnry-file-key-1");
    assert_eq!(key_of(&product, "c-2").await, "cnry-file-key-2");
    assert_eq!(product.ok("GET", "/customers", None).await["items"].as_array().unwrap().len(), 2);
    let href = format!("{}/result", admin.url);
    admin.open(&href).await;
    assert!(admin.html.lines().count() == 6 && admin.html.contains("c-1,New") && !admin.html.contains("cnry"), "{}", admin.html);

    planned(&mut admin, FILE, "alerts").await;
    assert!(admin.html.contains("0 new, 0 changed, 2 the same, 3 wrong"), "{}", admin.html);
    let changed = FILE.replace("cnry-file-key-2", "cnry-file-key-3").replace("Contoso", "Contoso Limited");
    planned(&mut admin, &changed, "alerts").await;
    assert!(admin.html.contains("0 new, 2 changed, 0 the same, 3 wrong"), "{}", admin.html);
    admin.press("Import the rows that are right").await;
    done(&mut admin).await;
    assert_eq!(key_of(&product, "c-2").await, "cnry-file-key-3");
    assert_eq!(product.ok("GET", "/customers/external:c-1", None).await["name"], "Contoso Limited");
    let told = product.ok("GET", "/audit-events?limit=200", None).await.to_string();
    assert!(told.contains("customers.imported") && told.contains("customers.import_started") && !told.contains("cnry"), "{told}");
}

#[tokio::test]
async fn with_a_check_what_the_service_refuses_is_not_saved() {
    let (product, _provider, mut admin) = cast().await;
    let refusing = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(401)).mount(&refusing).await;
    assert_eq!(product.apply(&SHOP.replace("SERVICE", &refusing.uri())).await.0, 200);
    planned(&mut admin, "id,name,shop key\nc-1,Contoso,wrong\n", "shop").await;
    admin.set("checks", &["true"]).press("Import the rows that are right").await;
    done(&mut admin).await;
    assert!(admin.html.contains("0 new, 0 changed, 0 the same, 1 wrong"), "{}", admin.html);
    let instances = product.ok("GET", "/instances?customer=external:c-1", None).await;
    let id = instances["items"][0]["id"].as_str().unwrap().to_owned();
    let shop = product.ok("GET", &format!("/instances/{id}/connections/shop"), None).await;
    assert_eq!((shop["status"].as_str(), shop["inputs"]["key"].is_null()), (Some("not_connected"), true), "{shop}");
}

#[tokio::test]
async fn a_file_that_holds_nothing_or_the_wrong_columns_says_what_to_do() {
    let (_product, _provider, mut admin) = cast().await;
    for (file, says) in [
        ("", "There is no row in it"),
        ("id,name", "There is no row in it"),
        (&*("id\n".to_owned() + &"1\n".repeat(5001)), "more than 5000 rows"),
    ] {
        admin.open("/admin/customers/import").await.set("text", &[file]).press("Look at the file").await;
        assert!(admin.status == 422 && admin.html.contains(says) && admin.title().starts_with("Error: "), "{says}: {}", admin.html);
    }
    admin.open("/admin/customers/import").await.set("text", &["id,name\n1,A"]).press("Look at the file").await;
    admin.set("column-0", &["name"]).press("See what would change").await;
    assert!(admin.status == 422 && admin.html.contains("Choose one column that holds your own id"), "{}", admin.html);
    admin.set("column-0", &["input:desk:client_secret"]).press("See what would change").await;
    assert!(admin.status == 422 && admin.html.contains("Choose from the list"), "{}", admin.html);
    let page = admin.form_of("Discard this file").0.replace("/deletion", "");
    admin.press("Discard this file").await;
    assert!(admin.html.contains("The file is gone"), "{}", admin.html);
    assert_eq!(admin.open(&page).await.status, 404);
}

#[tokio::test]
async fn an_import_goes_on_in_another_process_and_nothing_is_done_twice() {
    let (product, _provider, mut admin) = cast().await;
    let file: String = (0..200).map(|at| format!("c-{at},Customer {at}\n")).collect();
    planned(&mut admin, &("id,name\n".to_owned() + &file), "").await;
    admin.press("Import the rows that are right").await;
    let other = Product::with(|config| {
        config.database_url.clone_from(&product.database_url);
        config.master_keys = product.master_keys.clone();
    })
    .await;
    done(&mut admin).await;
    assert!(admin.html.contains("200 new, 0 changed, 0 the same, 0 wrong"), "{}", admin.html);
    assert_eq!(product.context.store().read().customers().count().await.unwrap(), 200);
    drop(other);
}

#[tokio::test]
async fn an_uploaded_file_is_read_whatever_spreadsheet_saved_it_and_needs_the_forms_token() {
    let (product, _provider, mut admin) = cast().await;
    admin.open("/admin/customers/import").await;
    let csrf = admin.form_of("Look at the file").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    // ISO 8859-1, as older spreadsheets save it.
    let file = b"\xefd;name\nc-1;M\xfcller\n";
    for (token, expected) in [("none", 403), (csrf.as_str(), 303)] {
        let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: form-data; name=\"integration\"\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"k.csv\"\r\nContent-Type: text/csv\r\n\r\n").into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let answer = admin.upload("/admin/customers/import", "multipart/form-data; boundary=x", body).await;
        assert_eq!(answer.0, expected);
        if let Some(location) = answer.1 {
            admin.open(&location).await;
            assert!(admin.html.contains("k.csv, 1 row"), "{}", admin.html);
        }
    }
    let too_large = vec![b'x'; 3 * 1024 * 1024];
    assert_eq!(admin.upload("/admin/customers/import", "multipart/form-data; boundary=x", too_large).await.0 / 100, 4);
    let _ = product;
}
