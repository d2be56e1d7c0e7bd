//! Links that reach their person by mail: sent from the console, and asked for by whoever came too late.

use std::{sync::atomic::Ordering, time::Duration};

use jackfield::domain::user::Role;
use serde_json::json;

use super::{Story, org_user};
use crate::support::{Browser, Mailbox, Product};

const DAY: i64 = 86_400;

async fn story() -> (Story, Mailbox) {
    let mailbox = Mailbox::start().await;
    let product = Product::with(|config| config.mail = mailbox.server()).await;
    (Story::on(product, "nightshift").await, mailbox)
}

async fn links_page(story: &Story, browser: &mut Browser) {
    let customer = story.product.ok("GET", "/customers/external:acme", None).await["id"].as_str().unwrap().to_owned();
    browser.open(&format!("/admin/customers/{customer}/links")).await;
    assert_eq!(browser.status, 200, "{}", browser.html);
}

fn address(text: &str) -> String {
    regex::Regex::new(r"http://[^\s<]+/links/[A-Za-z0-9_-]+").unwrap().find(text).unwrap().as_str().to_owned()
}

/// By the API, which mails nothing.
async fn link(story: &Story, user: Option<&str>) -> String {
    let mut body = json!({"customer": "external:acme", "instance": story.instance, "expires_in_seconds": DAY});
    if let Some(email) = user {
        body["user"] = json!({"name": "Priya", "email": email});
    }
    story.product.ok("POST", "/links", Some(body)).await["url"].as_str().unwrap().to_owned()
}

/// Opens an ended link and presses its button; what the page then says.
async fn ask(story: &Story, url: &str) -> String {
    let mut person = Browser::new(&story.product.base);
    person.open(url).await;
    assert_eq!(person.status, 410, "{}", person.html);
    person.press("Send me a new link").await;
    assert_eq!(person.status, 200, "{}", person.html);
    person.html
}

fn ahead(story: &Story, seconds: i64) {
    story.product.ahead_seconds.fetch_add(seconds, Ordering::Relaxed);
}

/// Longer than the worker needs to look twice.
async fn quiet() {
    tokio::time::sleep(Duration::from_millis(2500)).await;
}

#[tokio::test]
async fn a_link_made_for_a_person_goes_to_their_mailbox_and_so_does_the_next() {
    let (story, mailbox) = story().await;
    let mut support = org_user(&story.product, Role::Support).await;
    links_page(&story, &mut support).await;
    support.set("target", &[&format!("instance:{}", story.instance)]).fill("Name of the person", "Priya");
    support.fill("E-mail address", "priya@acme.example").press("Make the link").await;
    assert!(support.html.contains("on its way to priya@acme.example"), "{}", support.html);
    let shown = address(&support.html);
    let [mail] = &mailbox.wait_for(1).await[..] else { panic!() };
    assert_eq!((mail.to.as_str(), mail.subject().as_str()), ("priya@acme.example", "Night shift: Acme asks you to connect"));
    assert_eq!(address(&mail.content), shown);
    links_page(&story, &mut support).await;
    let renew = support.buttons().into_iter().find(|button| button.starts_with("Send a new one")).unwrap();
    support.press(&renew).await;
    let mails = mailbox.wait_for(2).await;
    let second = address(&mails[1].content);
    assert_ne!(second, shown);
    assert_eq!(Browser::new(&story.product.base).open(&shown).await.status, 410);
    assert_eq!(Browser::new(&story.product.base).open(&second).await.status, 200);
}

#[tokio::test]
async fn a_link_is_not_mailed_unless_somebody_says_so() {
    let (story, mailbox) = story().await;
    let mut admin = story.admin.same_cookies();
    links_page(&story, &mut admin).await;
    admin.set("target", &[&format!("instance:{}", story.instance)]).fill("Name of the person", "Priya").set("mail", &[]);
    admin.fill("E-mail address", "priya@acme.example").press("Make the link").await;
    assert!(admin.html.contains("A message to send it in") && !admin.html.contains("on its way"), "{}", admin.html);
    admin.open(&story.path("keyed", "")).await.press("Send a link to connect it").await;
    assert!(admin.html.contains("Or have it mailed"), "{}", admin.html);
    quiet().await;
    assert_eq!(mailbox.mails().len(), 0);
    admin.fill("Name of the person", "Lee").fill("E-mail address", "lee@acme.example").press("Mail a link").await;
    let [mail] = &mailbox.wait_for(1).await[..] else { panic!() };
    assert_eq!((mail.to.as_str(), mail.subject().as_str()), ("lee@acme.example", "Keyed (Night shift): Acme asks you to connect"));
}

#[tokio::test]
async fn who_comes_too_late_has_another_link_in_the_mailbox_once_an_hour() {
    let (story, mailbox) = story().await;
    let url = link(&story, Some("priya@acme.example")).await;
    ahead(&story, DAY);
    let said = ask(&story, &url).await;
    assert!(!said.contains("priya"), "whoever holds an old address learns nothing of whose it is: {said}");
    assert_eq!(ask(&story, &url).await, said);
    let [mail] = &mailbox.wait_for(1).await[..] else { panic!() };
    assert_eq!(mail.to, "priya@acme.example");
    let mut person = Browser::new(&story.product.base);
    assert_eq!(person.open(&address(&mail.content)).await.status, 200);
    assert!(person.html.contains("Connect Keyed"), "{}", person.html);
    quiet().await;
    assert_eq!(mailbox.mails().len(), 1, "once an hour");
    ahead(&story, 3600);
    ask(&story, &url).await;
    mailbox.wait_for(2).await;
}

#[tokio::test]
async fn nobody_is_mailed_a_link_that_the_organization_took_back_or_gave_to_nobody() {
    let (story, mailbox) = story().await;
    let (of_nobody, of_priya, taken_back) =
        (link(&story, None).await, link(&story, Some("priya@acme.example")).await, link(&story, Some("lee@acme.example")).await);
    let mut admin = story.admin.same_cookies();
    links_page(&story, &mut admin).await;
    let revoke = admin.buttons().into_iter().find(|button| button.starts_with("Take it back")).unwrap();
    admin.press(&revoke).await;
    let said = ask(&story, &taken_back).await;
    ahead(&story, DAY);
    assert_eq!(ask(&story, &of_nobody).await, said, "the answer tells nobody from somebody");
    ahead(&story, 31 * DAY);
    assert_eq!(ask(&story, &of_priya).await, said, "a month later only the organization decides");
    quiet().await;
    assert_eq!(mailbox.mails().len(), 0);
}

#[tokio::test]
async fn who_was_shut_out_has_no_other_link_by_mail() {
    let (story, mailbox) = story().await;
    let url = link(&story, Some("priya@acme.example")).await;
    let customer = story.product.ok("GET", "/customers/external:acme", None).await["id"].as_str().unwrap().to_owned();
    let mut admin = story.admin.same_cookies();
    admin.open(&format!("/admin/customers/{customer}/users")).await;
    let disable = admin.buttons().into_iter().find(|button| button.starts_with("Disable")).unwrap();
    admin.press(&disable).await;
    ahead(&story, DAY);
    ask(&story, &url).await;
    quiet().await;
    assert_eq!(mailbox.mails().len(), 0);
}

#[tokio::test]
async fn without_a_mail_server_the_pages_say_how_a_link_gets_there() {
    let story = Story::of("nightshift").await;
    let mut admin = story.admin.same_cookies();
    links_page(&story, &mut admin).await;
    assert!(admin.html.contains("No mail server is set up here") && !admin.html.contains("Mail it to this person"));
    admin.open(&story.path("keyed", "")).await.press("Send a link to connect it").await;
    assert!(admin.html.contains("No mail server is set up here") && !admin.html.contains("Or have it mailed"));
    let url = link(&story, Some("priya@acme.example")).await;
    ahead(&story, DAY);
    let said = ask(&story, &url).await;
    assert!(said.contains("They send it to you themselves") && !said.contains("mailbox"), "{said}");
}
