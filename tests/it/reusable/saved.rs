//! What customers activate: made once, bound to many slots, shared by all of them.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_connection_is_made_once_and_used_in_two_integrations() {
    let story = Story::new().await;
    let (orders, stock) = (story.instance("acme", "orders").await, story.instance("acme", "stock").await);
    let slot = format!("/instances/{orders}/connections/erp");
    assert_eq!(story.get(&slot).await["status"], "not_connected");

    let first = story.product.ok("PUT", &format!("{slot}?check=true"), Some(json!({"inputs": {"api_key": "k-1"}}))).await;
    assert_eq!(
        (&first["status"], &first["owner"], &first["account"]),
        (&json!("connected"), &json!("customer"), &json!("ann@desk.example"))
    );
    assert_eq!((&first["name"], &first["reusable_connection"]), (&json!("Acme ERP"), &json!("acme-erp")));
    let id = first["id"].as_str().unwrap();
    assert_eq!(story.bind(&stock, "erp", &first["id"]).await.0, 200);
    for instance in [&orders, &stock] {
        let read = story.read(instance, "erp").await;
        assert_eq!((&read["inputs"]["api_key"], &read["key"]), (&json!("k-1"), &json!("erp")));
        assert_eq!(read["inputs"]["host"], story.provider.uri());
    }

    let listed = story.get("/customers/external:acme/connections").await;
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["used_in"]), (1, &json!(2)));
    let usage = story.get(&format!("/connections/{id}/usage")).await;
    let integrations: Vec<_> = usage["items"].as_array().unwrap().iter().map(|used| used["integration"].clone()).collect();
    assert_eq!(integrations, ["orders", "stock"]);

    let edited = json!({"inputs": {"api_key": "k-2"}, "name": "Operations"});
    story.product.ok("PATCH", &format!("/connections/{id}"), Some(edited)).await;
    for instance in [&orders, &stock] {
        assert_eq!(story.read(instance, "erp").await["inputs"]["api_key"], "k-2");
    }
    assert_eq!(story.get(&slot).await["name"], "Operations");
    assert_eq!(story.get(&format!("/connections/{id}/credentials")).await["inputs"]["api_key"], "k-2");
}

#[tokio::test]
async fn what_ends_for_one_ends_for_all_and_comes_back_under_the_same_id() {
    let story = Story::new().await;
    let (orders, stock) = (story.instance("acme", "orders").await, story.instance("acme", "stock").await);
    let saved = story.saved("acme", "k-1").await;
    let at = format!("/connections/{}", saved["id"].as_str().unwrap());
    for instance in [&orders, &stock] {
        assert_eq!(story.bind(instance, "erp", &saved["id"]).await.0, 200);
    }
    story.product.ok("POST", &format!("{at}/failures"), Some(json!({"message": "401"}))).await;
    let statuses = async || {
        let mut all = Vec::new();
        for instance in [&orders, &stock] {
            all.push(story.get(&format!("/instances/{instance}/connections/erp")).await["status"].as_str().unwrap().to_owned());
        }
        all
    };
    story.product.ok("PATCH", &at, Some(json!({"inputs": {"api_key": "k-2"}}))).await;
    let body = json!({"reusable_connection": "acme-erp", "inputs": {}});
    let spare = story.product.ok("POST", "/customers/external:acme/connections", Some(body)).await;
    assert_eq!((&spare["status"], &spare["name"]), (&json!("not_connected"), &json!("Acme ERP 2")));

    let ended = story.product.ok("DELETE", &format!("{at}/authorization"), None).await;
    assert_eq!(ended["status"], "needs_reconnecting");
    assert_eq!(statuses().await, ["needs_reconnecting", "needs_reconnecting"]);
    let credentials = format!("/instances/{orders}/connections/erp/credentials");
    assert_eq!(story.refused("GET", &credentials, None).await, (409, "needs_reconnect".into()));
    story.product.ok("PATCH", &at, Some(json!({"inputs": {"api_key": "k-3"}}))).await;
    assert_eq!(statuses().await, ["connected", "connected"]);
    assert_eq!(story.read(&stock, "erp").await["inputs"]["api_key"], "k-3");

    let (status, refused) = story.product.api("DELETE", &at, None).await;
    assert_eq!((status, &refused["code"]), (409, &json!("in_use")));
    let places: Vec<_> = refused["places"].as_array().unwrap().iter().map(|place| place["instance"].clone()).collect();
    assert_eq!(places, [json!(orders), json!(stock)]);
    for instance in [&orders, &stock] {
        assert_eq!(story.bind(instance, "erp", &spare["id"]).await.0, 200);
    }
    assert_eq!(story.product.api("DELETE", &at, None).await.0, 204);
    assert_eq!(story.refused("GET", &at, None).await, (404, "not_found".into()));
}

#[tokio::test]
async fn one_token_serves_every_slot_and_is_renewed_once() {
    let story = Story::new().await;
    let mut instances = Vec::new();
    for integration in ["alerts", "digest"] {
        instances.push(story.instance("acme", integration).await);
    }
    story.provider.now().knows_refresh_token("refresh-0");
    let token = json!({"access_token": "old", "refresh_token": "refresh-0", "expires_at": "2026-01-01T00:00:00Z"});
    let body = json!({"reusable_connection": "own-desk", "token": token});
    let saved = story.product.ok("POST", "/customers/external:acme/connections", Some(body)).await;
    assert_eq!(saved["status"], "connected");
    for instance in &instances {
        assert_eq!(story.bind(instance, "desk", &saved["id"]).await.0, 200);
    }
    let mut reads = Vec::new();
    for _ in 0..20 {
        for instance in &instances {
            reads.push(story.read(instance, "desk"));
        }
    }
    let reads = futures_util::future::join_all(reads).await;
    assert!(reads.iter().all(|read| read["token"]["access_token"] == "access-1"), "{reads:?}");
    assert_eq!(story.provider.times_asked("refresh_token"), 1);
}

#[tokio::test]
async fn a_name_is_filled_in_and_is_one_connections_alone() {
    let story = Story::new().await;
    let first = story.saved("acme", "k-1").await;
    let second = story.saved("acme", "k-2").await;
    assert_eq!((&first["name"], &second["name"]), (&json!("Acme ERP"), &json!("Acme ERP 2")));
    assert_eq!(story.saved("beta", "k-3").await["name"], "Acme ERP", "another customer's names are its own");
    let at = format!("/connections/{}", second["id"].as_str().unwrap());
    assert_eq!(story.refused("PATCH", &at, Some(json!({"name": "Acme ERP"}))).await, (409, "name_taken".into()));
    assert_eq!(story.refused("PATCH", &at, Some(json!({"name": "  "}))).await, (422, "fields_refused".into()));
    assert_eq!(story.product.ok("PATCH", &at, Some(json!({"name": " Sales "}))).await["name"], "Sales");
    let body = json!({"reusable_connection": "acme-erp", "name": "Sales"});
    assert_eq!(story.refused("POST", "/customers/external:acme/connections", Some(body)).await, (409, "name_taken".into()));
}

#[tokio::test]
async fn an_input_that_is_the_same_for_all_is_nobodys_to_change() {
    let story = Story::new().await;
    let orders = story.instance("acme", "orders").await;
    let saved = story.saved("acme", "k-1").await;
    story.bind(&orders, "erp", &saved["id"]).await;
    let host = json!({"inputs": {"host": "https://elsewhere.example"}});
    for path in [format!("/connections/{}", saved["id"].as_str().unwrap()), format!("/instances/{orders}/connections/erp")] {
        let method = if path.starts_with("/connections") { "PATCH" } else { "PUT" };
        assert_eq!(story.refused(method, &path, Some(host.clone())).await, (422, "fields_refused".into()), "{path}");
    }
    let all = json!({"inputs": {"host": "https://new.example"}});
    story.product.ok("PUT", "/reusable-connections/acme-erp/organization", Some(all)).await;
    assert_eq!(story.read(&orders, "erp").await["inputs"]["host"], "https://new.example");
    let key = json!({"inputs": {"api_key": "for all"}});
    let refused = story.refused("PUT", "/reusable-connections/acme-erp/organization", Some(key)).await;
    assert_eq!(refused, (422, "fields_refused".into()));
    let undo = json!({"inputs": {"host": null}});
    story.product.ok("PUT", "/reusable-connections/acme-erp/organization", Some(undo)).await;
    assert_eq!(story.read(&orders, "erp").await["inputs"]["host"], story.provider.uri());
}

#[tokio::test]
async fn only_what_is_enabled_for_workflows_is_listed_for_them() {
    let story = Story::new().await;
    story.apply(&include_str!("reusable.yaml").replace("name: Acme ERP\n", "name: Acme ERP\nworkflows: true\n")).await;
    story.saved("acme", "k-1").await;
    let body = json!({"reusable_connection": "own-desk"});
    story.product.ok("POST", "/customers/external:acme/connections", Some(body)).await;
    let all = story.get("/customers/external:acme/connections").await;
    let enabled = story.get("/customers/external:acme/connections?workflows=true").await;
    assert_eq!((all["items"].as_array().unwrap().len(), enabled["items"].as_array().unwrap().len()), (2, 1));
    assert_eq!((&enabled["items"][0]["type"], &enabled["items"][0]["reusable_connection"]), (&json!("erp.key"), &json!("acme-erp")));
    let page = story.get("/customers/external:acme/connections?limit=1").await;
    let next = format!("/customers/external:acme/connections?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(story.get(&next).await["items"][0]["id"], all["items"][1]["id"]);
}

#[tokio::test]
async fn an_event_of_a_shared_connection_names_every_slot_that_it_touches() {
    let story = Story::new().await;
    let receiver = crate::support::Receiver::start().await;
    receiver.subscribe(&story.product, json!({"events": ["connection.needs_reconnect"]})).await;
    let (orders, stock) = (story.instance("acme", "orders").await, story.instance("acme", "stock").await);
    let saved = story.saved("acme", "k-1").await;
    for instance in [&orders, &stock] {
        story.bind(instance, "erp", &saved["id"]).await;
    }
    story.product.ok("DELETE", &format!("/connections/{}/authorization", saved["id"].as_str().unwrap()), None).await;
    let told = receiver.wait_for(1).await[0].json();
    assert_eq!(told["data"]["connection_id"], saved["id"]);
    let used = json!([
        {"instance": orders, "integration": "orders", "slot": "erp"},
        {"instance": stock, "integration": "stock", "slot": "erp"},
    ]);
    assert_eq!(told["data"]["used_in"], used);
}
