//! The organization's users: invited, let in by a second step, changed, put out; their sessions and keys.

mod customers;
mod mailed;
mod second_step;

use std::sync::atomic::Ordering;

use governor::Quota;
use jackfield::{
    domain::{access::Actor, ids::UserId, user::Role},
    flows::sign_in::{self, UserCreated},
    web::limits::{Limits, Quotas},
};
use scraper::Selector;

use crate::support::{Browser, Product, browser::text_of};

/// A machine of many people behind one address: the limit by address is tested with the others of its kind.
pub async fn product() -> Product {
    let sign_in = Quota::per_minute(10_000.try_into().unwrap());
    Product::with(|config| config.limits = Limits::new(Quotas { sign_in, ..Quotas::default() })).await
}

pub const PASSWORD: &str = "correct horse battery staple";

pub async fn user(product: &Product, email: &str, role: Role) -> UserId {
    match sign_in::create_user(&product.context, &Actor::System, email, &PASSWORD.to_owned().into(), role).await.unwrap() {
        UserCreated::User(id) => id,
        UserCreated::AddressTaken => panic!("{email} is taken"),
    }
}

pub async fn sign_in_as(browser: &mut Browser, email: &str, password: &str) {
    browser.open("/admin/session").await.fill("E-mail", email).fill("Password", password).press("Sign in").await;
}

pub async fn signed_in(product: &Product, email: &str) -> Browser {
    let mut browser = Browser::new(&product.base);
    sign_in_as(&mut browser, email, PASSWORD).await;
    assert!(browser.url.ends_with("/admin"), "{}", browser.html);
    browser
}

pub async fn owner(product: &Product) -> (UserId, Browser) {
    let id = user(product, "ann@acme.example", Role::Owner).await;
    (id, signed_in(product, "ann@acme.example").await)
}

/// What a page shows this one time, a line each.
pub fn shown_once(browser: &Browser) -> Vec<String> {
    let page = browser.page();
    let code = page.select(&Selector::parse("pre.once code").unwrap()).next().unwrap_or_else(|| panic!("{}", browser.html));
    code.text().collect::<String>().lines().map(str::to_owned).collect()
}

pub async fn audited(product: &Product) -> Vec<String> {
    let events = product.ok("GET", "/audit-events?limit=100", None).await;
    events["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

async fn invite(owner: &mut Browser, email: &str, role: &str) -> String {
    owner.open("/admin/users").await.fill("E-mail", email).set("role", &[role]).press("Make invitation").await;
    assert_eq!(owner.status, 200, "{}", owner.html);
    shown_once(owner).remove(0)
}

#[tokio::test]
async fn an_invitation_makes_a_user_of_its_address_and_role_once() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    let link = invite(&mut owner, " Kim@Acme.example ", "support").await;
    assert!(link.starts_with(&product.base), "{link}");
    // Whoever only looks, as programs that read mail do, uses nothing up.
    for _ in 0..2 {
        assert_eq!(Browser::new(&product.base).open(&link).await.status, 200);
    }
    let mut kim = Browser::new(&product.base);
    kim.open(&link).await.fill("New password", "short").press("Join").await;
    assert_eq!(kim.status, 422);
    kim.fill("New password", PASSWORD).set("role", &["owner"]).press("Join").await;
    assert_eq!(kim.status, 422, "a field that nobody asked for");
    kim.open(&link).await.fill("New password", PASSWORD).press("Join").await;
    assert!(kim.url.ends_with("/admin") && kim.html.contains("kim@acme.example"), "{}", kim.html);
    assert_eq!(kim.open("/admin/users").await.status, 403);
    assert_eq!(Browser::new(&product.base).open(&link).await.status, 404, "it was used");
    let row = product.context.store().read().org_users().find_by_email("kim@acme.example").await.unwrap().unwrap();
    assert_eq!(row.role, Role::Support);
    let audit = audited(&product).await;
    for action in ["org_user.invited", "org_user.created", "org_user.signed_in"] {
        assert!(audit.iter().any(|done| done == action), "{action}: {audit:?}");
    }
}

#[tokio::test]
async fn an_invitation_ends_by_itself_when_it_is_revoked_and_when_another_link_is_made() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    let first = invite(&mut owner, "kim@acme.example", "viewer").await;
    owner.open("/admin/users").await.press("Make a new link kim@acme.example").await;
    let second = shown_once(&owner).remove(0);
    assert_eq!(Browser::new(&product.base).open(&first).await.status, 404);
    assert_eq!(Browser::new(&product.base).open(&second).await.status, 200);
    product.ahead_seconds.store(8 * 86_400, Ordering::Relaxed);
    assert_eq!(Browser::new(&product.base).open(&second).await.status, 404, "a week is over");
    let mut owner = signed_in(&product, "ann@acme.example").await;
    owner.open("/admin/users").await.press("Make a new link kim@acme.example").await;
    let third = shown_once(&owner).remove(0);
    owner.open("/admin/users").await.press("Revoke kim@acme.example").await;
    assert!(owner.html.contains("opens nothing any more"), "{}", owner.html);
    assert_eq!(Browser::new(&product.base).open(&third).await.status, 404);
    let mut eve = Browser::new(&product.base);
    eve.open(&invite(&mut owner, "kim@acme.example", "viewer").await).await;
    let action = eve.form_of("Join").0;
    owner.open("/admin/users").await.press("Revoke kim@acme.example").await;
    eve.fill("New password", PASSWORD).press("Join").await;
    assert_eq!(eve.status, 404, "revoked while the page was open: {action}");
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_on_and_who_is_disabled_is_out_at_once() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    let kim_id = user(&product, "kim@acme.example", Role::Viewer).await;
    let mut kim = signed_in(&product, "kim@acme.example").await;
    assert_eq!(kim.open("/admin/api-keys").await.status, 403);
    let page = format!("/admin/users/{kim_id}");
    owner.open(&page).await.set("role", &["admin"]).press("Save role").await;
    assert!(owner.html.contains("is changed"), "{}", owner.html);
    assert_eq!(kim.open("/admin/api-keys").await.status, 200);
    owner.open(&page).await.press("Disable this user").await;
    assert!(kim.open("/admin").await.url.ends_with("/admin/session"));
    sign_in_as(&mut kim, "kim@acme.example", PASSWORD).await;
    assert_eq!(kim.status, 422);
    assert!(kim.html.contains("do not go together"), "nothing tells that the account is there");
    owner.open(&page).await.press("Enable again").await;
    sign_in_as(&mut kim, "kim@acme.example", PASSWORD).await;
    assert!(kim.url.ends_with("/admin"));
}

#[tokio::test]
async fn the_last_owner_can_neither_be_demoted_nor_disabled_even_by_two_at_once() {
    let product = product().await;
    let (ann_id, mut ann) = owner(&product).await;
    ann.open(&format!("/admin/users/{ann_id}")).await.set("role", &["viewer"]).press("Save role").await;
    assert_eq!(ann.status, 422);
    assert!(ann.html.contains("last owner"), "{}", ann.html);
    let bob_id = user(&product, "bob@acme.example", Role::Owner).await;
    let bob = Actor::OrgUser { id: bob_id, role: Role::Owner };
    let ann = Actor::OrgUser { id: ann_id, role: Role::Owner };
    for _ in 0..20 {
        let (one, other) = tokio::join!(
            jackfield::flows::org_users::disable(&product.context, &bob, ann_id),
            jackfield::flows::org_users::set_role(&product.context, &ann, bob_id, Role::Viewer),
        );
        let done = [one.unwrap(), other.unwrap()].into_iter().filter(|change| *change == jackfield::flows::org_users::Change::Done);
        assert_eq!(done.count(), 1);
        jackfield::flows::org_users::enable(&product.context, &bob, ann_id).await.unwrap();
        jackfield::flows::org_users::set_role(&product.context, &ann, bob_id, Role::Owner).await.unwrap();
    }
}

#[tokio::test]
async fn sessions_are_listed_and_each_can_be_ended_from_another() {
    let product = product().await;
    let (ann_id, mut desk) = owner(&product).await;
    let mut phone = Browser::new(&product.base);
    phone.with_header("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1");
    sign_in_as(&mut phone, "ann@acme.example", PASSWORD).await;
    desk.open("/admin/account").await;
    assert!(desk.html.contains("Safari on iPhone") && desk.html.contains("127.0.0.1"), "{}", desk.html);
    assert_eq!(desk.html.matches("This one").count(), 1);
    let button = desk.buttons().into_iter().find(|words| words.contains("Safari on iPhone")).unwrap();
    desk.press(&button).await;
    assert!(desk.html.contains("That session was signed out"), "{}", desk.html);
    assert!(phone.open("/admin").await.url.ends_with("/admin/session"));
    sign_in_as(&mut phone, "ann@acme.example", PASSWORD).await;
    let key_before = desk.same_cookies();
    desk.open("/admin/account").await.press("Sign out everywhere else").await;
    assert_eq!(desk.status, 200, "this one goes on");
    assert!(phone.open("/admin").await.url.ends_with("/admin/session"));
    assert!(key_before.same_cookies().open("/admin").await.url.ends_with("/admin/session"), "under a new key");
    // An owner ends those of others; a made-up session is a 404.
    user(&product, "kim@acme.example", Role::Viewer).await;
    let mut kim = signed_in(&product, "kim@acme.example").await;
    let kim_id = product.context.store().read().org_users().find_by_email("kim@acme.example").await.unwrap().unwrap().id;
    desk.open(&format!("/admin/users/{kim_id}")).await.press("Sign out everywhere").await;
    assert!(kim.open("/admin").await.url.ends_with("/admin/session"));
    desk.open(&format!("/admin/users/{ann_id}")).await;
    let csrf = desk.form_of("Sign out").1;
    assert_eq!(desk.same_cookies().once("POST", &format!("/admin/users/{kim_id}/sessions/none/end"), Some(&csrf)).await.status, 404);
}

#[tokio::test]
async fn a_password_link_works_once_and_signs_out_everywhere() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    let kim_id = user(&product, "kim@acme.example", Role::Viewer).await;
    let mut kim = signed_in(&product, "kim@acme.example").await;
    owner.open(&format!("/admin/users/{kim_id}")).await.press("Make a password link").await;
    let link = shown_once(&owner).remove(0);
    let mut lost = Browser::new(&product.base);
    lost.open(&link).await.fill("New password", "another horse, same battery").press("Save password").await;
    assert!(lost.url.ends_with("/admin/session") && lost.html.contains("Your new password is saved"), "{}", lost.html);
    assert!(kim.open("/admin").await.url.ends_with("/admin/session"));
    assert_eq!(Browser::new(&product.base).open(&link).await.status, 404);
    sign_in_as(&mut kim, "kim@acme.example", PASSWORD).await;
    assert_eq!(kim.status, 422);
    sign_in_as(&mut kim, "kim@acme.example", "another horse, same battery").await;
    assert!(kim.url.ends_with("/admin"));
    kim.open("/admin/account").await.fill("Current password", "wrong").fill("New password", PASSWORD).press("Change password").await;
    assert_eq!(kim.status, 422);
    let mut other = Browser::new(&product.base);
    sign_in_as(&mut other, "kim@acme.example", "another horse, same battery").await;
    kim.fill("Current password", "another horse, same battery").fill("New password", PASSWORD).press("Change password").await;
    assert!(kim.html.contains("Your password is changed"), "{}", kim.html);
    assert!(other.open("/admin").await.url.ends_with("/admin/session"));
}

#[tokio::test]
async fn what_earns_it_asks_again_after_half_an_hour() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    owner.open("/admin/api-keys").await.fill("Name", "early").press("Make key").await;
    assert!(shown_once(&owner)[0].starts_with("jf_"));
    product.ahead_seconds.store(1801, Ordering::Relaxed);
    owner.open("/admin/api-keys").await.fill("Name", "late").press("Make key").await;
    assert!(owner.url.ends_with("/admin/session/confirmation"), "{}", owner.html);
    owner.fill("Password", "wrong").press("Continue").await;
    assert_eq!(owner.status, 422);
    let before = owner.same_cookies();
    owner.fill("Password", PASSWORD).press("Continue").await;
    assert!(owner.url.ends_with("/admin/api-keys"), "{}", owner.url);
    assert!(before.same_cookies().open("/admin").await.url.ends_with("/admin/session"), "under a new key");
    owner.fill("Name", "late").press("Make key").await;
    assert!(shown_once(&owner)[0].starts_with("jf_"));
}

#[tokio::test]
async fn a_key_made_in_the_console_works_until_it_is_revoked_there() {
    let product = product().await;
    let (_, mut owner) = owner(&product).await;
    owner.open("/admin/api-keys").await.fill("Name", " ").press("Make key").await;
    assert_eq!(owner.status, 422);
    owner.fill("Name", "runtime").set("scope", &["manage"]).press("Make key").await;
    let key = shown_once(&owner).remove(0);
    assert!(!owner.open("/admin/api-keys").await.html.contains(&key), "it is shown once");
    let mut caller = Browser::new(&product.base);
    caller.with_header("authorization", &format!("Bearer {key}"));
    assert_eq!(caller.open("/api/v1/customers").await.status, 200);
    assert_eq!(caller.open("/api/v1/instances/none/connections/x/credentials").await.status, 403, "it has one scope");
    let used = async || {
        let rows = product.context.store().read().api_keys().list().await.unwrap();
        rows.iter().find(|row| row.name == "runtime").unwrap().used_at.is_some()
    };
    for _ in 0..100 {
        if used().await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(used().await, "when a key was used is written within a second");
    owner.open("/admin/api-keys").await.press("Revoke runtime").await;
    assert!(owner.html.contains("The key is revoked"), "{}", owner.html);
    product.ahead_seconds.store(2, Ordering::Relaxed);
    assert_eq!(caller.open("/api/v1/customers").await.status, 401);
    assert!(audited(&product).await.iter().any(|action| action == "api_key.revoked"));
}
