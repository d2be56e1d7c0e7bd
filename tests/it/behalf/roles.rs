use jackfield::domain::user::Role;

use super::{Story, org_user};

#[tokio::test]
async fn who_may_only_look_sees_no_values_and_no_buttons() {
    let mut story = Story::of("nightshift").await;
    story.fill_in("keyed", &[("Host", "zz-host.example"), ("Key", "zz-secret")], "Check and save").await;
    let mut viewer = org_user(&story.product, Role::Viewer).await;
    viewer.open(&story.path("keyed", "")).await;
    assert_eq!(viewer.status, 200);
    assert!(viewer.html.contains("ann@desk.example") && !viewer.html.contains("zz-host"), "{}", viewer.html);
    for button in ["Check now", "Renew access now", "Turn on Night shift"] {
        assert!(!viewer.buttons().contains(&button.to_owned()), "{button}");
    }
    for path in ["/values", "/disconnection"] {
        assert_eq!(viewer.open(&story.path("keyed", path)).await.status, 403, "{path}");
    }
    let mut support = org_user(&story.product, Role::Support).await;
    support.open(&story.path("keyed", "")).await;
    assert!(!support.buttons().contains(&"Turn on Night shift".to_owned()), "{:?}", support.buttons());
    support.press("Check now").await;
    assert!(support.html.contains("Checked just now: Keyed works."), "{}", support.html);
    assert_eq!(support.open(&story.path("keyed", "/values")).await.status, 403);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let mut story = Story::of("nightshift").await;
    let nowhere = "0192f7c1-7a00-7000-8000-000000000000";
    for path in [
        story.path("other", ""),
        story.path("other", "/values"),
        story.path("keyed", "").replace(&story.instance, nowhere),
        format!("/admin/instances/{nowhere}"),
        "/admin/instances/x".to_owned(),
        format!("/admin/instances/{}/preview/none", story.instance),
    ] {
        assert_eq!(story.admin.open(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_preview_shows_what_the_customer_will_see_and_changes_nothing() {
    let mut story = Story::of("alerts").await;
    let before = story.product.ok("GET", &format!("/instances/{}", story.instance), None).await;
    story.admin.open(&format!("/admin/instances/{}", story.instance)).await.follow("Connect your accounts").await;
    let page = &story.admin.html;
    assert!(page.contains("What acme will see") && page.contains("Connect Desk") && page.contains("disabled"), "{page}");
    assert_eq!(story.product.ok("GET", &format!("/instances/{}", story.instance), None).await, before);
}

#[tokio::test]
async fn what_is_missing_is_named_before_it_is_turned_on() {
    let mut story = Story::of("nightshift").await;
    story.admin.open(&format!("/admin/instances/{}", story.instance)).await.press("Turn on Night shift").await;
    assert!(story.admin.html.contains("Still missing: Keyed"), "{}", story.admin.html);
    story.fill_in("keyed", &[("Host", "h.example"), ("Key", "zz-secret")], "Check and save").await;
    story.admin.press("Turn on Night shift").await;
    assert!(story.admin.html.contains("Night shift is turned on."), "{}", story.admin.html);
    story.admin.press("Pause Night shift").await;
    assert!(story.admin.html.contains("Night shift is paused."), "{}", story.admin.html);
}
