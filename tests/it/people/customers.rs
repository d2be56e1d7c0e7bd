//! Users of customers: by link, by password, as members and admins; out at once, and never in another customer.

use serde_json::json;

use super::*;
use crate::support::Provider;

async fn with_integration() -> (Product, Provider, String) {
    let (product, provider) = (product().await, Provider::start().await);
    assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
    let id = product.customer("acme").await;
    (product, provider, id)
}

/// A link of the API's, made for somebody by name.
async fn link_for(product: &Product, email: &str) -> String {
    link_of(product, "acme", email).await
}

async fn link_of(product: &Product, customer: &str, email: &str) -> String {
    let user = json!({"name": "Kim", "email": email});
    let body = json!({"customer": format!("external:{customer}"), "integration": "alerts", "user": user, "expires_in_seconds": 3600});
    product.ok("POST", "/links", Some(body)).await["url"].as_str().unwrap().to_owned()
}

fn link_on(browser: &Browser) -> String {
    shown_once(browser).remove(0)
}

async fn invite(admin: &mut Browser, email: &str, role: &str) -> String {
    admin.open("/people").await.fill("E-mail", email).set("role", &[role]).press("Make invitation").await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    link_on(admin)
}

async fn by_link(product: &Product, link: &str) -> Browser {
    let mut browser = Browser::new(&product.base);
    browser.open(link).await.press("Sign in").await;
    assert!(browser.url.ends_with("/home"), "{}", browser.html);
    browser
}

#[tokio::test]
async fn a_link_made_for_a_user_signs_them_in_and_a_password_brings_them_back_without_one() {
    let (product, _provider, _) = with_integration().await;
    let mut kim = Browser::new(&product.base);
    kim.open(&link_for(&product, "Kim@acme.test").await).await;
    assert_eq!(kim.status, 200);
    kim.open("/home").await;
    assert!(kim.html.contains("Not turned on yet"), "{}", kim.html);
    kim.open("/account").await.fill("New password", PASSWORD).press("Save password").await;
    assert!(kim.html.contains("Your password is changed"), "{}", kim.html);
    kim.press("Sign out").await;
    assert!(kim.open("/home").await.url.ends_with("/session"));
    kim.fill("E-mail", "kim@ACME.test").fill("Password", "wrong wrong wrong").press("Sign in").await;
    assert_eq!(kim.status, 422);
    kim.fill("E-mail", "kim@ACME.test").fill("Password", PASSWORD).press("Sign in").await;
    assert!(kim.url.ends_with("/home"), "{}", kim.html);
    kim.follow("Continue").await;
    assert!(kim.url.contains("/wizard/") && kim.status == 200, "{}", kim.html);
    // The same address again is the same user.
    link_for(&product, "kim@acme.test").await;
    let audit = audited(&product).await;
    assert_eq!(audit.iter().filter(|action| *action == "customer_user.created").count(), 1, "{audit:?}");
    assert!(audit.iter().any(|action| action == "customer_user.signed_in"));
}

#[tokio::test]
async fn an_admin_asks_colleagues_in_and_a_member_may_fill_in_but_not_turn_on() {
    let (product, _provider, _) = with_integration().await;
    let mut kim = Browser::new(&product.base);
    kim.open(&link_for(&product, "kim@acme.test").await).await;
    let wizard = kim.url.clone();
    let link = invite(&mut kim, "mia@acme.test", "member").await;
    let mut mia = by_link(&product, &link).await;
    assert_eq!(Browser::new(&product.base).open(&link).await.status, 404, "it was used");
    assert_eq!(mia.open("/people").await.status, 403);
    assert_eq!(mia.open(&wizard).await.status, 200);
    mia.fill("Channel", "#mia").press("Save and exit").await;
    assert!(kim.open(&wizard).await.html.contains("#mia"));
    let review = wizard.split("/pages").next().unwrap().to_owned() + "/review";
    mia.open(&review).await;
    let csrf: Vec<_> = vec![("csrf".to_owned(), mia.same_cookies().open("/account").await.form_of("Sign out").1.remove(0).1)];
    let deployment = review.replace("/review", "/deployment");
    assert_eq!(mia.same_cookies().once("POST", &deployment, Some(&csrf)).await.status, 403);
    kim.open("/people").await.press("Make admin mia@acme.test").await;
    assert_ne!(mia.same_cookies().once("POST", &deployment, Some(&csrf)).await.status, 403, "from the next request on");
    kim.open("/people").await.press("Disable mia@acme.test").await;
    assert!(mia.open("/home").await.url.ends_with("/session"));
    assert_eq!(mia.open(&wizard).await.status, 401, "out at once");
}

#[tokio::test]
async fn a_user_of_one_customer_is_nobody_in_another_and_one_address_has_one_password() {
    let (product, _provider, _) = with_integration().await;
    product.customer("beta").await;
    let mut kim = Browser::new(&product.base);
    kim.open(&link_for(&product, "kim@acme.test").await).await;
    let acme = kim.url.clone();
    kim.open("/account").await.fill("New password", PASSWORD).press("Save password").await;
    let beta = link_of(&product, "beta", "kim@acme.test").await;
    let mut other = Browser::new(&product.base);
    other.open(&beta).await;
    assert_eq!(other.open(&acme).await.status, 404);
    other.open("/account").await.fill("New password", PASSWORD).press("Save password").await;
    assert_eq!(other.status, 422);
    assert!(other.html.contains("for another company here"), "{}", other.html);
    // Coming by a link of the other customer leaves nothing of the first in the browser.
    kim.open(&beta).await;
    assert_eq!(kim.open(&acme).await.status, 404);
}

#[tokio::test]
async fn the_organization_sees_a_customers_users_and_puts_them_out() {
    let (product, _provider, id) = with_integration().await;
    let (_, mut ann) = owner(&product).await;
    let page = format!("/admin/customers/{id}/users");
    ann.open(&page).await.fill("E-mail", "kim@acme.test").set("role", &["admin"]).press("Make invitation").await;
    let mut kim = by_link(&product, &link_on(&ann)).await;
    ann.open(&page).await.press("Disable kim@acme.test").await;
    assert!(ann.html.contains("That is changed"), "{}", ann.html);
    assert!(kim.open("/home").await.url.ends_with("/session"));
    ann.open(&page).await.press("Enable again kim@acme.test").await;
    ann.press("Make a sign-in link kim@acme.test").await;
    by_link(&product, &link_on(&ann)).await;
    assert_eq!(ann.open("/admin/customers/0192f7c1-0000-7000-8000-000000000000/users").await.status, 404);
    // Their own single sign-on: the secret never comes back.
    let sso = format!("/admin/customers/{id}/single-sign-on");
    ann.open(&sso).await.fill("Issuer", "ftp://x").fill("Client id", "j").fill("E-mail domain", "acme.test").press("Save").await;
    assert_eq!(ann.status, 422);
    ann.fill("Issuer", "https://login.acme.test").fill("Client id", "j").fill("Client secret", "s3cr3t-of-acme");
    ann.fill("E-mail domain", "acme.test").press("Save").await;
    assert!(ann.html.contains("Single sign-on is saved") && !ann.html.contains("s3cr3t-of-acme"), "{}", ann.html);
    for (place, bytes) in crate::support::database::contents(&product.database_url).await {
        assert!(!String::from_utf8_lossy(&bytes).contains("s3cr3t-of-acme"), "{place}");
    }
    let beta = product.customer("beta").await;
    ann.open(&format!("/admin/customers/{beta}/single-sign-on")).await.fill("Issuer", "https://login.beta.test").fill("Client id", "j");
    ann.fill("Client secret", "x").fill("E-mail domain", "@ACME.test").press("Save").await;
    assert!(ann.status == 422 && ann.html.contains("Another customer has this domain"), "{}", ann.html);
    ann.open(&sso).await.press("Remove single sign-on").await;
    assert!(ann.html.contains("Single sign-on is removed"), "{}", ann.html);
}

#[tokio::test]
async fn who_was_signed_out_meanwhile_signs_in_and_is_back_at_the_same_step() {
    let (product, _provider, _) = with_integration().await;
    let mut kim = Browser::new(&product.base);
    kim.open(&link_for(&product, "kim@acme.test").await).await;
    let step = kim.url.clone();
    kim.open("/account").await.fill("New password", PASSWORD).press("Save password").await;
    for sends in [false, true] {
        kim.open(&step).await;
        product.ahead_seconds.fetch_add(13 * 3600, Ordering::Relaxed);
        match sends {
            false => kim.open(&step).await,
            true => kim.fill("Channel", "#late").press("Save and exit").await,
        };
        assert_eq!(kim.status, 401, "{}", kim.html);
        kim.follow("Sign in").await.fill("E-mail", "kim@acme.test").fill("Password", PASSWORD).press("Sign in").await;
        assert_eq!((kim.url.as_str(), kim.status), (step.as_str(), 200), "a form that was sent: {sends}");
    }
    kim.press("Save and exit").await;
    kim.open("/account").await.press("Sign out").await;
    kim.fill("E-mail", "kim@acme.test").fill("Password", PASSWORD).press("Sign in").await;
    assert!(kim.url.ends_with("/home"), "once: {}", kim.url);
}
