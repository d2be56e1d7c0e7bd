//! One grant of the organization's for all customers: consented to once, in the console.

use futures_util::future::join_all;

use super::*;

const PAGE: &str = "/admin/reusable-connections/all-desk/values/organization";

/// At the provider's page, the admin allows it.
async fn consent(admin: &mut Browser, provider: &Provider, button: &str) {
    let (action, pairs) = admin.form_of(button);
    admin.once("POST", &action, Some(&pairs)).await;
    assert_eq!(admin.status, 303, "{}", admin.html);
    let back = provider.allow(admin.headers["location"].to_str().unwrap());
    admin.open(&back).await;
}

#[tokio::test]
async fn one_consent_serves_a_hundred_instances_with_one_refresh() {
    let story = Story::new().await;
    let mut admin = story.admin().await;
    admin.open(PAGE).await;
    consent(&mut admin, &story.provider, "Connect Desk").await;
    assert!(admin.url.ends_with(PAGE) && admin.html.contains("ann@desk.example"), "{} {}", admin.url, admin.html);
    assert_eq!(story.provider.times_asked("authorization_code"), 1);

    let mut instances = Vec::new();
    for at in 0..100 {
        let customer = format!("c{at}");
        story.product.customer(&customer).await;
        instances.push(story.instance(&customer, "mails").await);
    }
    let read = async |slot: &str| {
        let reads = join_all(instances.iter().map(|instance| story.read(instance, slot))).await;
        let tokens: std::collections::BTreeSet<String> =
            reads.iter().map(|read| read["token"]["access_token"].as_str().unwrap().to_owned()).collect();
        assert_eq!(tokens.len(), 1, "{tokens:?}");
        tokens.into_iter().next().unwrap()
    };
    let (desk, mail) = (read("desk").await, read("mail").await);
    assert_eq!((story.provider.times_asked("refresh_token"), story.provider.times_asked("client_credentials")), (0, 1));
    // Its hour is over.
    story.product.ahead_seconds.fetch_add(7200, std::sync::atomic::Ordering::Relaxed);
    assert_ne!(read("desk").await, desk);
    assert_eq!(story.provider.times_asked("refresh_token"), 1);
    assert_ne!(read("mail").await, mail);
    assert_eq!(story.provider.times_asked("client_credentials"), 2);
    assert_eq!(story.get("/reusable-connections/all-desk").await["used_in"], 100);
}

#[tokio::test]
async fn a_disconnect_says_first_how_many_stop() {
    let story = Story::new().await;
    let mut admin = story.admin().await;
    admin.open(PAGE).await;
    consent(&mut admin, &story.provider, "Connect Desk").await;
    let mut instances = Vec::new();
    for at in 0..23 {
        let customer = format!("c{at}");
        story.product.customer(&customer).await;
        let instance = story.instance(&customer, "mails").await;
        story.read(&instance, "mail").await;
        if at < 3 {
            assert_eq!(story.product.ok("POST", &format!("/instances/{instance}/deployments"), None).await["status"], "active");
        }
        instances.push(instance);
    }
    admin.open(PAGE).await.follow("Disconnect Desk").await;
    for said in [">3 instances stop running until you connect again.", "23 instances use it.", "c0: Mails", "and 3 more"] {
        assert!(admin.html.contains(said), "{said}: {}", admin.html);
    }
    assert_eq!(story.provider.now().revoked.len(), 0, "nothing ends by looking");
    admin.press("Disconnect Desk").await;
    assert!(admin.html.contains("Desk is disconnected."), "{}", admin.html);
    assert!(!story.provider.now().revoked.is_empty());
    let path = format!("/instances/{}/connections/desk", instances[0]);
    assert_eq!(story.refused("GET", &format!("{path}/credentials"), None).await, (409, "needs_reconnect".into()));
    let before = story.get(&path).await;
    consent(&mut admin, &story.provider, "Reconnect Desk").await;
    let after = story.get(&path).await;
    assert_eq!((&after["id"], &after["status"]), (&before["id"], &json!("connected")));
}
