//! Links of one person's own, on their way by mail: what arrives works once, and what it replaced opens nothing.

use jackfield::domain::user::Role;

use super::{owner, shown_once, user};
use crate::support::{Browser, Mailbox, Product, database};

async fn with_mail() -> (Product, Mailbox) {
    let mailbox = Mailbox::start().await;
    (Product::with(|config| config.mail = mailbox.server()).await, mailbox)
}

fn address(text: &str) -> String {
    regex::Regex::new(r"http://[^\s<\x22]+/(?:sign-in|password-resets|invitations)/[A-Za-z0-9_-]+")
        .unwrap()
        .find(text)
        .unwrap()
        .as_str()
        .to_owned()
}

/// No table holds the token of this address.
async fn is_nowhere(product: &Product, url: &str) {
    let token = url.rsplit('/').next().unwrap();
    for (place, bytes) in database::contents(&product.database_url).await {
        assert!(!String::from_utf8_lossy(&bytes).contains(token), "{place}");
    }
}

#[tokio::test]
async fn a_password_link_is_mailed_and_the_newest_alone_works() {
    let (product, mailbox) = with_mail().await;
    let (_, mut ann) = owner(&product).await;
    let lee = user(&product, "lee@acme.example", Role::Support).await;
    let page = format!("/admin/users/{lee}");
    ann.open(&page).await.press("Make a password link").await;
    assert!(ann.html.contains("on its way to lee@acme.example by mail"), "{}", ann.html);
    let [first] = &mailbox.wait_for(1).await[..] else { panic!() };
    assert_eq!((first.to.as_str(), first.subject().as_str()), ("lee@acme.example", "Your new password for Acme's connections"));
    let first = address(&first.content);
    assert_eq!(first, shown_once(&ann)[0]);
    is_nowhere(&product, &first).await;
    ann.open(&page).await.press("Make a password link").await;
    let second = address(&mailbox.wait_for(2).await[1].content);
    let mut person = Browser::new(&product.base);
    assert_eq!(person.open(&first).await.status, 404, "the second took its place");
    person.open(&second).await.fill("New password", "another good long password").press("Save password").await;
    person.fill("E-mail", "lee@acme.example").fill("Password", "another good long password").press("Sign in").await;
    assert!(person.url.ends_with("/admin"), "{}", person.html);
    assert_eq!(person.open(&second).await.status, 404, "once");
}

#[tokio::test]
async fn whoever_is_asked_in_is_mailed_the_link_that_lets_them_in() {
    let (product, mailbox) = with_mail().await;
    let id = product.customer("acme").await;
    let (_, mut ann) = owner(&product).await;
    ann.open(&format!("/admin/customers/{id}/users")).await;
    ann.fill("E-mail", "kim@acme.test").set("role", &["admin"]).press("Make invitation").await;
    assert!(ann.html.contains("on its way to kim@acme.test by mail"), "{}", ann.html);
    let [mail] = &mailbox.wait_for(1).await[..] else { panic!() };
    assert_eq!((mail.to.as_str(), mail.subject().as_str()), ("kim@acme.test", "Sign in to your connections with Acme"));
    is_nowhere(&product, &address(&mail.content)).await;
    let mut kim = Browser::new(&product.base);
    kim.open(&address(&mail.content)).await.press("Sign in").await;
    assert!(kim.url.ends_with("/home"), "{}", kim.html);
    // A colleague asks a colleague in.
    kim.open("/people").await.fill("E-mail", "mia@acme.test").set("role", &["member"]).press("Make invitation").await;
    assert!(kim.html.contains("on its way to mia@acme.test by mail"), "{}", kim.html);
    let mia = &mailbox.wait_for(2).await[1];
    assert_eq!(mia.to, "mia@acme.test");
    assert_eq!(Browser::new(&product.base).open(&address(&mia.content)).await.status, 200);
    // And an owner another org user.
    ann.open("/admin/users").await.fill("E-mail", "lee@acme.example").set("role", &["viewer"]).press("Make invitation").await;
    assert!(ann.html.contains("on its way to lee@acme.example by mail"), "{}", ann.html);
    assert_eq!(mailbox.wait_for(3).await[2].to, "lee@acme.example");
}

#[tokio::test]
async fn without_a_mail_server_whoever_makes_a_link_sends_it() {
    let product = super::product().await;
    let id = product.customer("acme").await;
    let (_, mut ann) = owner(&product).await;
    ann.open(&format!("/admin/customers/{id}/users")).await;
    ann.fill("E-mail", "kim@acme.test").set("role", &["admin"]).press("Make invitation").await;
    assert!(ann.html.contains("Send this link to kim@acme.test"), "{}", ann.html);
    let lee = user(&product, "lee@acme.example", Role::Support).await;
    ann.open(&format!("/admin/users/{lee}")).await.press("Make a password link").await;
    assert!(ann.html.contains("Send this link to lee@acme.example"), "{}", ann.html);
    assert!(product.context.store().read().mails().list(9).await.unwrap().is_empty());
}
