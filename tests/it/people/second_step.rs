//! The second step of signing in, and how long who fails has to wait.

use std::sync::atomic::Ordering;

use jackfield::vault::totp;
use secrecy::SecretString;

use super::*;

fn now(product: &Product) -> jackfield::domain::time::Timestamp {
    product.context.now()
}

/// Sets it up as a person with an app does: the secret of the page, and its recovery codes.
async fn set_up(product: &Product, browser: &mut Browser) -> (SecretString, Vec<String>) {
    browser.open("/admin/account/second-step").await;
    let page = browser.page();
    let shown: String = text_of(page.select(&Selector::parse("main code").unwrap()).next().unwrap());
    let secret = SecretString::from(shown.replace(' ', ""));
    browser.fill("Code from the app", "000000").press("Turn on").await;
    assert_eq!(browser.status, 422);
    let code = totp::code_at(&secret, now(product)).unwrap();
    browser.fill("Code from the app", &code).press("Turn on").await;
    assert_eq!(browser.status, 200, "{}", browser.html);
    (secret, shown_once(browser))
}

async fn with_code(product: &Product, code: &str) -> Browser {
    let mut browser = Browser::new(&product.base);
    sign_in_as(&mut browser, "ann@acme.example", PASSWORD).await;
    assert!(browser.url.ends_with("/admin/session/code"), "{}", browser.html);
    assert!(browser.same_cookies().open("/admin").await.url.ends_with("/admin/session"), "half a sign-in is none");
    browser.fill("Code", code).press("Continue").await;
    browser
}

#[tokio::test]
async fn a_code_is_asked_for_and_each_is_taken_once() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    let mut elsewhere = signed_in(&product, "ann@acme.example").await;
    let (secret, codes) = set_up(&product, &mut owner).await;
    assert_eq!(codes.len(), 10);
    assert!(elsewhere.open("/admin").await.url.ends_with("/admin/session"), "sessions without a second step end");
    assert_eq!(owner.open("/admin").await.status, 200, "the one that set it up goes on");
    let used = totp::code_at(&secret, now(&product)).unwrap();
    assert_eq!(with_code(&product, &used).await.status, 422, "the code that turned it on was taken");
    product.ahead_seconds.fetch_add(30, Ordering::Relaxed);
    let code = totp::code_at(&secret, now(&product)).unwrap();
    assert!(with_code(&product, &code).await.url.ends_with("/admin"));
    assert_eq!(with_code(&product, &code).await.status, 422);
    assert!(with_code(&product, &codes[3].to_uppercase().replace('-', " ")).await.url.ends_with("/admin"), "a recovery code, as typed");
    assert_eq!(with_code(&product, &codes[3]).await.status, 422, "once");
    owner.open("/admin/account").await;
    assert!(owner.html.contains("9 recovery codes are left"), "{}", owner.html);
}

#[tokio::test]
async fn twenty_at_once_with_one_code_are_one_sign_in() {
    let product = product().await;
    let (id, mut owner) = owner(&product).await;
    let (secret, _) = set_up(&product, &mut owner).await;
    product.ahead_seconds.fetch_add(60, Ordering::Relaxed);
    let code = totp::code_at(&secret, now(&product)).unwrap();
    let tries = (0..20).map(|_| sign_in::with_code(&product.context, id, &code));
    let done = futures_util::future::join_all(tries).await;
    let signed_in = done.into_iter().filter(|one| matches!(one, Ok(sign_in::SignIn::In(_))));
    assert_eq!(signed_in.count(), 1);
}

#[tokio::test]
async fn the_secret_and_the_codes_are_kept_sealed_and_hashed() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    let (secret, codes) = set_up(&product, &mut owner).await;
    let secret = secrecy::ExposeSecret::expose_secret(&secret);
    for (place, bytes) in crate::support::database::contents(&product.database_url).await {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(secret) && !text.contains(&codes[0]) && !text.contains(&codes[0].replace('-', "")), "{place}");
    }
}

#[tokio::test]
async fn who_lost_everything_is_let_in_by_an_owner() {
    let product = product().await;
    let (ann_id, mut ann) = owner(&product).await;
    set_up(&product, &mut ann).await;
    user(&product, "bob@acme.example", Role::Owner).await;
    let mut bob = signed_in(&product, "bob@acme.example").await;
    bob.open(&format!("/admin/users/{ann_id}")).await.press("Turn off their two-step sign-in").await;
    assert_eq!(bob.status, 200, "{}", bob.html);
    signed_in(&product, "ann@acme.example").await;
}

#[tokio::test]
async fn who_fails_waits_longer_each_time_and_gets_in_in_the_end() {
    let product = product().await;
    owner(&product).await;
    let mut eve = Browser::new(&product.base);
    let mut said = Vec::new();
    for email in ["ann@acme.example", "nobody@acme.example"] {
        for _ in 0..5 {
            sign_in_as(&mut eve, email, "wrong").await;
            assert!(eve.html.contains("do not go together"), "{}", eve.html);
        }
        sign_in_as(&mut eve, email, PASSWORD).await;
        assert_eq!(eve.status, 422, "right, but too soon");
        let csrf = eve.form_of("Sign in").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
        said.push(eve.html.replace(email, "EMAIL").replace(&csrf, "CSRF"));
        product.ahead_seconds.fetch_add(60, Ordering::Relaxed);
    }
    assert!(said[0].contains("Too many tries went wrong"), "{}", said[0]);
    assert_eq!(said[0], said[1], "an unknown address waits as long");
    for _ in 0..40 {
        product.ahead_seconds.fetch_add(301, Ordering::Relaxed);
        let mut eve = Browser::new(&product.base);
        sign_in_as(&mut eve, "ann@acme.example", "wrong").await;
    }
    product.ahead_seconds.fetch_add(301, Ordering::Relaxed);
    sign_in_as(&mut eve, "ann@acme.example", PASSWORD).await;
    assert!(eve.url.ends_with("/admin"), "never locked out for good: {}", eve.html);
}
