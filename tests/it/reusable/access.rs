//! A connection of another customer's is the same as none, on every call that names one.

use std::collections::BTreeSet;

use jackfield::web::routes;
use serde_json::json;

use super::*;

#[tokio::test]
async fn another_customers_connection_is_bound_nowhere_and_looks_like_none() {
    let story = Story::new().await;
    let instance = story.instance("acme", "orders").await;
    let foreign = story.saved("beta", "of-beta").await;
    let own = story.saved("acme", "of-acme").await;
    let made_up = json!("0190b1a2-0000-7000-8000-000000000000");
    let mut said = BTreeSet::new();
    for id in [&foreign["id"], &made_up, &json!("what")] {
        let (status, mut answer) = story.bind(&instance, "erp", id).await;
        answer.as_object_mut().unwrap().remove("request_id");
        answer.as_object_mut().unwrap().remove("instance");
        said.insert(format!("{status} {answer}"));
    }
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said.first().unwrap().starts_with("404"), "{said:?}");
    assert_eq!(story.bind(&instance, "erp", &own["id"]).await.0, 200);
    let desk = story.instance("acme", "alerts").await;
    let (status, refused) = story.bind(&desk, "desk", &own["id"]).await;
    assert_eq!((status, &refused["code"]), (422, &json!("unfit_connection")));
}

#[tokio::test]
async fn a_made_up_id_is_a_404_on_every_call() {
    let story = Story::new().await;
    let id = "0190b1a2-0000-7000-8000-000000000000";
    for route in routes::all().filter(|route| route.who.key_scope().is_some() && route.path.contains("{connection}")) {
        let path = route.path.trim_start_matches("/api/v1").replace("{connection}", id);
        let body = match route.method {
            "PATCH" => Some(json!({"name": "x"})),
            "POST" if path.ends_with("/failures") => Some(json!({"message": "x"})),
            _ => None,
        };
        assert_eq!(story.refused(route.method, &path, body).await, (404, "not_found".into()), "{} {path}", route.method);
    }
}
