use jackfield::flows::bulk_checks;
use serde_json::json;

use super::Story;

/// Fourteen connections of fourteen customers, one of which the service refuses.
async fn many(story: &Story) {
    for at in 0..14 {
        let name = format!("customer-{at}");
        story.product.customer(&name).await;
        let body = json!({"customer": format!("external:{name}"), "integration": "nightshift"});
        let id = story.product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
        let key = if at == 3 { "zz-wrong" } else { "zz-right" };
        let body = json!({"inputs": {"host": "h.example", "key": key}});
        story.product.ok("PUT", &format!("/instances/{id}/connections/keyed"), Some(body)).await;
    }
    story.provider.now().refuses.insert("zz-wrong".into());
}

#[tokio::test]
async fn all_connections_of_an_integration_are_checked_by_whoever_has_the_lease_and_each_once() {
    let mut story = Story::of("nightshift").await;
    many(&story).await;
    story.admin.open("/admin/bulk-checks").await.fill("Connections of", "nightshift").press("Check all of them").await;
    let page = story.admin.url.clone();
    assert!(story.admin.html.contains("of 14 checked.") && story.admin.html.contains("Look again"), "{}", story.admin.html);
    // Two more workers beside the product's own: only one of them has it.
    let (mut one, mut other) = (None, None);
    for _ in 0..400 {
        let context = &story.product.context;
        let (a, b) = tokio::join!(bulk_checks::step(context, &mut one), bulk_checks::step(context, &mut other));
        a.ok().unwrap();
        b.ok().unwrap();
        assert!(one.is_none() || other.is_none());
        story.admin.open(&page).await;
        if story.admin.html.contains("That was all.") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(story.admin.html.contains("14 of 14 checked. That was all."), "{}", story.admin.html);
    assert!(
        story.admin.html.contains("customer-3: Keyed") && story.admin.html.contains("Keyed did not accept this"),
        "{}",
        story.admin.html
    );
    assert_eq!(story.provider.now().checks, 14, "each once");
    story.admin.follow("customer-3: Keyed").await;
    assert!(story.admin.html.contains("Not working"), "{}", story.admin.html);
}

#[tokio::test]
async fn another_process_goes_on_where_one_stopped() {
    let mut story = Story::of("nightshift").await;
    many(&story).await;
    let selection = jackfield::domain::bulk_check::BulkSelection::default();
    let who = (jackfield::domain::ids::UserId::from_uuid(uuid::Uuid::nil()), jackfield::domain::user::Role::Admin);
    let id = bulk_checks::start(&story.product.context, who, &selection).await.ok().unwrap();
    // The lease of one that was killed is over after a while.
    let mut killed = None;
    bulk_checks::step(&story.product.context, &mut killed).await.ok().unwrap();
    story.product.ahead_seconds.fetch_add(121, std::sync::atomic::Ordering::Relaxed);
    let mut next = None;
    for _ in 0..20 {
        bulk_checks::step(&story.product.context, &mut next).await.ok().unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let look = bulk_checks::show(&story.product.context, id).await.ok().unwrap().unwrap();
    assert_eq!((look.progress.checked, look.progress.total), (14, 14));
    story.admin.open("/admin/bulk-checks").await;
    assert!(story.admin.html.contains("All connections"), "{}", story.admin.html);
}
