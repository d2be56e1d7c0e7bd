//! Sessions, forged requests, and the headers that every answer has.

use jackfield::{
    domain::{access::Actor, user::Role},
    flows::sign_in,
};

use crate::support::{Browser, Product, Provider};

const PASSWORD: &str = "correct horse battery staple";

async fn with_admin(product: &Product) {
    sign_in::create_user(&product.context, &Actor::System, "ann@acme.example", &PASSWORD.to_owned().into(), Role::Admin)
        .await
        .ok()
        .unwrap();
}

async fn try_to_sign_in(browser: &mut Browser, email: &str, password: &str) {
    browser.open("/admin/session").await.fill("E-mail", email).fill("Password", password).press("Sign in").await;
}

/// A person on the only page of `alerts`.
async fn visitor(product: &Product, customer: &str) -> Browser {
    product.customer(customer).await;
    let mut visitor = Browser::new(&product.base);
    visitor.open(&product.link(customer, "alerts").await).await;
    assert_eq!(visitor.status, 200);
    visitor
}

async fn product() -> Product {
    let (product, provider) = (Product::start().await, Provider::start().await);
    assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
    product
}

#[tokio::test]
async fn a_forged_form_is_refused_and_changes_nothing() {
    let product = product().await;
    let person = visitor(&product, "acme").await;
    let step = person.url.clone();
    let other = visitor(&product, "beta").await;
    let theirs = other.form_of("Save and exit").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let base = product.base.clone();
    // The token, Sec-Fetch-Site and Origin; an empty header is not sent.
    let forged = [
        (Some(""), "same-origin", base.as_str()),
        (Some("AAAA"), "same-origin", &base),
        (Some(theirs.as_str()), "same-origin", &base),
        (None, "cross-site", "https://evil.example"),
        (None, "same-site", &base),
        (None, "", "https://evil.example"),
        (None, "", "null"),
        (None, "", ""),
        (None, "", &base.replace("http:", "https:")),
    ];
    for (token, site, origin) in forged {
        let mut tab = person.same_cookies();
        tab.open(&step).await.fill("Channel", "#forged");
        if let Some(token) = token {
            tab.set("csrf", &[token]);
        }
        tab.with_header("sec-fetch-site", site).with_header("origin", origin).press("Save and exit").await;
        assert_eq!(tab.status, 403, "{token:?} {site:?} {origin:?}");
        let mut look = person.same_cookies();
        assert!(!look.open(&step).await.html.contains("#forged"), "{token:?} {site:?} {origin:?}");
    }
    for site in ["same-origin", ""] {
        let mut tab = person.same_cookies();
        tab.open(&step).await.fill("Channel", "#own").with_header("sec-fetch-site", site).press("Save and exit").await;
        assert_eq!(tab.status, 200, "{site:?}: {}", tab.html);
        assert!(person.same_cookies().open(&step).await.html.contains("#own"));
    }
}

#[tokio::test]
async fn signing_in_makes_a_new_session_and_signing_out_ends_it() {
    let product = product().await;
    with_admin(&product).await;
    let mut admin = Browser::new(&product.base);
    admin.open("/admin/session").await;
    let planted = admin.same_cookies();
    let token_before = admin.form_of("Sign in").1;
    try_to_sign_in(&mut admin, "ANN@acme.example ", PASSWORD).await;
    assert!(admin.url.ends_with("/admin"), "{}", admin.html);
    assert!(planted.same_cookies().open("/admin").await.url.ends_with("/admin/session"), "the key that was known before is nobody's");
    let token_after = admin.form_of("Sign out").1;
    assert!(!token_after.iter().any(|pair| pair.0 == "csrf" && token_before.contains(pair)), "nor does its form token live on");
    let stolen = admin.same_cookies();
    admin.press("Sign out").await;
    assert!(stolen.same_cookies().open("/admin").await.url.ends_with("/admin/session"), "a session that was ended stays dead");
    product.ahead_seconds.store(0, std::sync::atomic::Ordering::Relaxed);
    try_to_sign_in(&mut admin, "ann@acme.example", PASSWORD).await;
    product.ahead_seconds.store(13 * 3600, std::sync::atomic::Ordering::Relaxed);
    assert!(admin.open("/admin").await.url.ends_with("/admin/session"), "sessions end by themselves");
}

#[tokio::test]
async fn an_unknown_address_is_told_the_same_as_a_wrong_password() {
    let product = product().await;
    with_admin(&product).await;
    let mut said = Vec::new();
    for email in ["ann@acme.example", "eve@acme.example"] {
        let mut browser = Browser::new(&product.base);
        browser.open("/admin/session").await;
        let token = browser.form_of("Sign in").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
        try_to_sign_in(&mut browser, email, "wrong").await;
        assert_eq!(browser.status, 422);
        said.push(browser.html.replace(email, "EMAIL").replace(&token, "TOKEN"));
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test]
async fn the_session_cookie_is_locked_to_its_site() {
    for (public_url, name, more) in [("https://jackfield.example", "__Host-jackfield=", "Secure"), ("", "jackfield=", "HttpOnly")] {
        let product = Product::with(|config| {
            if !public_url.is_empty() {
                config.public_url = public_url.parse().unwrap();
            }
        });
        let product = product.await;
        let mut person = Browser::new(&product.base);
        person.open("/admin/session").await;
        let cookie = person.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(name), "{cookie}");
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/", more] {
            assert!(cookie.split("; ").any(|part| part == flag), "{flag}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert_eq!(person.headers.contains_key("strict-transport-security"), !public_url.is_empty());
        // The cookie is signed: a made-up key is no session, and no error either.
        person.with_header("cookie", &format!("{name}AAAA"));
        assert_eq!(person.open("/admin/session").await.status, 200);
    }
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let product = product().await;
    let mut person = visitor(&product, "acme").await;
    let wizard = person.url.clone();
    let review = wizard.replace("/pages/accounts", "/review");
    let paths =
        ["/admin/session", "/links/none", "/nothing", "/healthz", "/oauth/callback?state=x", "/api/v1/customers", "/api/v1/nothing"];
    for path in paths.into_iter().chain([wizard.as_str(), review.as_str()]) {
        person.open(path).await;
        let header = |name: &str| person.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let policy = header("content-security-policy");
        for needed in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(needed), "{path}: {needed}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(!person.html.contains(" style=") && !person.html.contains(" onclick="), "{path}");
        assert!(!person.html.contains("<script>") && !person.html.contains("<style"), "{path}");
    }
}
