//! One alert a cause: opened once, whoever finds it; told once; closed by itself; muted and taken by people.

use jackfield::{
    domain::{
        access::Scope,
        alert::{AlertKind, Telling},
        connection::{Connection, ConnectionState},
        reason::Reason,
        refresh::Ending,
        user::Role,
    },
    flows::alerts::{self, Watched},
    store::InstanceFilter,
};
use serde_json::json;

use super::{org_user, text};
use crate::support::{Browser, Mailbox, Product, Provider, Receiver};

struct Cast {
    product: Product,
    _provider: Provider,
    instance: String,
}

impl Cast {
    async fn new(mailbox: Option<&Mailbox>) -> Self {
        let provider = Provider::start().await;
        let product = Product::with(|config| config.mail = mailbox.and_then(Mailbox::server)).await;
        assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
        product.customer("acme").await;
        let body = json!({"customer": "external:acme", "integration": "alerts"});
        let instance = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
        Self { product, _provider: provider, instance }
    }

    /// The connection of `desk` comes to this state, as if the provider had said so.
    async fn comes_to(&self, state: ConnectionState) {
        self.changes(|connection| connection.state = state).await;
    }

    async fn changes(&self, change: impl FnOnce(&mut Connection)) {
        let context = &self.product.context;
        let id = self.instance.parse().unwrap();
        let found = context.store().read().connections().list_of_instance(Scope::Organization, id).await.unwrap();
        let mut connection = found.into_iter().find(|c| c.owner.slot().is_some_and(|slot| slot.as_str() == "desk")).unwrap();
        change(&mut connection);
        let mut work = context.store().begin().await.unwrap();
        assert!(work.connections().save(Scope::Organization, &connection).await.unwrap().is_some());
        work.commit().await.unwrap();
    }

    async fn watch(&self) -> Watched {
        alerts::watch(&self.product.context).await.ok().unwrap()
    }

    fn later(&self, seconds: i64) {
        self.product.ahead_seconds.fetch_add(seconds, std::sync::atomic::Ordering::Relaxed);
    }
}

const OPENED: Watched = Watched { opened: 1, closed: 0 };
const CLOSED: Watched = Watched { opened: 0, closed: 1 };
const NOTHING: Watched = Watched { opened: 0, closed: 0 };

#[tokio::test]
async fn a_cause_is_one_alert_however_often_it_is_seen_and_goes_with_it() {
    let cast = Cast::new(None).await;
    assert_eq!(cast.watch().await, NOTHING);
    cast.comes_to(ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect)).await;
    assert_eq!(cast.watch().await, OPENED);
    assert_eq!(cast.watch().await, NOTHING);
    let mut viewer = org_user(&cast.product, Role::Viewer).await;
    viewer.open("/admin/alerts").await;
    let page = text(&viewer);
    assert!(page.contains("acme needs to sign in again: Alerts"), "{page}");
    let repair = format!("/admin/instances/{}/connections/desk", cast.instance);
    assert!(viewer.html.contains(&repair), "{}", viewer.html);
    assert!(!page.contains("I take care of it"), "a viewer changes nothing");
    cast.comes_to(ConnectionState::Connected).await;
    assert_eq!(cast.watch().await, CLOSED);
    viewer.open("/admin/alerts").await;
    assert!(text(&viewer).contains("Nothing needs you"), "{}", text(&viewer));
    viewer.open("/admin/alerts?closed=true").await;
    assert!(text(&viewer).contains("over since"), "{}", text(&viewer));
    cast.comes_to(ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect)).await;
    assert_eq!(cast.watch().await, OPENED, "it came back: another one");
}

#[tokio::test]
async fn many_who_look_at_once_open_it_once_and_tell_of_it_once() {
    let (mailbox, receiver) = (Mailbox::start().await, Receiver::start().await);
    let cast = Cast::new(Some(&mailbox)).await;
    receiver.subscribe(&cast.product, json!({"events": ["alert.opened", "alert.closed"]})).await;
    let _admin = org_user(&cast.product, Role::Admin).await;
    let user = cast.product.context.store().read().org_users().find_by_email("admin@acme.example").await.unwrap().unwrap();
    alerts::subscribe(&cast.product.context, user.id, Some(Telling::AtOnce)).await.ok().unwrap();
    let (url, keys) = (cast.product.database_url.clone(), cast.product.master_keys.clone());
    let other = Product::with(|config| (config.database_url, config.master_keys, config.mail) = (url, keys, mailbox.server())).await;
    cast.comes_to(ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect)).await;
    let rounds = (0..16).map(|at| alerts::watch(if at % 2 == 0 { &cast.product.context } else { &other.context }));
    let opened: usize = futures_util::future::join_all(rounds).await.into_iter().map(|round| round.ok().unwrap().opened).sum();
    assert_eq!(opened, 1);
    let message = receiver.wait_for(1).await[0].json();
    assert_eq!((message["type"].as_str(), message["data"]["alert"]["kind"].as_str()), (Some("alert.opened"), Some("needs_reconnecting")));
    let mails = mailbox.wait_for(1).await;
    assert_eq!(mails[0].to, "admin@acme.example");
    assert!(mails[0].content.contains(&format!("/admin/instances/{}/connections/desk", cast.instance)), "{}", mails[0].content);
    assert_eq!(receiver.after_a_while().await.len(), 1);
    assert_eq!(mailbox.mails().len(), 1);
}

#[tokio::test]
async fn who_leaves_a_wizard_for_three_days_is_told_of() {
    let cast = Cast::new(None).await;
    let mut customer = Browser::new(&cast.product.base);
    customer.open(&cast.product.link("acme", "alerts").await).await;
    assert_eq!(customer.status, 200);
    cast.later(3 * 24 * 3600 - 60);
    assert_eq!(cast.watch().await, NOTHING);
    cast.later(120);
    assert_eq!(cast.watch().await, OPENED);
    let listed = cast.product.context.store().read().alerts().list(true, None, 9, cast.product.context.now()).await.unwrap();
    assert_eq!(listed[0].kind, AlertKind::WizardLeft);
    let filter = InstanceFilter::default();
    let found = cast.product.context.store().read().instances().list(Scope::Organization, &filter, None, 9).await.unwrap();
    assert_eq!(found.len(), 1);
    let mut support = org_user(&cast.product, Role::Support).await;
    support.open("/admin/alerts").await;
    let instance = format!("/admin/instances/{}", found[0].id);
    assert!(support.html.contains(&format!("href=\"{instance}\"")), "{}", support.html);
    assert_eq!(support.open(&instance).await.status, 200);
}

#[tokio::test]
async fn who_follows_a_mail_signed_out_signs_in_and_is_at_the_page_that_repairs_it() {
    let cast = Cast::new(None).await;
    let _admin = org_user(&cast.product, Role::Support).await;
    let repair = format!("{}/admin/instances/{}/connections/desk", cast.product.base, cast.instance);
    let mut person = Browser::new(&cast.product.base);
    person.open(&repair).await;
    assert!(person.url.ends_with("/admin/session"), "{}", person.url);
    person.fill("E-mail", "support@acme.example").fill("Password", super::PASSWORD).press("Sign in").await;
    assert_eq!((person.url.as_str(), person.status), (repair.as_str(), 200));
}

#[tokio::test]
async fn a_grant_that_ends_within_14_days_is_told_of_with_its_day_and_the_page_that_renews_it() {
    let cast = Cast::new(None).await;
    let ends_in = |days: i64| Some(Ending { at: cast.product.context.now().plus_seconds(days * 24 * 3600), warn_at: None });
    cast.changes(|connection| (connection.state, connection.ending) = (ConnectionState::Connected, ends_in(15))).await;
    assert_eq!(cast.watch().await, NOTHING, "15 days are time enough");
    cast.later(24 * 3600 + 60);
    assert_eq!(cast.watch().await, OPENED);
    assert_eq!(cast.watch().await, NOTHING);
    let mut support = org_user(&cast.product, Role::Support).await;
    support.open("/admin/alerts").await;
    let page = text(&support);
    assert!(page.contains("The access of acme ends soon: Alerts") && page.contains("The access ends on"), "{page}");
    follows_to_its_repair(&mut support, &format!("/admin/instances/{}/connections/desk", cast.instance)).await;
    cast.changes(|connection| connection.ending = ends_in(90)).await;
    assert_eq!(cast.watch().await, CLOSED, "it was renewed");
}

/// The alert on the page leads there, and there is something to do.
async fn follows_to_its_repair(browser: &mut Browser, path: &str) {
    assert!(browser.html.contains(&format!("href=\"{path}\"")), "{path}: {}", browser.html);
    browser.open(path).await;
    assert_eq!(browser.status, 200, "{}", browser.html);
    assert!(browser.buttons().iter().any(|words| words.contains("link")), "{:?}", browser.buttons());
}

#[tokio::test]
async fn what_is_muted_stays_in_the_list_and_is_told_to_nobody() {
    let mailbox = Mailbox::start().await;
    let cast = Cast::new(Some(&mailbox)).await;
    let mut admin = org_user(&cast.product, Role::Support).await;
    admin.open("/admin/alerts").await;
    let name = admin.name_of("At once").unwrap();
    admin.set(&name, &["at_once"]).press("Save").await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    cast.comes_to(ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect)).await;
    assert_eq!(cast.watch().await, OPENED);
    mailbox.wait_for(1).await;
    admin.open("/admin/alerts").await;
    let words = admin.buttons().into_iter().find(|words| words.starts_with("Mute:")).unwrap();
    admin.set("until", &["2001-01-01"]).press(&words).await;
    assert_eq!(admin.status, 422, "a day that is over");
    admin.open("/admin/alerts").await.press(&words).await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    assert!(text(&admin).contains("muted until"), "{}", text(&admin));
    cast.comes_to(ConnectionState::Connected).await;
    assert_eq!(cast.watch().await, CLOSED);
    cast.comes_to(ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect)).await;
    assert_eq!(cast.watch().await, OPENED);
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(mailbox.mails().len(), 1, "it is muted");
    admin.open("/admin/alerts").await;
    let words = admin.buttons().into_iter().find(|words| words.starts_with("I take care of it")).unwrap();
    admin.press(&words).await;
    assert!(text(&admin).contains("taken on") || text(&admin).contains("It is yours"), "{}", text(&admin));
    let taken = |admin: &Browser| !admin.buttons().iter().any(|words| words.starts_with("I take care of it"));
    assert!(taken(&admin));
    let words = admin.buttons().into_iter().find(|words| words.starts_with("Give it back")).unwrap();
    admin.press(&words).await;
    assert!(!taken(&admin), "who took it gives it back with one press: {}", text(&admin));
    let words = admin.buttons().into_iter().find(|words| words.starts_with("Tell again")).unwrap();
    admin.press(&words).await;
    assert!(!text(&admin).contains("muted until"), "{}", text(&admin));
}

#[tokio::test]
async fn the_daily_mail_comes_once_at_its_hour_and_only_if_something_is_open() {
    let mailbox = Mailbox::start().await;
    let cast = Cast::new(Some(&mailbox)).await;
    let _admin = org_user(&cast.product, Role::Admin).await;
    let user = cast.product.context.store().read().org_users().find_by_email("admin@acme.example").await.unwrap().unwrap();
    alerts::subscribe(&cast.product.context, user.id, Some(Telling::Daily { hour: 8 })).await.ok().unwrap();
    cast.later(24 * 3600);
    cast.watch().await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert!(mailbox.mails().is_empty(), "nothing is open");
    cast.comes_to(ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect)).await;
    cast.watch().await;
    cast.later(24 * 3600);
    for _ in 0..3 {
        cast.watch().await;
    }
    let mails = mailbox.wait_for(1).await;
    assert!(mails[0].content.contains("One thing is open:"), "{}", mails[0].content);
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(mailbox.mails().len(), 1);
    // What somebody takes care of, and what is muted, is not in the next one.
    let mut support = org_user(&cast.product, Role::Support).await;
    support.open("/admin/alerts").await;
    let words = support.buttons().into_iter().find(|words| words.starts_with("I take care of it")).unwrap();
    support.press(&words).await;
    cast.later(24 * 3600);
    cast.watch().await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(mailbox.mails().len(), 1, "somebody takes care of it");
}
